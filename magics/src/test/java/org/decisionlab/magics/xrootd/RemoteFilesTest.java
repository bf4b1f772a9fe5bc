// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.MagicLine;
import org.decisionlab.magics.files.CopyProgress;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.Table;

/** Files of a folder behind WebDAV. */
@Timeout(180)
class RemoteFilesTest {

  private static final String FILE = "/data%20set/a+b%20c%25.root";

  /** Hears nothing. */
  private static final CopyProgress SILENT =
      new CopyProgress() {
        @Override
        public void begins(long bytes) {}

        @Override
        public void reached(long bytes) {}
      };

  @TempDir Path folder;
  private final byte[] content = new byte[3_000_000];
  private final Map<String, String> environment = new HashMap<>();
  private Path here;
  private WebDavServer server;
  private KernelTokens tokens;
  private RemoteFiles files;

  @BeforeEach
  void start() throws Exception {
    Path store = Files.createDirectories(folder.resolve("store/data set"));
    here = Files.createDirectories(folder.resolve("here"));
    new Random(7).nextBytes(content);
    Files.write(store.resolve("a+b c%.root"), content);
    Files.writeString(store.resolve("words.txt"), "größer als nichts\n");
    Files.createDirectories(store.resolve("sub"));
    server = new WebDavServer(folder.resolve("store"));
    Path file = Files.writeString(folder.resolve("token"), "first");
    environment.put("BEARER_TOKEN_FILE", file.toString());
    environment.put(FileTokens.HOSTS, "127.0.0.1");
    tokens =
        new KernelTokens(environment, folder.resolve("none"), new Unattended(), Clock.systemUTC());
    files = files(Duration.ofSeconds(30));
  }

  private RemoteFiles files(Duration stall) {
    return new RemoteFiles(new FileTokens(tokens), Map::of, stall, stall);
  }

  @AfterEach
  void stop() {
    tokens.close();
    server.close();
  }

  private RemoteAddress at(String path) {
    return RemoteAddress.of(server.at(path));
  }

  @Test
  void aFolderIsListedWithItsNamesAsTheyAre() throws Exception {
    List<RemoteFile> listed = files.list(at("/data%20set"));
    assertThat(listed)
        .extracting(RemoteFile::name)
        .containsExactly("a+b c%.root", "sub", "words.txt");
    assertThat(listed).extracting(RemoteFile::folder).containsExactly(false, true, false);
    assertThat(listed).extracting(RemoteFile::size).containsExactly(3_000_000L, -1L, 20L);
    assertThat(listed.get(0).modified()).isBetween(Instant.now().minusSeconds(600), Instant.now());
    assertThat(files.list(at("/data%20set/sub/"))).isEmpty();
    assertThat(files.list(at("/"))).extracting(RemoteFile::name).containsExactly("data set");
    assertThatThrownBy(() -> files.list(at(FILE))).hasMessageContaining("is a file");
    assertThatThrownBy(() -> files.list(at("/none"))).isInstanceOf(FileNotFoundException.class);
  }

  /** As XRootD 5.5 answers. */
  @Test
  void namesThatAreNotEncodedAreReadAsTheyAre() throws Exception {
    server.fault = Fault.NOT_ENCODED;
    assertThat(files.list(at("/data%20set")))
        .extracting(RemoteFile::name)
        .containsExactly("a+b c%.root", "sub", "words.txt");
    assertThat(files.stat(at(FILE)).size()).isEqualTo(content.length);
  }

  @Test
  void sizeAndTimeAreTold() throws Exception {
    assertThat(files.stat(at(FILE)).size()).isEqualTo(content.length);
    assertThat(files.stat(at(FILE)).name()).isEqualTo("a+b c%.root");
    assertThat(files.stat(at("/data%20set")).folder()).isTrue();
    assertThatThrownBy(() -> files.stat(at("/none"))).isInstanceOf(FileNotFoundException.class);
    server.fault = Fault.NO_WEBDAV;
    assertThat(files.stat(at(FILE)).size()).isEqualTo(content.length);
    assertThat(server.seen).last().asString().startsWith("HEAD ");
    assertThatThrownBy(() -> files.list(at("/data%20set"))).hasMessageContaining("405");
  }

  @Test
  void partsAreReadAsTheyAre() throws Exception {
    assertThat(files.read(at(FILE), 1_000_000, 5000))
        .isEqualTo(Arrays.copyOfRange(content, 1_000_000, 1_005_000));
    assertThat(files.read(at(FILE), content.length - 3, 100))
        .isEqualTo(Arrays.copyOfRange(content, content.length - 3, content.length));
    assertThat(files.read(at(FILE), content.length + 5L, 100)).isEmpty();
    server.fault = Fault.NO_RANGES;
    assertThat(files.read(at(FILE), 0, 5000)).isEqualTo(Arrays.copyOf(content, 5000));
    assertThatThrownBy(() -> files.read(at(FILE), 1, 5000)).hasMessageContaining("no ranges");
    assertThatIllegalArgumentException().isThrownBy(() -> files.read(at(FILE), -1, 1));
  }

