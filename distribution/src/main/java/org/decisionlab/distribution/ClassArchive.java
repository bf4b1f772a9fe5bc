// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;

/**
 * The archive of loaded classes that lets a kernel start without parsing and verifying its jars
 * (JEP 350, "Dynamic CDS Archives"). It lies in the kernelspec's folder and belongs to one JVM and
 * one class path: the JVM leaves an archive aside that does not fit, and then only starts slower.
 */
final class ClassArchive {

  private static final String PREFIX = "classes-";
  private static final String SUFFIX = ".jsa";
  private static final int KEY_LENGTH = 16;

  private final KernelSpec spec;
  private final Path folder;

  /**
   * @param spec the kernelspec
   * @param folder where it is installed
   */
  ClassArchive(KernelSpec spec, Path folder) {
    this.spec = spec;
    this.folder = folder;
  }

  /**
   * Makes the archive, unless there is one for the present JVM, flags and jars already, and lets
   * the kernelspec name it.
   *
   * @param cells what the kernel runs meanwhile
   * @return the archive
   * @throws IOException when it cannot be made; the kernelspec works without
   */
  Path make(List<String> cells) throws IOException {
    Path archive = folder.resolve(PREFIX + key() + SUFFIX);
    if (!Files.exists(archive)) {
      Path made = DurableFiles.temporaryFor(archive);
      try {
        record(made, cells);
        DurableFiles.move(made, archive);
      } finally {
        Files.deleteIfExists(made);
      }
    }
    // "auto": a JVM whose archive does not fit starts without it.
    spec.writeArguments(folder, List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto"));
    deleteOthers(archive);
    return archive;
  }

  private void record(Path archive, List<String> cells) throws IOException {
    // A JVM that is told of an archive that does not fit cannot write another one.
    spec.writeArguments(folder, List.of());
    Path work = Files.createTempDirectory("decisionlab-kernel-");
    try {
      List<String> command = new ArrayList<>(spec.command(folder));
      command.add(1, "-XX:ArchiveClassesAtExit=" + archive);
      try (Rehearsal rehearsal = new Rehearsal(command, KernelSpec.ENVIRONMENT, work)) {
        rehearsal.play(cells);
        if (!Files.exists(archive)) {
          throw new IOException("the JVM wrote no archive\n" + rehearsal.lastWords());
        }
      }
    } finally {
      DurableFiles.deleteTree(work);
    }
  }

  /** Changes whenever an archive would no longer fit. */
  private String key() throws IOException {
    MessageDigest digest = sha256();
    digest.update(spec.javaHome().toString().getBytes(UTF_8));
    Path release = spec.javaHome().resolve("release");
    digest.update(Files.exists(release) ? Files.readAllBytes(release) : new byte[0]);
    digest.update(String.join("\n", spec.jvmFlags()).getBytes(UTF_8));
    for (Path jar : spec.jars()) {
      String told = jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar) + "\n";
      digest.update(told.getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, KEY_LENGTH);
  }

  private void deleteOthers(Path archive) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(PREFIX) && name.endsWith(SUFFIX) && !file.equals(archive)) {
          Files.delete(file);
        }
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
