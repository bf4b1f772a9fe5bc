// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.decisionlab.kernel.cell.Secrets;
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

/** {@code %hdfs}: looks at files of Hadoop's file systems and copies them here. */
@Command(
    name = "%hdfs",
    description = {
      "Lists, looks at and copies files of HDFS. Nothing there is changed.",
      "A path is hdfs://HOST:PORT/PATH (also webhdfs, swebhdfs, viewfs), or /PATH of the default"
          + " file system of the Spark session, or of the files in HADOOP_CONF_DIR."
    })
final class HdfsMagic {

  private static final String LABEL = "HDFS-PATH";
  private static final int USUAL_TEXT = 64 << 10;

  private final Supplier<HdfsFiles> files;

  /**
   * @param files makes the service
   */
  HdfsMagic(Supplier<HdfsFiles> files) {
    this.files = files;
  }

  @Command(name = "ls", description = "Lists a folder, as a Tablesaw table.")
  Table list(@Parameters(paramLabel = LABEL) String folder) throws Exception {
    return RemoteFile.table(folder, told("ls", () -> files.get().list(folder)));
  }

  @Command(name = "stat", description = "Tells size, time, owner and rights of a file or folder.")
  HelpText stat(@Parameters(paramLabel = LABEL) String file) throws Exception {
    HdfsFiles.Details found = told("stat", () -> files.get().stat(file));
    return new HelpText(
        file
            + "\n"
            + found.file().text()
            + "\nowner     "
            + found.owner()
            + "\ngroup     "
            + found.group()
            + "\nrights    "
            + found.rights()
            + (found.replicas() == 0 ? "" : "\nreplicas  " + found.replicas()));
  }

  @Command(name = "du", description = "Tells how many files and bytes are below a folder.")
  HelpText usage(@Parameters(paramLabel = LABEL) String folder) throws Exception {
    HdfsFiles.Usage usage = told("du", () -> files.get().usage(folder));
    return new HelpText(
        folder
            + "\nfiles     "
            + NumberText.count(usage.files())
            + "\nfolders   "
            + NumberText.count(usage.folders())
            + "\nbytes     "
            + NumberText.count(usage.bytes())
            + "\nkept      "
            + NumberText.counted(usage.kept(), "byte")
            + " with all replicas");
  }

  @Command(name = "cat", description = "Shows the beginning of a text in UTF-8, or a part of it.")
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
    byte[] bytes = told("cat", () -> files.get().read(file, offset, length));
    return TextPart.of(bytes)
        .orElseThrow(
            () ->
                new MagicUsageException(
                    "%hdfs cat: these "
                        + bytes.length
                        + " bytes of "
                        + file
                        + " are no text; '%hdfs get' copies the file"));
  }

  @Command(
      name = "get",
      description = "Copies a file to this machine, whole or not at all; its size is checked.")
  String copy(
      @Parameters(index = "0", paramLabel = LABEL) String file,
      @Parameters(
              index = "1",
              paramLabel = "PATH",
              description = "A file, or a folder in which it gets its own name.")
          Path destination,
      @Option(names = "--force", description = "Replaces a file that is there.") boolean force)
      throws Exception {
    try (CopyBar bar = new CopyBar(file)) {
      Path copied = told("get", () -> files.get().copy(file, destination, force, bar));
      return NumberText.counted(bar.reached(), "byte") + " in " + copied;
    } catch (FileAlreadyExistsException e) {
      throw new MagicUsageException("%hdfs get: " + e.getMessage());
    }
  }

  private static <T> T told(String verb, Callable<T> work) throws Exception {
    try {
      return work.call();
    } catch (IllegalArgumentException e) {
      throw new MagicUsageException("%hdfs " + verb + ": " + e.getMessage());
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw withoutSecrets(e);
    }
  }

  /**
   * What servers say repeats addresses, and those to which a reader is sent on hold a delegation
   * token. Where one is in the words or in those of a cause, only the words without it remain.
   */
  private static IOException withoutSecrets(IOException told) {
    for (Throwable each = told; each != null; each = each.getCause()) {
      String words = each.toString();
      if (!Secrets.shownText(words).equals(words)) {
        IOException safe = new IOException(Secrets.shownText(String.valueOf(told.getMessage())));
        safe.setStackTrace(told.getStackTrace());
        return safe;
      }
    }
    return told;
  }
}