  @Test
  void aCopyIsWholeOrIsNotThere() throws Exception {
    List<Long> heard = new ArrayList<>();
    CopyProgress progress =
        new CopyProgress() {
          @Override
          public void begins(long bytes) {
            heard.add(bytes);
          }

          @Override
          public synchronized void reached(long bytes) {
            heard.add(bytes);
          }
        };
    Path copied = files.copy(at(FILE), here, false, progress);
    assertThat(copied).isEqualTo(here.resolve("a+b c%.root")).hasBinaryContent(content);
    assertThat(heard.get(0)).isEqualTo(content.length);
    assertThat(heard.get(heard.size() - 1)).isEqualTo(content.length);
    assertThatThrownBy(() -> files.copy(at(FILE), here, false, SILENT))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("--force");
    Files.writeString(copied, "mine");
    assertThatThrownBy(() -> files.copy(at(FILE), copied, false, SILENT))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(copied).hasContent("mine");
    files.copy(at(FILE), copied, true, SILENT);
    assertThat(copied).hasBinaryContent(content);
    assertThatThrownBy(() -> files.copy(at("/data%20set"), here, false, SILENT))
        .hasMessageContaining("folder");
    assertThatThrownBy(() -> files.copy(at(FILE), here.resolve("no/x"), false, SILENT))
        .isInstanceOf(FileNotFoundException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "WRONG_CHECKSUM, adler32",
    "WRONG_SIZE, 3000001 bytes",
    "STALLS, nothing has come for 2 s",
    "ENDS_EARLY, 1500000 came"
  })
  void whatIsNotWholeIsNotKept(Fault fault, String told) throws Exception {
    server.fault = fault;
    RemoteFiles asked = fault == Fault.STALLS ? files(Duration.ofSeconds(2)) : files;
    assertThatThrownBy(() -> asked.copy(at(FILE), here, false, SILENT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(told);
    try (Stream<Path> left = Files.list(here)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void anInterruptEndsACopy() throws Exception {
    server.fault = Fault.STALLS;
    RemoteFiles patient = files(Duration.ofMinutes(5));
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread copying =
        new Thread(
            () -> {
              try {
                patient.copy(
                    at(FILE),
                    here,
                    false,
                    new CopyProgress() {
                      @Override
                      public void begins(long bytes) {}

                      @Override
                      public void reached(long bytes) {
                        begun.countDown();
                      }
                    });
                end.complete(new AssertionError("it ended"));
              } catch (Throwable e) {
                end.complete(e);
              }
            });
    copying.start();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    copying.interrupt();
    assertThat(end.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    try (Stream<Path> left = Files.list(here)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aTokenIsShownWhenItIsAskedForAndRenewedOnce() throws Exception {
    files.stat(at(FILE));
    assertThat(server.seen).allSatisfy(each -> assertThat(each).doesNotContain("Bearer"));
    for (int refusal : List.of(401, 403)) {
      server.seen.clear();
      server.token = "first";
      server.refusal = refusal;
      RemoteFiles fresh = files(Duration.ofSeconds(30));
      assertThat(fresh.list(at("/data%20set/sub"))).isEmpty();
      assertThat(server.seen).hasSize(2);
      assertThat(server.seen.get(1)).endsWith(" Bearer first");
      server.token = "second";
      Files.writeString(folder.resolve("token"), "second");
      assertThat(fresh.list(at("/data%20set/sub"))).isEmpty();
      assertThat(server.seen).hasSize(4);
      server.token = "other";
      assertThatThrownBy(() -> fresh.list(at("/data%20set/sub")))
          .hasMessageContaining("no other token than the one refused")
          .hasMessageNotContaining("second");
      assertThat(server.seen).hasSize(5);
      Files.writeString(folder.resolve("token"), "first");
      tokens.refused(request(), tokens.token(request()));
    }
  }

  private TokenRequest request() throws Exception {
    return new FileTokens(tokens).request(server.uri());
  }

  @Test
  void aTokenDoesNotGoWhereARedirectLeads() throws Exception {
    try (WebDavServer data = new WebDavServer(folder.resolve("store"))) {
      server.token = "first";
      server.elsewhere = data.uri();
      assertThat(files.copy(at(FILE), here, false, SILENT)).hasBinaryContent(content);
      assertThat(server.seen).anyMatch(each -> each.contains("Bearer first"));
      assertThat(data.seen)
          .hasSize(1)
          .allSatisfy(each -> assertThat(each).doesNotContain("Bearer"));
      data.token = "second";
      assertThatThrownBy(() -> files.copy(at(FILE), here, true, SILENT))
          .hasMessageContaining("not permitted")
          .hasMessageNotContaining("hush");
      assertThat(data.seen).allSatisfy(each -> assertThat(each).doesNotContain("Bearer"));
    }
  }

  @Test
  void elementsThatAreNotListedGetNoToken() throws Exception {
    server.token = "first";
    environment.put(FileTokens.HOSTS, "storage.example, *.cern.ch");
    assertThatThrownBy(() -> files.stat(at(FILE)))
        .hasMessageContaining("HTTP 401")
        .hasMessageContaining(FileTokens.HOSTS);
    assertThat(server.seen).hasSize(1);
    FileTokens of = new FileTokens(tokens);
    environment.put(KernelTokens.FILE_AUDIENCE, "https://wlcg.cern.ch/jwt/v1/any");
    for (String address :
        List.of(
            "https://storage.example:1094/x", "https://eos.cern.ch/x", "root://eos.cern.ch//x")) {
      assertThat(of.request(URI.create(address)).audience())
          .isEqualTo("https://wlcg.cern.ch/jwt/v1/any");
    }
    for (String address : List.of("https://evilcern.ch/x", "https://storage.example.evil/x")) {
      assertThatThrownBy(() -> of.request(URI.create(address))).hasMessageContaining("no other");
    }
    environment.remove(FileTokens.HOSTS);
    assertThat(of.request(URI.create("https://evil.example:8443/x")).audience())
        .isEqualTo("https://evil.example:8443");
    assertThatThrownBy(() -> of.request(URI.create("http://storage.example/x")))
        .hasMessageContaining("over https");
  }

  @Test
  void aListingFetchesNothingElse() {
    server.fault = Fault.DOCTYPE;
    assertThatThrownBy(() -> files.list(at("/data%20set"))).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host/x",
        "https:///x",
        "/store/x",
        "https://me:pw@host/x",
        "https://host/a/../b",
        "https://host/a/%2e%2e/b",
        "https://host/a%2Fb",
        "https://host/a//b",
        "https://host/a%0Ab",
        "https://host/x?authz=hush",
        "https://host/x y"
      })
  void whatIsNoAddressIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RemoteAddress.of(text))
        .withMessageNotContaining("hush")
        .withMessageNotContaining("pw@");
  }

  @Test
  void addressesAreRead() {
    assertThat(RemoteAddress.of("davs://Host.Example:2880/a%20b/").toString())
        .isEqualTo("https://host.example:2880/a%20b/");
    assertThat(RemoteAddress.of("davs://h/a%20b/").name()).isEqualTo("a b");
    assertThat(RemoteAddress.of("root://h//store/x").path()).isEqualTo("/store/x");
    assertThat(RemoteAddress.of("root://h/store/x").path()).isEqualTo("/store/x");
    assertThat(RemoteAddress.of("https://h").uri()).hasToString("https://h/");
  }

  private Object magic(String... words) throws Exception {
    return MagicLine.run(new XrootdMagic(() -> files), List.of(words));
  }

  @Test
  void theMagicShowsThem() throws Exception {
    Table listed = (Table) magic("ls", server.at("/data%20set"));
    assertThat(listed.columnNames()).containsExactly("name", "kind", "bytes", "modified");
    assertThat(listed.stringColumn("kind").asList()).containsExactly("file", "folder", "file");
    assertThat(listed.longColumn("bytes").isMissing(1)).isTrue();
    assertThat(String.valueOf(magic("stat", server.at(FILE)))).contains("bytes     3,000,000");
    assertThat(magic("cat", server.at("/data%20set/words.txt"))).isEqualTo("größer als nichts\n");
    assertThat(magic("cat", server.at("/data%20set/words.txt"), "--length", "3"))
        .as("a character that is cut is left out")
        .isEqualTo("gr");
    assertThatThrownBy(() -> magic("cat", server.at(FILE)))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("are no text");
    assertThat(
            (byte[])
                magic("read", server.at("/data%20set/words.txt"), "--offset", "7", "--length", "4"))
        .isEqualTo("r al".getBytes(UTF_8));
    assertThat(String.valueOf(magic("--help"))).contains("ls", "stat", "cat", "read", "cp");
    assertThatThrownBy(() -> magic("list", "x")).isInstanceOf(MagicUsageException.class);
    assertThatThrownBy(() -> magic("cp", server.at(FILE), here.toString(), "--forse"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("--force");
    assertThatThrownBy(() -> magic("ls", "ftp://x/y"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("https://HOST:PORT/PATH");
  }

  @Test
  void withoutItsProgramsXrootdSaysWhatToInstall() {
    assertThatThrownBy(() -> files.list(RemoteAddress.of("root://127.0.0.1:1//store")))
        .hasMessageContaining("xrdfs")
        .hasMessageContaining("install xrootd-client");
  }
}
