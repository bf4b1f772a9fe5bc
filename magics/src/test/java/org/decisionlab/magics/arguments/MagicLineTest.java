// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class MagicLineTest {

  @Command(name = "%cache", description = "A magic with two verbs.")
  static final class CacheMagic {
    @Command(name = "resize", description = "Sets the size.")
    String resize(
        @Option(names = "--capacity", required = true, paramLabel = "SIZE") int capacity,
        @Parameters(paramLabel = "NAME") String name) {
      return name + "=" + capacity;
    }

    @Command(name = "empty")
    String empty() throws IOException {
      throw new IOException("the disk is gone");
    }
  }

  private static Object run(String... arguments) throws Exception {
    return MagicLine.run(new CacheMagic(), List.of(arguments));
  }

  @Test
  void callsTheVerbWithItsArgumentsAndReturnsItsValue() throws Exception {
    assertThat(run("resize", "--capacity", "12", "site")).isEqualTo("site=12");
  }

  @Test
  void helpIsTheValueForTheMagicAndForEachVerb() throws Exception {
    assertThat(run("--help").toString()).contains("A magic with two verbs", "resize", "empty");
    assertThat(run("resize", "--help").toString()).contains("--capacity", "NAME");
  }

  @Test
  void unknownFlagIsRefusedInOneLineWithASuggestion() {
    assertThatThrownBy(() -> run("resize", "--capasity", "12", "site"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("--capasity")
        .hasMessageContaining("--capacity")
        .hasMessageEndingWith(". See '%cache resize --help'.")
        .hasMessageNotContaining("\n");
  }

  @Test
  void unknownVerbIsRefusedWithASuggestion() {
    assertThatThrownBy(() -> run("resise"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("resise")
        .hasMessageContaining("resize");
  }

  @Test
  void wrongTypeAndMissingArgumentNameWhatIsWrong() {
    assertThatThrownBy(() -> run("resize", "--capacity", "many", "site"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("many");
    assertThatThrownBy(() -> run("resize", "site"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("--capacity");
  }

  @Test
  void withoutAVerbTheVerbsAreNamed() {
    assertThatThrownBy(() -> run())
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("resize")
        .hasMessageContaining("empty");
  }

  @Test
  void whatTheVerbThrowsArrivesAsItIs() {
    assertThatThrownBy(() -> run("empty"))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("the disk is gone");
  }
}
