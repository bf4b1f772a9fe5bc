// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.security.AccessControlException;
import org.decisionlab.magics.files.CopyProgress;
import org.decisionlab.magics.files.LocalCopy;
import org.decisionlab.magics.files.RemoteFile;

/** What {@code %hdfs} does, on the file systems of Hadoop. Nothing there is changed. */
final class HdfsFiles {

  private static final int MOST_ENTRIES = 200_000;
  private static final int MOST_READ = 256 << 20;
  private static final int PIECE = 1 << 20;

  private final Supplier<Configuration> settings;
  private final HdfsTokens tokens;

  /**
   * More of a file or folder.
   *
   * @param file name, size, time
   * @param owner the user that it belongs to
   * @param group the group that it belongs to
   * @param rights such as {@code rw-r--r--}
   * @param replicas how often a file is kept; 0 for a folder
   */
  record Details(RemoteFile file, String owner, String group, String rights, int replicas) {}

  /**
   * What is below a folder.
   *
   * @param files number of files
   * @param folders number of folders, itself among them
   * @param bytes their size
   * @param kept the size of all replicas
   */
  record Usage(long files, long folders, long bytes, long kept) {}

  private interface Work<T> {
    T on(FileSystem files, Path path) throws IOException, InterruptedException;
  }

  /**
   * @param settings gives the settings to connect with
   * @param tokens what servers of WebHDFS are shown
   */
  HdfsFiles(Supplier<Configuration> settings, HdfsTokens tokens) {
    this.settings = settings;
    this.tokens = tokens;
  }

  /** What is in a folder, in the order of the names; a file is a list of itself. */
  List<RemoteFile> list(String path) throws IOException, InterruptedException {
    return with(
        path,
        (files, folder) -> {
          List<RemoteFile> found = new ArrayList<>();
          RemoteIterator<FileStatus> entries = files.listStatusIterator(folder);
          while (entries.hasNext()) {
            if (found.size() == MOST_ENTRIES) {
              throw new IOException(folder + " has more than " + MOST_ENTRIES + " entries");
            }
            found.add(file(entries.next()));
          }
          found.sort(Comparator.comparing(RemoteFile::name));
          return found;
        });
  }

  /**
   * What is known of a file or folder.
   *
   * @throws FileNotFoundException when there is none
   */
  Details stat(String path) throws IOException, InterruptedException {
    return with(
        path,
        (files, file) -> {
          FileStatus status = files.getFileStatus(file);
          return new Details(
              file(status),
              status.getOwner(),
              status.getGroup(),
              status.getPermission().toString(),
              status.isDirectory() ? 0 : status.getReplication());
        });
  }

  /** What is below a folder, itself among it. */
  Usage usage(String path) throws IOException, InterruptedException {
    return with(
        path,
        HadoopSettings.patient(settings.get()),
        (files, folder) -> {
          ContentSummary summary = files.getContentSummary(folder);
          return new Usage(
              summary.getFileCount(),
              summary.getDirectoryCount(),
              summary.getLength(),
              summary.getSpaceConsumed());
        });
  }

  /**
   * Bytes of a file, fewer where it ends before.
   *
   * @param offset the first one, from 0
   * @param length how many, from 1
   */
  byte[] read(String path, long offset, int length) throws IOException, InterruptedException {
    if (offset < 0 || length < 1 || length > MOST_READ) {
      throw new IllegalArgumentException(
          "an offset is 0 or more, a length 1 to " + MOST_READ + ": " + offset + ", " + length);
    }
    return with(
        path,
        (files, file) -> {
          long size = files.getFileStatus(file).getLen();
          int there = (int) Math.min(length, Math.max(0, size - offset));
          byte[] bytes = new byte[there];
          try (FSDataInputStream in = files.open(file)) {
            // One connection: a read at a place opens another one for each piece that comes.
            in.seek(Math.min(offset, size));
            in.readFully(bytes);
          }
          return bytes;
        });
  }

  /**
   * Copies a file to this machine: whole and lasting, or not at all.
   *
   * @param destination a file, or a folder in which it gets its own name
   * @param replace whether a file that is there is replaced
   * @return the file
   * @throws java.nio.file.FileAlreadyExistsException when there is one and it is not to be replaced
   */
  java.nio.file.Path copy(
      String path, java.nio.file.Path destination, boolean replace, CopyProgress progress)
      throws IOException, InterruptedException {
    return with(
        path,
        (files, file) -> {
          LocalCopy copy = LocalCopy.at(file.getName(), destination, replace);
          FileStatus status = files.getFileStatus(file);
          if (status.isDirectory()) {
            throw new IOException(file + " is a folder; single files are copied");
          }
          progress.begins(status.getLen());
          return copy.write(
              file.toString(), status.getLen(), to -> write(files, file, to, progress));
        });
  }

  private static long write(
      FileSystem files, Path file, java.nio.file.Path to, CopyProgress progress)
      throws IOException, InterruptedException {
    byte[] piece = new byte[PIECE];
    try (FSDataInputStream in = files.open(file);
        FileChannel channel =
            FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      long moved = 0;
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        ByteBuffer bytes = ByteBuffer.wrap(piece, 0, read);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        moved += read;
        progress.reached(moved);
      }
      channel.force(true);
      return moved;
    }
  }

  private <T> T with(String text, Work<T> work) throws IOException, InterruptedException {
    return with(text, settings.get(), work);
  }

  /** Does some work; once more with a new token where the server refuses what it was shown. */
  private <T> T with(String text, Configuration connection, Work<T> work)
      throws IOException, InterruptedException {
    Path path = path(text, connection);
    ShownToken token = tokens.of(path.toUri(), connection, true);
    try {
      return once(path, connection, token, work);
    } catch (AccessControlException e) {
      if (!token.isRefused(e)) {
        throw e;
      }
      token.renew(path.toUri(), e);
    }
    try {
      return once(path, connection, token, work);
    } catch (AccessControlException e) {
      throw token.isRefused(e) ? token.refusedAgain(path.toUri(), e) : e;
    }
  }

  private static <T> T once(Path path, Configuration connection, ShownToken token, Work<T> work)
      throws IOException, InterruptedException {
    try (FileSystem files = token.open(path.toUri(), connection)) {
      return work.on(files, path);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      Thread.interrupted();
      InterruptedException interrupted = new InterruptedException();
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /** The path with its file system, which is that of the settings where it names none. */
  private static Path path(String text, Configuration connection) {
    Path path = new Path(text);
    String scheme = path.toUri().getScheme();
    if (scheme == null) {
      path = path.makeQualified(FileSystem.getDefaultUri(connection), new Path("/"));
      scheme = path.toUri().getScheme();
    }
    if (scheme == null || !HadoopExtension.SCHEMES.contains(scheme)) {
      throw new IllegalArgumentException(
          "which file system? Write hdfs://HOST:PORT/PATH, or start the kernel with"
              + " HADOOP_CONF_DIR, so that paths are those of its default file system; "
              + text
              + " is of "
              + (scheme == null ? "none" : scheme + ":"));
    }
    return path;
  }

  private static RemoteFile file(FileStatus status) {
    return new RemoteFile(
        status.getPath().getName(),
        status.isDirectory(),
        status.isDirectory() ? RemoteFile.UNKNOWN : status.getLen(),
        Instant.ofEpochMilli(status.getModificationTime()));
  }
}
