// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.XrootdJsonWriter;
import org.decisionlab.core.file.DurableFiles;

/**
 * A workload to be written to a file as XRootD JSON lines, compressed with gzip when the name ends
 * in {@code .gz}.
 *
 * <p>The text is the same on every machine. The compressed bytes are the same wherever the same
 * compression library is used.
 *
 * @param preset the workload
 * @param span how much of it
 * @param out the file to write; one that exists is replaced, at the end and at once
 */
public record GenerateRequest(Preset preset, Span span, Path out) {

  /**
   * What was written.
   *
   * @param out the file
   * @param records lines written
   * @param files distinct files named in them
   * @param bytesAsked sizes summed over the lines, in bytes
   * @param first time of the first record
   * @param last time of the last record
   * @param sha256 of the text before compression; lower-case hex
   */
  public record Summary(
      Path out,
      long records,
      long files,
      long bytesAsked,
      Instant first,
      Instant last,
      String sha256) {}

  /**
   * Generates and writes.
   *
   * @throws IOException when the file cannot be written; what was there before is left as it was
   */
  public Summary run() throws IOException {
    Path target = out.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("cannot write " + out + ": its folder does not exist");
    }
    Path temporary = DurableFiles.temporaryFor(target);
    try {
      Summary summary = write(temporary);
      DurableFiles.move(temporary, target);
      return summary;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private Summary write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      // Closed by the writer only after everything is on the disk.
      OutputStream unclosed =
          new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16) {
            @Override
            public void close() throws IOException {
              flush();
              channel.force(true);
            }
          };
      boolean zipped = out.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
      OutputStream body = zipped ? new GZIPOutputStream(unclosed, 1 << 16) : unclosed;
      MessageDigest sha = sha256();
      return write(new DigestOutputStream(body, sha), sha);
    }
  }

  private Summary write(OutputStream text, MessageDigest sha) throws IOException {
    Set<String> names = new HashSet<>();
    long records = 0;
    long bytes = 0;
    Instant first = span.start();
    Instant last = span.start();
    try (XrootdJsonWriter writer = new XrootdJsonWriter(text)) {
      Iterator<AccessRecord> all = preset.records(span).iterator();
      while (all.hasNext()) {
        AccessRecord access = all.next();
        writer.write(access);
        Long size = access.sizeBytes();
        first = records == 0 ? access.openedAt() : first;
        last = access.openedAt();
        names.add(access.lfn());
        bytes += size == null ? 0 : size;
        records++;
      }
    }
    String hash = HexFormat.of().formatHex(sha.digest());
    return new Summary(out, records, names.size(), bytes, first, last, hash);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
