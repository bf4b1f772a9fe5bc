// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {

  @TempDir private Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesAndReplacesAndLeavesNothingBeside() throws IOException {
    Path file = folder.resolve("a/b/file");
    DurableFiles.write(file, bytes("first, longer"));
    DurableFiles.write(file, bytes("second"));
    assertThat(file).hasContent("second");
    assertThat(names(folder.resolve("a/b"))).containsExactly("file");
  }

  @Test
  void aFileThatCannotBePutInPlaceLeavesNothingBeside() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("taken/inside")).getParent();
    assertThatThrownBy(() -> DurableFiles.write(taken, bytes("x"))).isInstanceOf(IOException.class);
    assertThat(names(folder)).containsExactly("taken");
  }

  @Test
  void aFolderAppearsOnceAndIsNeverReplaced() throws IOException {
    Path target = folder.resolve("bundle");
    DurableFiles.writeFolder(target, new TreeMap<>(Map.of("x", bytes("1"), "empty/", bytes(""))));
    assertThat(names(target)).containsExactly("empty", "x");
    assertThatThrownBy(() -> DurableFiles.writeFolder(target, new TreeMap<>()))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(names(folder)).containsExactly("bundle");
    assertThat(target.resolve("x")).hasContent("1");
  }

  @Test
  void deletingDoesNotFollowLinks() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept"), "here");
    Path tree = Files.createDirectory(folder.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("link"), kept);
    Files.createSymbolicLink(tree.resolve("up"), folder);
    DurableFiles.deleteTree(tree);
    DurableFiles.deleteTree(tree);
    assertThat(names(folder)).containsExactly("kept");
  }

  @Test
  void readsOnlySmallFiles() throws IOException {
    Path file = Files.writeString(folder.resolve("n"), "12345");
    assertThat(DurableFiles.read(file, 5)).isEqualTo("12345");
    assertThat(DurableFiles.read(folder.resolve("none"), 5)).isNull();
    assertThatThrownBy(() -> DurableFiles.read(file, 4))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than 4 bytes");
  }
}
