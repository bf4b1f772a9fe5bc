// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.javadoc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds sources: of the JDK in its {@code lib/src.zip}, of a jar in {@code NAME-sources.jar} beside
 * it, which is also where a Maven repository keeps them.
 *
 * @param jdk the archive of the JDK's sources, whether it is there or not
 */
record SourceArchives(Path jdk) {

  private static final Logger LOG = LoggerFactory.getLogger(SourceArchives.class);

  /** The sources of the JDK that runs this process, and those beside jars. */
  static SourceArchives ofThisJdk() {
    return new SourceArchives(Path.of(System.getProperty("java.home"), "lib", "src.zip"));
  }

  /** The source file that declares a class. */
  Optional<String> source(Class<?> type) {
    Class<?> outermost = type;
    while (outermost.getEnclosingClass() != null) {
      outermost = outermost.getEnclosingClass();
    }
    String entry = outermost.getName().replace('.', '/') + ".java";
    CodeSource from = outermost.getProtectionDomain().getCodeSource();
    if (from == null
        || from.getLocation() == null
        || "jrt".equals(from.getLocation().getProtocol())) {
      return read(jdk, outermost.getModule().getName() + "/" + entry);
    }
    try {
      String jar = Path.of(from.getLocation().toURI()).toString();
      return jar.endsWith(".jar")
          ? read(Path.of(jar.substring(0, jar.length() - 4) + "-sources.jar"), entry)
          : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> read(Path archive, String name) {
    if (!Files.isReadable(archive)) {
      return Optional.empty();
    }
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      ZipEntry entry = zip.getEntry(name);
      return entry == null
          ? Optional.empty()
          : Optional.of(new String(zip.getInputStream(entry).readAllBytes(), UTF_8));
    } catch (IOException e) {
      LOG.warn("sources in {} cannot be read", archive, e);
      return Optional.empty();
    }
  }
}
