// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.decisionlab.kernel.testing.BuiltJar;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.dflib.jjava.jupyter.Extension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars that are added while the kernel runs, and the extensions in them. */
class ExtensionJarTest extends RunningKernel {

  private static final String COUNTED =
      """
      package tally;
      import org.dflib.jjava.jupyter.Extension;
      import org.dflib.jjava.jupyter.kernel.BaseKernel;
      public final class TallyExtension implements Extension {
        public static int installed;
        public void install(BaseKernel kernel) {
          installed++;
          kernel.getMagicsRegistry().registerLineMagic("tally", (k, words) -> words.size());
        }
        public void uninstall(BaseKernel kernel) {
          installed--;
        }
      }
      """;

  @TempDir Path folder;

  private static String add(Path... jars) {
    StringBuilder paths = new StringBuilder();
    for (Path jar : jars) {
      paths.append(paths.isEmpty() ? "" : ", ").append("Path.of(\"").append(jar).append("\")");
    }
    return "org.decisionlab.kernel.cell.KernelScope.of("
        + "org.dflib.jjava.jupyter.kernel.BaseKernel.notebookKernel()).addJars(List.of("
        + paths
        + "))";
  }

  @Test
  void anExtensionInAJarOfItsOwnIsInstalledOnce() throws IOException {
    Path jar =
        new BuiltJar()
            .source("tally.TallyExtension", COUNTED)
            .service(Extension.class, "tally.TallyExtension")
            .write(folder.resolve("tally.jar"));
    assertThat(client.execute("%tally a b").error()).isEqualTo("UsageError");
    assertThat(client.execute(add(jar)).result()).contains("added=[" + jar.toRealPath() + "]");
    assertThat(client.execute("%tally a b").result()).isEqualTo("2");
    assertThat(client.execute("tally.TallyExtension.installed").result()).isEqualTo("1");
    JsonObject typed = new JsonObject();
    typed.addProperty("code", "tally.Tally");
    typed.addProperty("cursor_pos", 11);
    assertThat(client.request("shell", "complete_request", typed).get("matches").toString())
        .contains("TallyExtension");
    Path copy = Files.copy(jar, folder.resolve("copy.jar"));
    assertThat(client.execute(add(jar, copy)).result())
        .contains("added=[" + copy.toRealPath() + "]", "copy.jar holds tally.TallyExtension");
    assertThat(client.execute("tally.TallyExtension.installed").result()).isEqualTo("1");
  }

  @Test
  void cellsSeeTheClassesAndListenersHearOfTheJars() throws IOException {
    Path jar =
        new BuiltJar()
            .source("far.Star", "package far; public record Star(int mass) {}")
            .resource("far/name.txt", "Sirius")
            .write(folder.resolve("star.jar"));
    assertThat(client.execute("new far.Star(1)").error()).isEqualTo("CompileException");
    client.execute(
        """
        List<Path> told = new ArrayList<>();
        var scope = org.decisionlab.kernel.cell.KernelScope.of(
            org.dflib.jjava.jupyter.kernel.BaseKernel.notebookKernel());
        scope.addListener(new org.decisionlab.kernel.cell.CellListener() {
          @Override public void jarsAdded(List<Path> jars) {
            told.addAll(jars);
          }
        });
        """);
    // A cell is compiled whole before it runs: what its Java adds, the next cell knows.
    client.execute(add(jar) + ";");
    Run run = client.execute("import far.*;\nnew Star(3).mass()");
    assertThat(run.result()).as(run.toString()).isEqualTo("3");
    assertThat(client.execute("told").result()).isEqualTo("[" + jar.toRealPath() + "]");
    assertThat(client.execute("scope.addedJars().containsAll(told)").result()).isEqualTo("true");
    String resource =
        "new String(Thread.currentThread().getContextClassLoader()"
            + ".getResourceAsStream(\"far/name.txt\").readAllBytes())";
    assertThat(client.execute(resource).result()).isEqualTo("Sirius");
  }

  @Test
  void whatIsNoJarIsRefusedByNameAndNothingIsAdded() throws IOException {
    Path jar =
        new BuiltJar()
            .source("near.Moon", "package near; public class Moon {}")
            .write(folder.resolve("moon.jar"));
    Path text = Files.writeString(folder.resolve("text.jar"), "no zip");
    assertThat(client.execute(add(jar, folder.resolve("absent.jar"))).trace())
        .contains("there is no file", "absent.jar");
    assertThat(client.execute(add(jar, text)).trace()).contains("text.jar is no jar");
    assertThat(client.execute(add(jar, folder)).trace()).contains("is a folder");
    assertThat(client.execute("new near.Moon()").error()).isEqualTo("CompileException");
  }

  @Test
  void anExtensionThatFailsIsToldAndTheOthersAreInstalled() throws IOException {
    Path jar =
        new BuiltJar()
            .source(
                "bad.Broken",
                COUNTED
                    .replace("package tally", "package bad")
                    .replace("TallyExtension", "Broken")
                    .replace("installed++;", "if (true) throw new IllegalStateException(\"no\");"))
            .source(
                "bad.Fine",
                COUNTED
                    .replace("package tally", "package bad")
                    .replace("\"tally\"", "\"fine\"")
                    .replace("TallyExtension", "Fine"))
            .resource(
                "META-INF/services/" + Extension.class.getName(),
                "bad.Absent\nbad.Broken\nbad.Fine\n")
            .write(folder.resolve("bad.jar"));
    assertThat(client.execute(add(jar)).result())
        .contains("could not be installed", "bad.Absent", "IllegalStateException: no");
    assertThat(client.execute("bad.Fine.installed").result()).isEqualTo("1");
  }
}
