// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.tfaas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.MagicLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfaasServiceTest {

  private static final Map<String, String> NOTHING = Map.of();

  @Test
  void theAddressIsTheOneGivenOrThatOfTheEnvironment() {
    Map<String, String> environment = Map.of(TfaasService.ADDRESS, "http://127.0.0.1:1");
    assertThat(TfaasService.of(null, environment::get).server()).hasToString("http://127.0.0.1:1");
    assertThat(TfaasService.of("http://127.0.0.1:2", environment::get).server())
        .hasToString("http://127.0.0.1:2");
    assertThatThrownBy(() -> TfaasService.of(null, NOTHING::get))
        .hasMessageContaining("--url")
        .hasMessageContaining(TfaasService.ADDRESS);
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws IOException {
    int freed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      freed = socket.getLocalPort();
    }
    TfaasService service = TfaasService.of("http://127.0.0.1:" + freed, NOTHING::get);
    assertThatThrownBy(service::models)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + freed);
  }

  @Test
  void whatIsNoBundleIsNotUploaded(@TempDir Path folder) {
    TfaasService service = TfaasService.of("http://127.0.0.1:1", NOTHING::get);
    assertThatThrownBy(() -> service.upload(folder.resolve("none.tar.gz")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.tar.gz");
    assertThatThrownBy(() -> service.upload(folder)).isInstanceOf(IOException.class);
  }

  @Test
  void theMagicSaysWhoMayReadToAServerThatKnowsIt(@TempDir Path folder) throws Exception {
    TfaasMagic magic = new TfaasMagic(expression -> null, NOTHING::get, null);
    assertThat(String.valueOf(MagicLine.run(magic, List.of("upload", "--help"))))
        .contains("--readers=WHO", "all, owner, or groups");
    assertThatThrownBy(
            () ->
                MagicLine.run(
                    new TfaasMagic(expression -> null, NOTHING::get, null),
                    List.of(
                        "upload",
                        folder.resolve("none.tar.gz").toString(),
                        "--readers",
                        "owner",
                        "--url",
                        "http://127.0.0.1:1")))
        .hasMessageContaining("none.tar.gz");
  }

  @Test
  void theMagicExplainsItself() throws Exception {
    TfaasMagic magic = new TfaasMagic(expression -> null, NOTHING::get, null);
    assertThat(String.valueOf(MagicLine.run(magic, List.of("--help"))))
        .contains("upload", "models", "params", "predict", "delete", "decide");
    assertThatThrownBy(
            () -> MagicLine.run(new TfaasMagic(e -> null, NOTHING::get, null), List.of("models")))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("--url");
    assertThatThrownBy(
            () ->
                MagicLine.run(
                    new TfaasMagic(e -> "text", NOTHING::get, null),
                    List.of("predict", "m", "--row", "x", "--url", "http://127.0.0.1:1")))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("must be a Map");
  }

  @Test
  void aRowThatIsNoneIsRefusedBeforeAnythingIsSent() {
    Map<String, String> wrong =
        Map.of(
            "size=many", "not 'size=many'",
            "size", "not 'size'",
            "=1", "not '=1'",
            "size=NaN", "finite");
    wrong.forEach(
        (value, told) ->
            assertThatThrownBy(() -> predict(value))
                .isInstanceOf(MagicUsageException.class)
                .hasMessageContaining(told));
    assertThatThrownBy(() -> predict("size=1", "size=2"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("size is given twice");
  }

  private static void predict(String... values) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("predict", "m"));
    arguments.addAll(List.of(values));
    arguments.addAll(List.of("--url", "http://127.0.0.1:1"));
    MagicLine.run(new TfaasMagic(expression -> null, NOTHING::get, null), arguments);
  }
}
