// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.decisionlab.kernel.display.NumberText;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.HelpText;
import org.decisionlab.magics.files.CopyBar;
import org.decisionlab.magics.files.RemoteFile;
import org.decisionlab.magics.files.TextPart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tech.tablesaw.api.Table;

/** {@code %xrootd}: looks at files of storage elements and copies them here. */
@Command(
    name = "%xrootd",
    description = {
      "Lists, looks at, reads and copies files of storage elements. Nothing there is changed.",
      "An address is https://HOST:PORT/PATH, davs:// (the same), or root://HOST//PATH by the"
          + " programs xrdfs and xrdcp. Tokens come from %%login by themselves."
    })
final class XrootdMagic {

  private static final String LABEL = "ADDRESS";
  private static final int USUAL_TEXT = 64 << 10;

  private final Supplier<RemoteFiles> files;

  /**
   * @param files makes the service
   */
  XrootdMagic(Supplier<RemoteFiles> files) {
    this.files = files;
  }

  @Command(name = "ls", description = "Lists a folder, as a Tablesaw table.")
  Table list(@Parameters(paramLabel = LABEL) String folder) throws Exception {
    RemoteAddress address = address(folder);
    List<RemoteFile> listed = files.get().list(address);
    return RemoteFile.table(address.toString(), listed);
  }

  @Command(name = "stat", description = "Tells size and time of a file or folder.")
  HelpText stat(@Parameters(paramLabel = LABEL) String file) throws Exception {
    RemoteAddress address = address(file);
    return new HelpText(address + "\n" + files.get().stat(address).text());
  }

  @Command(
      name = "cat",
      description = {
        "Shows the beginning of a text, or a part of it.",
        "It must be UTF-8; 'read' gives bytes of any kind."
      })
  String text(
      @Parameters(paramLabel = LABEL) String file,
      @Option(
              names = "--offset",
              paramLabel = "BYTE",
              defaultValue = "0",
              description = "The first byte (default: ${DEFAULT-VALUE}).")
          long offset,
      @Option(
              names = "--length",
              paramLabel = "BYTES",
              defaultValue = "" + USUAL_TEXT,
              description = "How many bytes at most (default: ${DEFAULT-VALUE}).")
          int length)
      throws Exception {
    byte[] bytes = bytes("cat", file, offset, length);
    return TextPart.of(bytes)
        .orElseThrow(
            () ->
                new MagicUsageException(
                    "%xrootd cat: these "
                        + bytes.length
                        + " bytes of "
                        + file
                        + " are no text; byte[] b = %xrootd read ... gives them"));
  }

  @Command(name = "read", description = "Reads bytes of a file, as byte[].")
  byte[] read(
      @Parameters(paramLabel = LABEL) String file,
      @Option(
              names = "--offset",
              paramLabel = "BYTE",
              defaultValue = "0",
              description = "The first byte (default: ${DEFAULT-VALUE}).")
          long offset,
      @Option(
              names = "--length",
              paramLabel = "BYTES",
              required = true,
              description = "How many bytes; fewer come where the file ends before.")
          int length)
      throws Exception {
    return bytes("read", file, offset, length);
  }

  @Command(
      name = "cp",
      description = {
        "Copies a file to this machine, whole or not at all.",
        "Its size is checked, and its checksum where the server tells one."
      })
  String copy(
      @Parameters(index = "0", paramLabel = LABEL) String file,
      @Parameters(
              index = "1",
              paramLabel = "PATH",
              description = "A file, or a folder in which it gets its own name.")
          Path destination,
      @Option(names = "--force", description = "Replaces a file that is there.") boolean force)
      throws Exception {
    RemoteAddress address = address(file);
    try (CopyBar bar = new CopyBar(address.name())) {
      Path copied = files.get().copy(address, destination, force, bar);
      return NumberText.counted(bar.reached(), "byte") + " in " + copied;
    } catch (FileAlreadyExistsException e) {
      throw new MagicUsageException("%xrootd cp: " + e.getMessage());
    }
  }

  private byte[] bytes(String verb, String file, long offset, int length) throws Exception {
    try {
      return files.get().read(address(file), offset, length);
    } catch (IllegalArgumentException e) {
      throw new MagicUsageException("%xrootd " + verb + ": " + e.getMessage());
    }
  }

  private static RemoteAddress address(String text) throws MagicUsageException {
    try {
      return RemoteAddress.of(text);
    } catch (IllegalArgumentException e) {
      throw new MagicUsageException("%xrootd: " + e.getMessage());
    }
  }
}
