// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePathsTest {

  @TempDir private Path folder;
  private FilePaths paths;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(folder.resolve("data/day 1"));
    Files.createDirectories(folder.resolve("home"));
    for (String file : new String[] {"data/a.csv", "data/ab.csv", "data/.hidden", "home/täg.txt"}) {
      Files.writeString(folder.resolve(file), "");
    }
    paths = new FilePaths(folder, folder.resolve("home"));
  }

  @Test
  void relativePathsBeginAtTheFolder() {
    assertThat(paths.beginningWith("da")).containsExactly("data/");
    assertThat(paths.beginningWith("data/a")).containsExactly("data/a.csv", "data/ab.csv");
    assertThat(paths.beginningWith("./data/ab")).containsExactly("./data/ab.csv");
    assertThat(paths.beginningWith("nowhere/")).isEmpty();
    assertThat(paths.beginningWith("bad\0/")).isEmpty();
  }

  @Test
  void hiddenFilesAreOfferedAfterADot() {
    assertThat(paths.beginningWith("data/"))
        .containsExactly("data/a.csv", "data/ab.csv", "data/day 1/");
    assertThat(paths.beginningWith("data/.")).containsExactly("data/.hidden");
  }

  @Test
  void aTildeIsTheHomeOfTheUser() {
    assertThat(paths.beginningWith("~/")).containsExactly("~/täg.txt");
  }

  @Test
  void absolutePathsAreThemselves() {
    assertThat(paths.beginningWith(folder + "/ho")).containsExactly(folder + "/home/");
  }
}
