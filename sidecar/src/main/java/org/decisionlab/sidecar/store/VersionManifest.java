// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.decisionlab.core.file.DurableFiles;
import org.jspecify.annotations.Nullable;

/**
 * What was published: {@code version.json} beside the files of a version.
 *
 * @param name name of the model
 * @param version number of the version
 * @param publishedAt when it was published
 * @param publishedBy who published it, null when that is not known
 * @param bytes size of the files together
 * @param sha256 checksum of every file by its path with {@code /}, lower-case hex
 */
record VersionManifest(
    ModelName name,
    int version,
    Instant publishedAt,
    @Nullable String publishedBy,
    long bytes,
    SortedMap<String, String> sha256) {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int FORMAT = 1;

  /** The version that this describes, its files in a directory. */
  StoredVersion at(Path files) {
    return new StoredVersion(name, version, publishedAt, publishedBy, bytes, sha256, files);
  }

  String toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("name", name.value());
    root.put("version", version);
    root.put("published_at", publishedAt.toString());
    if (publishedBy != null) {
      root.put("published_by", publishedBy);
    }
    root.put("bytes", bytes);
    ObjectNode files = root.putObject("sha256");
    sha256.forEach(files::put);
    return root.toPrettyString() + "\n";
  }

  static VersionManifest fromJson(String text) throws DamagedVersionException {
    try {
      JsonNode root = JSON.readTree(text);
      if (root.path("format").asInt() != FORMAT) {
        throw new DamagedVersionException(
            "version.json has format " + root.path("format") + ", expected " + FORMAT);
      }
      SortedMap<String, String> checksums = new TreeMap<>();
      for (Map.Entry<String, JsonNode> file : root.path("sha256").properties()) {
        checksums.put(file.getKey(), file.getValue().asText());
      }
      return new VersionManifest(
          new ModelName(root.path("name").asText()),
          root.path("version").asInt(),
          Instant.parse(root.path("published_at").asText()),
          root.path("published_by").isTextual() ? root.path("published_by").asText() : null,
          root.path("bytes").asLong(),
          checksums);
    } catch (DamagedVersionException e) {
      throw e;
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new DamagedVersionException("version.json cannot be read: " + e.getMessage(), e);
    }
  }

  /** Compares every file with its checksum. */
  void check(Path files) throws IOException {
    SortedMap<String, String> found = checksums(files);
    for (Map.Entry<String, String> file : sha256.entrySet()) {
      String actual = found.remove(file.getKey());
      if (actual == null) {
        throw new DamagedVersionException("file " + file.getKey() + " is missing");
      }
      if (!actual.equals(file.getValue())) {
        throw new DamagedVersionException(
            "file "
                + file.getKey()
                + " was changed: expected SHA-256 "
                + file.getValue()
                + ", found "
                + actual);
      }
    }
    if (!found.isEmpty()) {
      throw new DamagedVersionException("file " + found.firstKey() + " was not published");
    }
  }

  /** Checksums of all files in a directory. */
  static SortedMap<String, String> checksums(Path files) throws IOException {
    if (!Files.isDirectory(files, LinkOption.NOFOLLOW_LINKS)) {
      throw new DamagedVersionException("directory " + files.getFileName() + " is missing");
    }
    SortedMap<String, String> checksums = new TreeMap<>();
    for (Path path : DurableFiles.tree(files)) {
      if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        checksums.put(files.relativize(path).toString(), sha256(path));
      } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new DamagedVersionException(
            files.relativize(path) + " is neither a file nor a directory");
      }
    }
    return checksums;
  }

  /** Bytes of all files in a directory. */
  static long size(Path files) throws IOException {
    long bytes = 0;
    for (Path path : DurableFiles.tree(files)) {
      bytes += Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : 0;
    }
    return bytes;
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
