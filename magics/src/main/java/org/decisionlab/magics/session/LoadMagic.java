// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %load}: puts the code of a file in place of the cell. */
@Command(
    name = "%load",
    description = {
      "Puts the code of a file in place of this cell; nothing of it is run.",
      "Takes Java, JShell and text files, and notebooks, whose code cells are joined."
    })
final class LoadMagic implements Callable<@Nullable Object> {

  private static final long MOST_BYTES = 4L << 20;

  private final KernelScope scope;

  @Parameters(paramLabel = "PATH", description = "A file of this machine.")
  private Path path;

  @Option(
      names = "--cell",
      paramLabel = "N",
      description = "Of a notebook only the code cell N, counted from 1.")
  private @Nullable Integer cell;

  LoadMagic(KernelScope scope) {
    this.scope = scope;
  }

  @Override
  public @Nullable Object call() throws Exception {
    String text = read();
    boolean notebook = path.toString().endsWith(".ipynb");
    if (!notebook && cell != null) {
      throw new MagicUsageException("%load: --cell is for notebooks, and " + path + " is none");
    }
    scope.cell().setNextInput(notebook ? code(text) : text, true);
    return null;
  }

  private String read() throws MagicUsageException, IOException {
    if (!Files.isRegularFile(path)) {
      throw new MagicUsageException("%load: there is no file " + path.toAbsolutePath());
    }
    if (Files.size(path) > MOST_BYTES) {
      throw new MagicUsageException(
          "%load: " + path + " has " + Files.size(path) + " bytes; a cell takes " + MOST_BYTES);
    }
    try {
      return Files.readString(path).replace("\r\n", "\n");
    } catch (CharacterCodingException e) {
      throw new MagicUsageException("%load: " + path + " is no text in UTF-8");
    }
  }

  private String code(String json) throws MagicUsageException {
    List<String> cells = new ArrayList<>();
    try {
      for (JsonNode each : JsonMapper.builder().build().readTree(json).path("cells")) {
        if (each.path("cell_type").asText().equals("code")) {
          cells.add(source(each.path("source")));
        }
      }
    } catch (JsonProcessingException e) {
      throw new MagicUsageException(
          "%load: " + path + " is no notebook: " + e.getOriginalMessage());
    }
    if (cell != null) {
      if (cell < 1 || cell > cells.size()) {
        throw new MagicUsageException("%load: " + path + " has " + cells.size() + " code cells");
      }
      return cells.get(cell - 1);
    }
    for (int i = 0; cells.size() > 1 && i < cells.size(); i++) {
      if (cells.get(i).stripLeading().startsWith("%%")) {
        throw new MagicUsageException(
            "%load: code cell "
                + (i + 1)
                + " is a cell magic, which stands alone; take the cells one by one with --cell");
      }
    }
    return String.join("\n\n", cells);
  }

  private static String source(JsonNode source) {
    if (!source.isArray()) {
      return source.asText();
    }
    StringBuilder text = new StringBuilder();
    source.forEach(line -> text.append(line.asText()));
    return text.toString();
  }
}
