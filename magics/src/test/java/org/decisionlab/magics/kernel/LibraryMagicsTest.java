// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.decisionlab.kernel.testing.BuiltJar;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.dflib.jjava.jupyter.Extension;
import org.junit.jupiter.api.Test;

/** Libraries that are added to a running kernel, from files and from a Maven repository. */
class LibraryMagicsTest extends SessionKernel {

  private static final String EXTENSION =
      """
      package greet;
      import org.dflib.jjava.jupyter.Extension;
      import org.dflib.jjava.jupyter.kernel.BaseKernel;
      public final class GreetExtension implements Extension {
        public void install(BaseKernel kernel) {
          kernel.getMagicsRegistry().registerLineMagic("greet", (k, words) -> "hello " + words);
        }
      }
      """;

  private Path repository;

  @Override
  protected void prepare() throws Exception {
    repository = folder.resolve("repository");
    library("tea", "1.0");
    library("milk", "1.0");
    library("milk", "2.0");
    library("sugar", "1.0");
    library("cup", "1.0", "tea:1.0", "sugar:1.0");
    library("tray", "1.0", "cup:1.0", "milk:2.0");
    library("jackson-databind", "0.1");
    library("old", "1.0", "jackson-databind:0.1");
    library("spice", "1.0");
    library("spice", "1.1");
    Files.writeString(
        repository.resolve("kitchen/spice/maven-metadata.xml"),
        "<metadata><groupId>kitchen</groupId><artifactId>spice</artifactId><versioning>"
            + "<latest>1.1</latest><release>1.1</release><versions><version>1.0</version>"
            + "<version>1.1</version></versions></versioning></metadata>");
    Files.createDirectories(home.resolve(".m2"));
    mirror(repository.toUri().toString());
  }

  /** Sends the kernel to another place whenever it asks Maven Central. */
  private void mirror(String url) throws IOException {
    Files.writeString(
        home.resolve(".m2/settings.xml"),
        "<settings><mirrors><mirror><id>near</id><mirrorOf>central</mirrorOf><url>"
            + url
            + "</url></mirror></mirrors></settings>");
  }

  /** A jar with one class that tells its version, and a POM with what it needs. */
  private void library(String name, String version, String... needs) throws IOException {
    Path place = repository.resolve("kitchen/" + name + "/" + version);
    Files.createDirectories(place);
    String type = name.replace('-', '_');
    new BuiltJar()
        .source(
            "kitchen." + type,
            "package kitchen; public class "
                + type
                + " { public static String version = \""
                + version
                + "\"; }")
        .write(place.resolve(name + "-" + version + ".jar"));
    String dependencies =
        Stream.of(needs)
            .map(each -> each.split(":"))
            .map(
                each ->
                    "<dependency><groupId>kitchen</groupId><artifactId>"
                        + each[0]
                        + "</artifactId><version>"
                        + each[1]
                        + "</version></dependency>")
            .collect(Collectors.joining());
    Files.writeString(
        place.resolve(name + "-" + version + ".pom"),
        "<project><modelVersion>4.0.0</modelVersion><groupId>kitchen</groupId><artifactId>"
            + name
            + "</artifactId><version>"
            + version
            + "</version><dependencies>"
            + dependencies
            + "</dependencies></project>");
    for (String ending : List.of(".jar", ".pom")) {
      Path file = place.resolve(name + "-" + version + ending);
      Files.writeString(place.resolve(file.getFileName() + ".sha1"), sha1(file));
    }
  }

  private static String sha1(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String repo() {
    return "--repo " + repository.toUri() + " ";
  }

  @Test
  void jarsAddsFilesAndPatternsAndListsThem() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib dir"));
    new BuiltJar()
        .source("lib.One", "package lib; public class One {}")
        .write(lib.resolve("one.jar"));
    new BuiltJar()
        .source("lib.Two", "package lib; public class Two {}")
        .write(lib.resolve("two.jar"));
    assertThat(client.execute("new lib.One()").error()).isEqualTo("CompileException");
    String added = client.execute("%jars '" + lib + "/*.jar'").result();
    assertThat(added.lines())
        .containsExactly("added " + lib.resolve("one.jar"), "added " + lib.resolve("two.jar"));
    assertThat(
            client.execute("new lib.One().getClass() + \"\" + new lib.Two().getClass()").result())
        .isEqualTo("class lib.Oneclass lib.Two");
    assertThat(client.execute("%jars '" + lib + "/one.jar'").result()).contains("nothing new");
    assertThat(client.execute("%jars").result()).contains(lib.resolve("two.jar").toString());
    Files.copy(lib.resolve("one.jar"), lib.resolve("three.jar"));
    assertThat(client.execute("%jars '" + lib + "/three.jar'").result())
        .contains("warning: three.jar holds lib.One, which ", "one.jar holds too");
    assertThat(client.execute("%jars " + folder + "/absent.jar").trace())
        .contains("UsageError", "there is no file", "absent.jar");
    assertThat(client.execute("%jars " + folder + "/*.none").trace())
        .contains("no file of", "*.none");
    assertThat(client.execute("%jars https://host/x.jar").trace())
        .contains("takes files of this machine");
  }

