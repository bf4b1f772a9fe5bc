// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.javadoc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavadocTest {

  private static final String SOURCE =
      """
      package shop;
      /** A <b>till</b> &amp; its {@link java.util.List list}. */
      public class Till<T> {
        /** Most coins. */
        public static final int MOST = 3;
        /** An empty till. */
        public Till() {}
        /**
         * Adds coins,
         * see {@code add(1)}.
         * <pre>
         * till.add(1);
         *   till.add(2);
         * </pre>
         *
         * @param count how many
         * @return the sum
         * @throws IllegalStateException when full
         */
        public int add(int count) { return 0; }
        /** Adds all of {@link #MOST}. */
        public int add(java.util.List<? extends T> all, String... names) { return 0; }
        /** A drawer. */
        public static class Drawer {
          /** Opens. */
          public void open() {}
        }
      }
      """;

  @TempDir private Path folder;

  private static void zip(Path file, Map<String, byte[]> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
  }

  @Test
  void sourcesBesideAJarAreRead() throws Exception {
    Path file = Files.writeString(folder.resolve("Till.java"), SOURCE);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), file.toString());
    assertThat(status).isZero();
    zip(
        folder.resolve("shop-1.jar"),
        Map.of(
            "shop/Till.class", Files.readAllBytes(folder.resolve("shop/Till.class")),
            "shop/Till$Drawer.class",
                Files.readAllBytes(folder.resolve("shop/Till$Drawer.class"))));
    zip(folder.resolve("shop-1-sources.jar"), Map.of("shop/Till.java", SOURCE.getBytes(UTF_8)));
    Javadoc javadoc = new Javadoc(new SourceArchives(folder.resolve("none.zip")));
    URL jar = folder.resolve("shop-1.jar").toUri().toURL();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar}, null)) {
      Javadoc.Classes classes =
          name -> Optional.of(loader.loadClass("shop." + name.replace('.', '$')));
      assertThat(javadoc.markdown("Till<T>", classes)).hasValue("A **till** & its list.");
      assertThat(javadoc.markdown("Till.MOST:int", classes)).hasValue("Most coins.");
      assertThat(javadoc.markdown("Till<T>()", classes)).hasValue("An empty till.");
      assertThat(javadoc.markdown("int Till<T>.add(int count)", classes))
          .hasValue(
              """
              Adds coins, see `add(1)`.

              ```java
              till.add(1);
                till.add(2);
              ```

              - `count`: how many
              - returns: the sum
              - throws `IllegalStateException`: when full""");
      assertThat(
              javadoc.markdown("int Till<T>.add(List<? extends T> all, String... names)", classes))
          .hasValue("Adds all of `MOST`.");
      assertThat(javadoc.markdown("void Till.Drawer.open()", classes)).hasValue("Opens.");
      assertThat(javadoc.markdown("void Till.nothing()", classes)).isEmpty();
    }
  }

  @Test
  void sourcesOfTheJdkAreReadWhereTheyAre() throws Exception {
    Path sources = folder.resolve("src.zip");
    String text = "package java.lang;\n/** Made for a test. */\npublic final class String {}\n";
    zip(sources, Map.of("java.base/java/lang/String.java", text.getBytes(UTF_8)));
    Javadoc.Classes string = name -> Optional.of(String.class);
    assertThat(new Javadoc(new SourceArchives(sources)).markdown("java.lang.String", string))
        .hasValue("Made for a test.");
    assertThat(
            new Javadoc(new SourceArchives(folder.resolve("none")))
                .markdown("java.lang.String", string))
        .isEmpty();
  }

  @Test
  void signaturesAreTakenApart() {
    assertThat(Signature.of("void Collections.<T extends Comparable<? super T>>sort(List<T> list)"))
        .isEqualTo(new Signature("Collections", "sort", List.of("List")));
    assertThat(Signature.of("V Map.Entry<K,V>.setValue(V value)"))
        .isEqualTo(new Signature("Map.Entry", "setValue", List.of("V")));
    assertThat(Signature.of("ArrayList<E>(Collection<? extends E> c)"))
        .isEqualTo(new Signature("ArrayList", Signature.CONSTRUCTOR, List.of("Collection")));
    assertThat(Signature.of("java.util.List<E>"))
        .isEqualTo(new Signature("java.util.List", null, null));
  }
}
