// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingEnvironmentTest {

  @TempDir private Path folder;

  @Test
  void aFolderUnderGitHasItsCommitAndSaysWhetherFilesWereChangedSince() throws Exception {
    Files.writeString(folder.resolve("cells.txt"), "one");
    git("init", "-q");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first");
    String clean = CodeVersion.of(folder);
    assertThat(clean).matches("[0-9a-f]{40}");
    Files.writeString(folder.resolve("cells.txt"), "another");
    assertThat(CodeVersion.of(folder)).isEqualTo(clean + "-dirty");
  }

  private void git(String... words) throws Exception {
    String[] command = new String[words.length + 1];
    command[0] = "git";
    System.arraycopy(words, 0, command, 1, words.length);
    Process process = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void aFolderWithoutGitHasTheVersionOfTheLab() {
    assertThat(CodeVersion.of(folder)).isEqualTo(CodeVersion.ofLab());
    assertThat(CodeVersion.of(folder.resolve("missing"))).isEqualTo(CodeVersion.ofLab());
  }

  @Test
  void whatTrainsAndOnWhatIsTold() {
    TrainingEnvironment here = TrainingEnvironment.here(Map.of("trees", "3"), "cpu");
    assertThat(here.libraries()).containsEntry("trees", "3").containsKeys("java", "decisionlab");
    assertThat(here.hardware())
        .containsEntry("device", "cpu")
        .containsEntry("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    assertThat(here.hardware().get("memory")).matches("\\d+\\.\\d GiB");
    assertThat(here.hardware().get("processor")).isNotBlank();
  }
}
