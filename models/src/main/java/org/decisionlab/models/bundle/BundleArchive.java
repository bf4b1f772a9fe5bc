// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.models.ModelFormatException;

/**
 * Packs and unpacks archives with one top folder, the model's name: {@code .tar.gz} as TFaaS takes
 * them. What is packed has the same bytes for the same content.
 */
public final class BundleArchive {

  private static final int GZIP_MAGIC_1 = 0x1f;
  private static final int GZIP_MAGIC_2 = 0x8b;
  private static final int BUFFER = 64 << 10;

  private BundleArchive() {}

  /**
   * Unpacks an archive, tar or gzip'd tar, recognised by its content.
   *
   * @param archive the bytes; read to the end, not closed
   * @param into existing directory; the top folder appears in it at once, when all is unpacked
   * @param limits what is tolerated
   * @return the top folder, named like the model
   * @throws ModelFormatException when the archive is damaged, too large, or has a link, a device,
   *     an absolute name, {@code ..}, the same name twice, or files outside of one top folder; then
   *     nothing is left
   * @throws FileAlreadyExistsException when there is a folder of this name
   */
  public static Path unpack(InputStream archive, Path into, ArchiveLimits limits)
      throws IOException {
    Path staging = Files.createTempDirectory(into, ".unpack-");
    try {
      String top = unpackEntries(archive, staging, limits);
      Path target = into.resolve(top);
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      return Files.move(staging.resolve(top), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (ZipException | EOFException e) {
      throw new ModelFormatException("the archive is damaged: " + e.getMessage(), e);
    } finally {
      DurableFiles.deleteTree(staging);
    }
  }

  private static String unpackEntries(InputStream archive, Path into, ArchiveLimits limits)
      throws IOException {
    CountedInput packed = new CountedInput(archive);
    BufferedInputStream buffered = new BufferedInputStream(packed, BUFFER);
    InputStream plain = isGzip(buffered) ? new GZIPInputStream(buffered, BUFFER) : buffered;
    BoundedInput in = new BoundedInput(plain, limits, packed::count);
    EntryNames names = new EntryNames(limits);
    TarReader tar = new TarReader(in);
    for (TarHeader entry = tar.next(); entry != null; entry = tar.next()) {
      unpackEntry(tar, entry, names.admit(entry), into);
    }
    if (names.top().isEmpty()) {
      throw new ModelFormatException("the archive is empty");
    }
    in.transferTo(OutputStream.nullOutputStream());
    return names.top();
  }

  private static void unpackEntry(TarReader tar, TarHeader entry, List<String> parts, Path into)
      throws IOException {
    Path directory = into;
    int directories = entry.type() == TarHeader.DIRECTORY ? parts.size() : parts.size() - 1;
    for (String part : parts.subList(0, directories)) {
      directory = directory.resolve(part);
    }
    Files.createDirectories(directory);
    if (entry.type() == TarHeader.FILE) {
      Path file = directory.resolve(parts.get(directories));
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        tar.copyTo(out);
      }
    }
  }

  private static boolean isGzip(BufferedInputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == GZIP_MAGIC_1 && in.read() == GZIP_MAGIC_2;
    in.reset();
    return gzip;
  }

  /**
   * Packs files and empty directories as {@code .tar.gz}.
   *
   * @param top name of the top folder
   * @param files content by name; a name ending in {@code /} is an empty directory
   * @param out where to write to; not closed
   */
  public static void pack(String top, SortedMap<String, byte[]> files, OutputStream out)
      throws IOException {
    GZIPOutputStream gzip = new GZIPOutputStream(out, BUFFER);
    BufferedOutputStream tar = new BufferedOutputStream(gzip, BUFFER);
    tar.write(new TarHeader(top + "/", TarHeader.DIRECTORY, 0).toBlock());
    for (var file : files.entrySet()) {
      boolean directory = file.getKey().endsWith("/");
      byte[] content = file.getValue();
      char type = directory ? TarHeader.DIRECTORY : TarHeader.FILE;
      tar.write(new TarHeader(top + "/" + file.getKey(), type, content.length).toBlock());
      tar.write(content);
      int over = content.length % TarHeader.BLOCK;
      tar.write(new byte[over == 0 ? 0 : TarHeader.BLOCK - over]);
    }
    tar.write(new byte[2 * TarHeader.BLOCK]);
    tar.flush();
    gzip.finish();
  }
}
