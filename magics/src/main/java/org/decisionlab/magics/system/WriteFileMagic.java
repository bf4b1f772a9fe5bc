// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.HelpText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %%writefile}: writes the body of the cell to a file. */
@Command(
    name = "%%writefile",
    description = {
      "Writes the cell below to a file, as UTF-8. The file changes at once or not at all."
    })
final class WriteFileMagic implements Callable<HelpText> {

  private final String body;

  @Option(
      names = {"-a", "--append"},
      description = "Writes at the end of a file that is there.")
  private boolean append;

  @Parameters(paramLabel = "PATH", description = "The file; its folder must exist.")
  private Path path;

  WriteFileMagic(String body) {
    this.body = body;
  }

  @Override
  public HelpText call() throws IOException, MagicUsageException {
    Path file = path.toAbsolutePath().normalize();
    if (Files.isSymbolicLink(file) && Files.exists(file)) {
      file = file.toRealPath();
    }
    Path folder = file.getParent();
    if (folder == null) {
      throw new MagicUsageException("%%writefile: " + file + " is no file");
    }
    if (!Files.isDirectory(folder)) {
      throw new MagicUsageException("%%writefile: there is no folder " + folder);
    }
    boolean exists = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    if (exists && !Files.isRegularFile(file)) {
      throw new MagicUsageException("%%writefile: " + file + " is no file");
    }
    byte[] content = (body.isEmpty() || body.endsWith("\n") ? body : body + "\n").getBytes(UTF_8);
    write(file, content, exists);
    String what = append && exists ? "appended to " : exists ? "replaced " : "wrote ";
    return new HelpText(what + file + ": " + Files.size(file) + " bytes");
  }

  /** Takes the place of the file with its rights, and with its content where that is to stay. */
  private void write(Path file, byte[] content, boolean exists) throws IOException {
    Path temporary = DurableFiles.temporaryFor(file);
    try {
      if (exists) {
        Files.copy(file, temporary, StandardCopyOption.COPY_ATTRIBUTES);
      }
      StandardOpenOption mode =
          append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
      Files.write(temporary, content, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      DurableFiles.move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