  @Test
  void anExtensionInAJarOfItsOwnBringsItsMagic() throws IOException {
    Path jar =
        new BuiltJar()
            .source("greet.GreetExtension", EXTENSION)
            .service(Extension.class, "greet.GreetExtension")
            .write(folder.resolve("greet.jar"));
    client.execute("%jars " + jar);
    client.execute("%jars " + jar);
    assertThat(client.execute("%greet you").result()).isEqualTo("hello [you]");
    assertThat(client.execute("%lsmagic").result())
        .contains("Others", "%greet", "greet.GreetExtension");
  }

  @Test
  void mavenAddsALibraryWithAllItNeeds() {
    Run run = client.execute("%maven " + repo() + "kitchen:cup:1.0");
    assertThat(run.result())
        .as(run.toString())
        .startsWith("added cup 1.0")
        .contains("tea 1.0", "sugar 1.0");
    assertThat(client.execute("kitchen.cup.version + kitchen.tea.version").result())
        .isEqualTo("1.01.0");
    assertThat(client.execute("%maven kitchen:cup:1.0").result()).contains("nothing new");
    assertThat(client.execute("%maven --offline kitchen:tea:1.0").result()).contains("nothing new");
    Run tray = client.execute("%%maven -x kitchen:milk\n# what to carry\nkitchen:tray:1.0\n");
    assertThat(tray.result()).startsWith("added tray 1.0").doesNotContain("milk");
    assertThat(client.execute("kitchen.milk.version").error()).isEqualTo("CompileException");
    Run milk =
        client.execute(
            "%%maven\n<dependency><groupId>kitchen</groupId><artifactId>milk</artifactId>"
                + "<version>1.0</version></dependency>");
    assertThat(milk.result()).as(milk.toString()).startsWith("added milk 1.0");
    Run other = client.execute("%maven kitchen:milk:2.0");
    assertThat(other.result()).contains("warning", "milk 1.0 instead of 2.0");
    assertThat(client.execute("kitchen.milk.version").result()).isEqualTo("1.0");
  }

  @Test
  void theCellThatAddsALibraryMayUseIt() throws IOException {
    library("lemon", "1.0");
    Run run =
        client.execute(
            "%maven kitchen:lemon:1.0\nimport kitchen.lemon;\nString sour = lemon.version;\nsour");
    assertThat(run.result()).as(run.toString()).isEqualTo("1.0");
  }

  @Test
  void aVersionThatTheKernelHasDifferentlyIsToldInOneLine() {
    Run run = client.execute("%maven kitchen:old:1.0");
    assertThat(run.result().lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .matches(
            "warning: the kernel has other versions, .*: jackson-databind 2\\.\\S+ instead of 0\\.1");
  }

  @Test
  void aVersionThatIsNotWrittenOutIsToldAsItIsResolved() {
    assertThat(client.execute("%maven " + repo() + "kitchen:spice:LATEST").result())
        .startsWith("added spice 1.1");
    assertThat(client.execute("kitchen.spice.version").result()).isEqualTo("1.1");
    assertThat(client.execute("%maven " + repo() + "kitchen:spice:[1.0,1.1)").result())
        .contains("spice 1.1 instead of 1.0");
  }

  @Test
  void whatCannotBeResolvedSaysWhatWasTried() {
    Run absent = client.execute("%maven " + repo() + "kitchen:fork:1.0");
    assertThat(absent.error()).isEqualTo("UsageError");
    assertThat(absent.trace())
        .contains("cannot resolve kitchen:fork:1.0", "Tried: the local repository", home.toString())
        .contains(repository.toUri() + " (mirror of central)", "Check the coordinates");
    assertThat(client.execute("%maven --offline kitchen:fork:1.0").trace())
        .contains("Without '--offline'");
    assertThat(client.execute("%maven kitchen:fork").trace()).contains("GROUP:ARTIFACT:VERSION");
    assertThat(client.execute("%maven").trace()).contains("name what to add");
    assertThat(client.execute("%maven --repo http://host/ a:b:1").trace()).contains("https:");
    assertThat(client.execute("%maven --repo https://me:pw@host/ a:b:1").trace())
        .contains("settings.xml")
        .doesNotContain("pw");
    assertThat(client.execute("%maven -x tea kitchen:cup:1.0").trace()).contains("to exclude");
  }

  @Test
  void aFileThatIsNotTheOneThatWasPublishedIsRefused() throws IOException {
    library("spoon", "1.0");
    Path jar = repository.resolve("kitchen/spoon/1.0/spoon-1.0.jar");
    Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
    assertThat(client.execute("%maven kitchen:spoon:1.0").trace())
        .contains("cannot resolve kitchen:spoon:1.0", "hecksum");
    assertThat(client.execute("kitchen.spoon.version").error()).isEqualTo("CompileException");
  }

  @Test
  void anInterruptEndsTheWaitingForARepository() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      mirror("http://127.0.0.1:" + silent.getLocalPort() + "/");
      Run run = client.interrupted("System.out.println(1);\n%maven kitchen:plate:1.0");
      assertThat(run.error()).isEqualTo("Interrupted");
    } finally {
      mirror(repository.toUri().toString());
    }
    assertThat(client.execute("1 + 1").result()).isEqualTo("2");
  }
}
