// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.models.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleArchiveTest {

  @TempDir private Path folder;
  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

  @Test
  void plainAndPackedTarsAreTold() throws Exception {
    directory("m/");
    file("m/params.json", "{}");
    directory("./m/assets/");
    file("./m/sub/deep.txt", "x".repeat(1000));
    Path plain = unpack(tarBytes());
    assertThat(plain.resolve("params.json")).hasContent("{}");
    assertThat(plain.resolve("assets")).isEmptyDirectory();
    assertThat(plain.resolve("sub/deep.txt")).hasContent("x".repeat(1000));
    DurableFiles.deleteTree(plain);
    assertThat(unpack(gzip(tarBytes())).resolve("sub/deep.txt")).exists();
    assertThat(folder.toFile().list()).containsExactly("m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "pax", "posix", "ustar", "v7"})
  void whatGnuTarWritesIsRead(String format) throws Exception {
    Path source = Files.createDirectories(folder.resolve("source/model_1"));
    Files.createDirectories(source.resolve("variables"));
    Files.writeString(source.resolve("saved_model.pb"), "not a model");
    String deep = format.equals("v7") ? "short" : "d".repeat(60) + "/" + "f".repeat(70);
    Files.createDirectories(source.resolve(deep).getParent());
    Files.writeString(source.resolve(deep), "deep");
    Path archive = folder.resolve("a.tgz");
    Process process =
        new ProcessBuilder(
                "tar",
                "--format=" + format,
                "-czf",
                archive.toString(),
                "-C",
                folder.resolve("source").toString(),
                "model_1")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    Path unpacked = unpack(Files.readAllBytes(archive));
    assertThat(unpacked.resolve("saved_model.pb")).hasContent("not a model");
    assertThat(unpacked.resolve(deep)).hasContent("deep");
  }

  @ParameterizedTest
  @CsvSource({
    "/m/absolute, absolute",
    "../escape, '..'",
    "m/../../escape, '..'",
    "m/./x, '.'",
    "m//x, ''",
    "m/back\\slash, back",
    "m/c:x, c:x",
    "m/-rf, -rf",
    "m/tab\there, refused",
    "m/caf\u00e9, refused",
    "other/file, one top folder",
    "loose, one top folder",
    "m, one top folder",
    "m/params.json, is there already",
    "m/PARAMS.json, by case only",
    "M/x, one top folder",
    "m/params.json/below, is there already",
    "m/1/2/3/4/5/6/7/8, levels"
  })
  void namesThatLeadElsewhereAreRefused(String name, String reason) throws Exception {
    directory("m/");
    file("m/params.json", "{}");
    file(name, "evil");
    refused(tarBytes(), reason);
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '3', '4', '6', '7', 'S', 'V', 'M', 'A'})
  void linksAndDevicesAreRefused(char type) throws Exception {
    directory("m/");
    tar.write(new TarHeader("m/link", type, 0).toBlock());
    refused(tarBytes(), "only files and directories");
  }

  @Test
  void longNamesAreJudgedToo() throws Exception {
    directory("m/");
    extension('L', "m/../../" + "x".repeat(120) + "\0");
    file("m/harmless", "evil");
    refused(tarBytes(), "'..'");
    tar.reset();
    directory("m/");
    extension('x', "22 path=m/../../escape\n".replace("22", "23"));
    file("m/harmless", "evil");
    refused(tarBytes(), "'..'");
    tar.reset();
    directory("m/");
    extension('x', "99 path=m/x\n");
    file("m/harmless", "evil");
    refused(tarBytes(), "extended header is damaged");
    tar.reset();
    extension('L', "x".repeat(70_000));
    file("m/harmless", "evil");
    refused(tarBytes(), "at most 65536");
    tar.reset();
    directory("m/");
    extension('L', "m/" + "y".repeat(199) + "\0");
    file("m/harmless", "long");
    refused(tarBytes(), "longer than 200");
  }

  @Test
  void sizesAreBounded() throws Exception {
    directory("m/");
    for (int i = 0; i < 1000; i++) {
      file("m/f" + i, "");
    }
    refused(tarBytes(), "more than 1000 entries");
    tar.reset();
    directory("m/");
    tar.write(new TarHeader("m/zeros", TarHeader.FILE, 64 << 20).toBlock());
    tar.write(new byte[64 << 20]);
    refused(gzip(tarBytes()), "more than 200 times its size");
    ArchiveLimits small = new ArchiveLimits(10_000, 10, 200, 8, 200);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> BundleArchive.unpack(new ByteArrayInputStream(tarBytes()), folder, small))
        .withMessageContaining("more than 10000 bytes");
    tar.reset();
    directory("m/");
    tar.write(new TarHeader("m/lie", TarHeader.FILE, 1L << 32).toBlock());
    refused(tarBytes(), "ends too early");
  }

  @Test
  void whatIsNoArchiveIsRefused() throws Exception {
    refused(new byte[0], "ends too early");
    refused("zzz".getBytes(StandardCharsets.UTF_8), "ends too early");
    refused("z".repeat(2000).getBytes(StandardCharsets.UTF_8), "not a tar archive");
    refused(new byte[] {0x1f, (byte) 0x8b}, "damaged");
    refused(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 42, 42}, "damaged");
    refused(new byte[1024], "empty");
    refused(gzip(new byte[1024]), "empty");
    file("m/x", "content");
    refused(tar.toByteArray(), "ends too early");
  }

  @Test
  void anExistingFolderIsLeftAlone() throws Exception {
    Path existing = Files.createDirectory(folder.resolve("m"));
    file("m/x", "new");
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> unpack(tarBytes()));
    assertThat(existing).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32})
  void damagedArchivesNeverLeaveAnythingBehind(long seed) throws Exception {
    byte[] whole = Bundles.random("m", seed).toArchive();
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      if (i % 4 == 0) {
        damaged = Arrays.copyOf(whole, random.nextInt(whole.length));
      }
      try {
        DurableFiles.deleteTree(unpack(damaged));
      } catch (ModelFormatException e) {
        assertThat(e.getMessage()).as("seed %d, round %d", seed, i).isNotBlank();
      }
      assertThat(folder).as("seed %d, round %d", seed, i).isEmptyDirectory();
    }
  }

  private Path unpack(byte[] archive) throws IOException {
    return BundleArchive.unpack(new ByteArrayInputStream(archive), folder, ArchiveLimits.DEFAULT);
  }

  private void refused(byte[] archive, String reason) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> unpack(archive))
        .withMessageContaining(reason);
    assertThat(folder).isEmptyDirectory();
  }

  private void directory(String name) throws IOException {
    tar.write(new TarHeader(name, TarHeader.DIRECTORY, 0).toBlock());
  }

  private void file(String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    entry(new TarHeader(name, TarHeader.FILE, bytes.length), bytes);
  }

  private void extension(char type, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    entry(new TarHeader("extension", type, bytes.length), bytes);
  }

  private void entry(TarHeader header, byte[] content) throws IOException {
    tar.write(header.toBlock());
    tar.write(content);
    tar.write(new byte[(512 - content.length % 512) % 512]);
  }

  private byte[] tarBytes() {
    byte[] bytes = tar.toByteArray();
    return Arrays.copyOf(bytes, bytes.length + 1024);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
