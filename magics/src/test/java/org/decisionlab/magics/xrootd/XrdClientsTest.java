// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.decisionlab.magics.files.CopyProgress;
import org.decisionlab.magics.files.RemoteFile;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.Unattended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With scripts that say what xrdfs and xrdcp 5.5.3 have said to a server of the same version. */
@Timeout(120)
class XrdClientsTest {

  private static final CopyProgress SILENT =
      new CopyProgress() {
        @Override
        public void begins(long bytes) {}

        @Override
        public void reached(long bytes) {}
      };

  private static final String XRDFS =
      """
      #!/bin/sh
      echo "$1 $2 $3 $4" >> "$(dirname "$0")/asked"
      if [ -e "$BEARER_TOKEN_FILE" ]; then
        stat -c %a "$BEARER_TOKEN_FILE" >> "$(dirname "$0")/asked"
        cat "$BEARER_TOKEN_FILE" >> "$(dirname "$0")/asked"
      fi
      echo "$BEARER_TOKEN$BEARER_TOKEN_FILE" > "$(dirname "$0")/place"
      echo '[2026-11-22 03:33:11][Warning][XRootD] a warning' >&2
      head -c 200000 /dev/zero | tr '\\0' 'w' >&2
      case "$2 $3$4" in
        "ls -l/data") echo '-rw-r--r-- root root       0 2026-11-22 03:33:11 /data/a b'
          echo '-rw-r--r-- root root 3000000 2026-11-22 03:33:11 /data/big.root'
          echo 'drwxr-xr-x root root    4096 2026-11-22 03:33:11 /data/sub' ;;
        "ls -l/old") echo '-r-- 2026-11-22 03:33:11          12 /old/x' ;;
        "stat /data/words.txt") printf 'Path:   /data/words.txt\\nId:     42\\nSize:   20\\n'
          printf 'MTime:  2026-11-22 03:33:11\\nFlags:  16 (IsReadable)\\n' ;;
        "stat /data/sub") printf 'Path:   /data/sub\\nSize:   4096\\nFlags:  19 (XBitSet|IsDir|IsReadable)\\n' ;;
        "cat /data/words.txt") printf '0123456789abcdefghi\\n' ;;
        "cat /data/slow") printf '01234'; exec sleep 900 ;;
        "stat /data/closed") echo '[ERROR] Server responded with an error: [3010] permission denied' >&2
          exit 54 ;;
        *) echo '[ERROR] Server responded with an error: [3011] Unable to locate it; no such file or directory' >&2
          exit 54 ;;
      esac
      """;

  private static final String XRDCP =
      """
      #!/bin/sh
      head -c 200000 /dev/zero | tr '\\0' 'w' >&2
      head -c 200000 /dev/zero
      case "$3" in
        root://host:1094//data/words.txt) printf '0123456789abcdefghi\\n' > "$4" ;;
        *) exit 3 ;;
      esac
      """;

  @TempDir Path folder;
  private KernelTokens tokens;
  private RemoteFiles files;

  @BeforeEach
  void start() throws Exception {
    script("xrdfs", XRDFS);
    script("xrdcp", XRDCP);
    tokens =
        new KernelTokens(
            Map.of("BEARER_TOKEN", "hush-token", FileTokens.HOSTS, "host"),
            folder.resolve("none"),
            new Unattended(),
            Clock.systemUTC());
    files = files(Duration.ofSeconds(60));
  }

  private RemoteFiles files(Duration stall) {
    Map<String, String> environment =
        Map.of("PATH", folder + ":" + System.getenv("PATH"), "BEARER_TOKEN", "hush-variable");
    return new RemoteFiles(new FileTokens(tokens), () -> environment, stall, stall);
  }

  private void script(String name, String text) throws Exception {
    Path file = Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @AfterEach
  void stop() {
    tokens.close();
  }

  private static RemoteAddress at(String path) {
    return RemoteAddress.of("root://host:1094/" + path);
  }

  @Test
  void whatTheProgramsSayIsRead() throws Exception {
    Instant time = Instant.parse("2026-11-22T03:33:11Z");
    assertThat(files.list(at("/data")))
        .containsExactly(
            new RemoteFile("a b", false, 0, time),
            new RemoteFile("big.root", false, 3_000_000, time),
            new RemoteFile("sub", true, -1, time));
    assertThat(files.list(at("/old"))).containsExactly(new RemoteFile("x", false, 12, time));
    assertThat(files.stat(at("/data/words.txt")))
        .isEqualTo(new RemoteFile("words.txt", false, 20, time));
    assertThat(files.stat(at("/data/sub"))).isEqualTo(new RemoteFile("sub", true, -1, null));
    assertThatThrownBy(() -> files.stat(at("/data/none")))
        .isInstanceOf(FileNotFoundException.class);
    assertThat(new String(files.read(at("/data/words.txt"), 10, 4), StandardCharsets.US_ASCII))
        .isEqualTo("abcd");
    assertThat(files.read(at("/data/words.txt"), 30, 4)).isEmpty();
    assertThatThrownBy(() -> files.read(at("/data/words.txt"), 100_000_000, 4))
        .hasMessageContaining("https address");
    assertThatThrownBy(() -> files.stat(at("/data/a%20b"))).hasMessageContaining("blanks");
  }

  @Test
  void aFileIsCopied() throws Exception {
    Path copied = files.copy(at("/data/words.txt"), folder.resolve("words"), false, SILENT);
    assertThat(copied).hasContent("0123456789abcdefghi\n");
  }

  @Test
  void theTokenIsInAFileAsLongAsTheProgram() throws Exception {
    files.stat(at("/data/words.txt"));
    assertThat(Files.readString(folder.resolve("asked")))
        .isEqualTo("root://host:1094 stat /data/words.txt \n600\nhush-token");
    assertThat(Path.of(Files.readString(folder.resolve("place")).strip())).doesNotExist();
  }

  /** Xrdfs looks for a token in {@code /tmp/bt_uUID} where it is not sent elsewhere. */
  @Test
  void whereNoneIsToBeShownTheProgramFindsNone() throws Exception {
    RemoteAddress elsewhere = RemoteAddress.of("root://elsewhere:1094//data/words.txt");
    assertThat(files.stat(elsewhere).size()).isEqualTo(20);
    assertThat(Files.readString(folder.resolve("place"))).isEqualTo("/dev/null/none\n");
    assertThat(Files.readString(folder.resolve("asked"))).doesNotContain("hush");
    assertThatThrownBy(() -> files.stat(RemoteAddress.of("root://elsewhere//data/closed")))
        .hasMessageContaining("[3010] permission denied")
        .hasMessageContaining("no token was shown: ")
        .hasMessageContaining(FileTokens.HOSTS);
    assertThatThrownBy(() -> files.stat(at("/data/closed")))
        .hasMessageContaining("[3010] permission denied")
        .hasMessageNotContaining("no token was shown");
  }

  @Test
  void whatStallsIsGivenUp() {
    assertThatThrownBy(() -> files(Duration.ofSeconds(2)).read(at("/data/slow"), 0, 100))
        .hasMessageContaining("nothing has come for 2 s");
  }
}
