// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.decisionlab.magics.files.RemoteFile;

/** How a storage element is asked. Every wait is bounded and ends with an interrupt. */
interface RemoteDoor {

  /**
   * What is in a folder, in the order of the names.
   *
   * @throws IOException when it is no folder, or the element does not tell
   */
  List<RemoteFile> list(RemoteAddress folder) throws IOException, InterruptedException;

  /**
   * What is known of a file or folder.
   *
   * @throws java.io.FileNotFoundException when there is none
   */
  RemoteFile stat(RemoteAddress file) throws IOException, InterruptedException;

  /**
   * Bytes of a file, fewer where it ends before.
   *
   * @param offset the first one
   * @param length how many
   */
  byte[] read(RemoteAddress file, long offset, int length) throws IOException, InterruptedException;

  /**
   * Copies a whole file, and makes it last.
   *
   * @param to a new file
   * @param moved hears the bytes that are there so far
   * @return how many bytes came
   */
  long copy(RemoteAddress file, Path to, LongConsumer moved)
      throws IOException, InterruptedException;
}
