// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a "class" is its text here: nothing but its place matters. */
class ClassPathTest {

  private final ClassPath classPath = ClassPath.ofThisJvm();

  @TempDir private Path folder;

  @Test
  void whatComesFirstHidesWhatComesLater() throws IOException {
    classPath.add(jar("one.jar", "", "tally/A.class", "first", "tally/B.class", "first"));
    classPath.add(jar("two.jar", "", "tally/A.class", "second", "tally/C.class", "second"));
    assertThat(contents("tally")).containsExactlyInAnyOrder("first", "first", "second");
    assertThat(classPath.packages()).contains("tally", "org.decisionlab.kernel.engine");
    assertThat(classPath.classes("nothing.here")).isEmpty();
  }

  @Test
  void aJarOfSeveralReleasesShowsThatOfThisJvm() throws IOException {
    classPath.add(
        jar(
            "releases.jar",
            "Multi-Release: true\n",
            "tally/A.class",
            "old",
            "META-INF/versions/11/tally/A.class",
            "of 11",
            "META-INF/versions/999/tally/A.class",
            "of the future",
            "META-INF/versions/11/tally/only11/B.class",
            "new"));
    assertThat(contents("tally")).containsExactly("of 11");
    assertThat(contents("tally.only11")).containsExactly("new");
    assertThat(classPath.packages()).noneMatch(name -> name.contains("META-INF"));
  }

  @Test
  void whatAManifestNamesBelongsToThePath() throws IOException {
    jar("with space.jar", "", "named/N.class", "named");
    classPath.add(
        jar("naming.jar", "Class-Path: with%20space.jar missing.jar\n", "tally/A.class", "a"));
    assertThat(contents("named")).containsExactly("named");
  }

  @Test
  void aFolderIsSeenAsItIsNow() throws IOException {
    classPath.add(folder);
    assertThat(classPath.classes("late")).isEmpty();
    Files.writeString(Files.createDirectories(folder.resolve("late")).resolve("L.class"), "late");
    assertThat(contents("late")).containsExactly("late");
    assertThat(names(classPath.named("L"))).containsExactly("late.L");
  }

  @Test
  void whatIsNoJarIsLeftOut() throws IOException {
    classPath.add(Files.writeString(folder.resolve("broken.jar"), "no jar"));
    classPath.add(folder.resolve("missing.jar"));
    classPath.add(jar("whole.jar", "", "tally/A.class", "a"));
    assertThat(contents("tally")).containsExactly("a");
  }

  @Test
  void namesAreFoundInWhateverPackage() throws IOException {
    classPath.add(
        jar("many.jar", "", "p/q/Wanted.class", "", "p/Wanted.class", "", "p/O.class", ""));
    assertThat(names(classPath.named("Wanted")))
        .containsExactlyInAnyOrder("p.q.Wanted", "p.Wanted");
    assertThat(names(classPath.classesBelow("p")))
        .containsExactlyInAnyOrder("p.q.Wanted", "p.Wanted", "p.O");
    assertThat(new UnimportedNames(classPath).packagesIn("p", "")).containsExactly("q");
    assertThat(new UnimportedNames(classPath).packagesIn("", "jav")).contains("java", "javax");
  }

  @Test
  void anImportOfAllMeansNothingWhereNoNameFits() throws IOException {
    classPath.add(jar("some.jar", "", "some/Thing.class", "", "javax/xml/parsers/X.class", ""));
    assertThat(classPath.mayMean("some", Set.of("other", "Thing"))).isTrue();
    assertThat(classPath.mayMean("some", Set.of("thing"))).isFalse();
    // A package of the JDK, or one that is a class with others in it, is not judged.
    assertThat(classPath.mayMean("javax.xml.parsers", Set.of("SAXParser"))).isTrue();
    assertThat(classPath.mayMean("java.util.Map", Set.of("Entry"))).isTrue();
  }

  private List<String> contents(String packageName) throws IOException {
    return classPath.classes(packageName).stream().map(ClassPathTest::content).toList();
  }

  private static String content(JavaFileObject file) {
    try (InputStream in = file.openInputStream()) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> names(List<JavaFileObject> files) {
    return files.stream().map(LibraryClass.class::cast).map(LibraryClass::binaryName).toList();
  }

  private Path jar(String name, String manifest, String... entries) throws IOException {
    Path jar = folder.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("META-INF/MANIFEST.MF"));
      out.write(("Manifest-Version: 1.0\n" + manifest + "\n").getBytes(UTF_8));
      for (int i = 0; i < entries.length; i += 2) {
        out.putNextEntry(new JarEntry(entries[i]));
        out.write(entries[i + 1].getBytes(UTF_8));
      }
    }
    return jar;
  }
}
