// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.decisionlab.magics.files.CopyProgress;
import org.decisionlab.magics.files.LocalCopy;
import org.decisionlab.magics.files.RemoteFile;

/** What {@code %xrootd} does. Nothing of a storage element is changed. */
public final class RemoteFiles {

  private static final Duration STALL = Duration.ofSeconds(60);

  /** The programs try again by themselves before they say anything. */
  private static final Duration PROGRAM_STALL = Duration.ofMinutes(2);

  private static final int MOST_READ = 256 << 20;

  private final RemoteDoor web;
  private final RemoteDoor xrootd;

  /**
   * Files with the tokens of a kernel.
   *
   * @param tokens which element is shown which token
   * @param environment that of the programs that are started for {@code root://}
   */
  public RemoteFiles(FileTokens tokens, Supplier<Map<String, String>> environment) {
    this(tokens, environment, STALL, PROGRAM_STALL);
  }

  RemoteFiles(
      FileTokens tokens,
      Supplier<Map<String, String>> environment,
      Duration stall,
      Duration programStall) {
    this.web = new WebDavDoor(new DoorRequests(tokens, stall));
    this.xrootd = new XrdClients(new XrdPrograms(tokens, environment), programStall);
  }

  /** What is in a folder, in the order of the names. */
  public List<RemoteFile> list(RemoteAddress folder) throws IOException, InterruptedException {
    return door(folder).list(folder);
  }

  /**
   * What is known of a file or folder.
   *
   * @throws java.io.FileNotFoundException when there is none
   */
  public RemoteFile stat(RemoteAddress file) throws IOException, InterruptedException {
    return door(file).stat(file);
  }

  /**
   * Bytes of a file, fewer where it ends before.
   *
   * @param offset the first one, from 0
   * @param length how many, from 1
   */
  public byte[] read(RemoteAddress file, long offset, int length)
      throws IOException, InterruptedException {
    if (offset < 0 || length < 1 || length > MOST_READ) {
      throw new IllegalArgumentException(
          "an offset is 0 or more, a length 1 to "
              + MOST_READ
              + ": "
              + offset
              + ", "
              + length
              + "; '%xrootd cp' copies whole files");
    }
    return door(file).read(file, offset, length);
  }

  /**
   * Copies a file to this machine: whole and lasting, or not at all.
   *
   * @param destination a file, or a folder in which it gets its own name
   * @param replace whether a file that is there is replaced
   * @return the file
   * @throws java.nio.file.FileAlreadyExistsException when there is one and it is not to be replaced
   * @throws IOException when what came has another size than the element tells
   */
  public Path copy(RemoteAddress file, Path destination, boolean replace, CopyProgress progress)
      throws IOException, InterruptedException {
    LocalCopy copy = LocalCopy.at(file.name(), destination, replace);
    RemoteFile there = stat(file);
    if (there.folder()) {
      throw new IOException(file + " is a folder; single files are copied");
    }
    if (there.size() >= 0) {
      progress.begins(there.size());
    }
    return copy.write(
        file.toString(),
        there.size(),
        temporary -> door(file).copy(file, temporary, progress::reached));
  }

  private RemoteDoor door(RemoteAddress address) {
    return address.isXrootd() ? xrootd : web;
  }
}
