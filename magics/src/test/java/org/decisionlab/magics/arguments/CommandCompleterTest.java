// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class CommandCompleterTest {

  enum Format {
    CSV,
    PARQUET
  }

  @Command(name = "%table", description = "A magic with two verbs.")
  static final class TableMagic {
    @Command(name = "read", description = "Reads a table.")
    String read(
        @Option(names = "--format", paramLabel = "F") Format format,
        @Option(names = "--into", paramLabel = "NAME") String name,
        @Parameters(paramLabel = "FILE") Path file) {
      return name + format + file;
    }

    @Command(name = "forget")
    void forget() {}
  }

  private final CommandCompleter completer =
      new CommandCompleter(
          TableMagic::new,
          typed ->
              new Candidates(List.of(new Candidate(typed + "x y.csv", "path")), 0, typed.length()));

  private List<String> texts(String line) {
    return completer.complete(line, "", line.length()).candidates().stream()
        .map(Candidate::text)
        .toList();
  }

  @Test
  void verbsAndFlagsAreOffered() {
    assertThat(texts(" ")).containsExactly("forget", "read");
    assertThat(texts(" re")).containsExactly("read");
    assertThat(texts(" read --")).containsExactly("--format", "--help", "--into");
    assertThat(texts(" forget --f")).isEmpty();
  }

  @Test
  void valuesFollowTheTypeOfTheirFlag() {
    assertThat(texts(" read --format ")).containsExactly("CSV", "PARQUET");
    assertThat(texts(" read --format=P")).containsExactly("PARQUET");
    assertThat(texts(" read --into ")).isEmpty();
  }

  @Test
  void aPathIsQuotedWhereItMustBe() {
    Candidates paths = completer.complete(" read data/", "", 11);
    assertThat(paths.candidates()).containsExactly(new Candidate("'data/x y.csv'", "path"));
    assertThat(paths.start()).isEqualTo(6);
    assertThat(texts(" read \"data/")).containsExactly("\"data/x y.csv\"");
  }

  @Test
  void nothingIsOfferedInTheBody() {
    assertThat(completer.complete(" read", "body", 8).candidates()).isEmpty();
  }

  @Test
  void theHelpIsThatOfTheVerbAtTheCursor() {
    assertThat(completer.inspect(" read --format CSV", "", 3)).contains("Reads a table", "FILE");
    assertThat(completer.inspect("", "", 0)).contains("A magic with two verbs");
  }
}
