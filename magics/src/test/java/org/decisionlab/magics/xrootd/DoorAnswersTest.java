// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.decisionlab.magics.files.RemoteFile;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.Unattended;
import org.decisionlab.magics.xrootd.WebDavServer.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of elements that are easily misread. */
@Timeout(180)
class DoorAnswersTest {

  @TempDir Path folder;
  private WebDavServer server;
  private KernelTokens tokens;

  @BeforeEach
  void start() throws Exception {
    server = new WebDavServer(folder);
    tokens =
        new KernelTokens(Map.of(), folder.resolve("none"), new Unattended(), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    tokens.close();
    server.close();
  }

  private RemoteFiles files(Duration stall) {
    return new RemoteFiles(new FileTokens(tokens), Map::of, stall, stall);
  }

  private RemoteAddress at(String path) {
    return RemoteAddress.of(server.at(path));
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "NOT_ENCODED"})
  void namesWithNumberAndQuestionSignsAreWhole(Fault fault) throws Exception {
    server.fault = fault;
    Path odd = Files.createDirectories(folder.resolve("odd"));
    Files.writeString(odd.resolve("run#7.root"), "seven");
    Files.writeString(odd.resolve("who?x=1"), "me");
    RemoteFiles files = files(Duration.ofSeconds(60));
    assertThat(files.list(at("/odd")))
        .extracting(RemoteFile::name)
        .containsExactly("run#7.root", "who?x=1");
    assertThat(files.stat(at("/odd/run%237.root")).size()).isEqualTo(5);
    assertThat(files.read(at("/odd/who%3Fx=1"), 0, 9)).isEqualTo("me".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mailto:ada", "urn:x:y"})
  void anAddressWithoutPathIsAnError(String href) {
    String listing =
        "<D:multistatus xmlns:D=\"DAV:\"><D:response><D:href>"
            + href
            + "</D:href></D:response></D:multistatus>";
    assertThatThrownBy(
            () -> Multistatus.read(URI.create("https://h.example/x"), listing.getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(href);
  }

  @Test
  void aPartThatIsShorterThanTheFileHasItIsRefused() throws Exception {
    Files.writeString(folder.resolve("digits"), "0123456789");
    RemoteFiles files = files(Duration.ofSeconds(60));
    assertThat(files.read(at("/digits"), 2, 100)).isEqualTo("23456789".getBytes(UTF_8));
    server.fault = Fault.SHORT_RANGES;
    assertThatThrownBy(() -> files.read(at("/digits"), 2, 6))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("6 bytes from byte 2")
        .hasMessageContaining("size of 10")
        .hasMessageContaining("gave 3");
    server.fault = Fault.NO_PARTS;
    assertThatThrownBy(() -> files.read(at("/digits"), 2, 6))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("HTTP 416");
  }

  /** All of it takes longer than nothing may come. */
  @Test
  void aListingThatComesSlowlyIsWaitedFor() throws Exception {
    Files.writeString(folder.resolve("digits"), "0123456789");
    server.fault = Fault.TRICKLES;
    assertThat(files(Duration.ofSeconds(5)).list(at("/")))
        .extracting(RemoteFile::name)
        .containsExactly("digits");
  }
}
