// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.MalformedRecord;
import org.decisionlab.core.access.ReadLimits;
import org.decisionlab.testing.SeededAccesses;
import org.decisionlab.testing.Traces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

class DataManagerTest {

  private static final String CSV =
      "Filename,SiteName,UserID,TaskID,TaskMonitorID,JobID,Protocol,JobExecExitCode,JobStart,"
          + "JobEnd,NumCPU,WrapWC,WrapCPU,Size,DataType,FileType,JobLengthH,JobLengthM,JobSuccess,"
          + "CPUTime,IOTime,reqDay,Region,Campaign,Process\n"
          + "41,T2_IT_Pisa,7,1,2,3,1,0,1530410400000,1530414000000,1,3600.0,3000.0,2147483648,0,1,"
          + "1.0,60.0,1,3000.5,99.5,1530403200,0,5,6\n";

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static long cached() {
    return JavaSparkContext.fromSparkContext(Worlds.SPARK.sparkContext())
        .getPersistentRDDs()
        .size();
  }

  @Test
  void theRecordsAreThoseOfCoresReaderWhateverTheFormat() throws IOException {
    List<Path> files =
        List.of(
            write("1.csv", CSV),
            write("2.txt", "1530403200 a 10\n1530403200 b 20\n"),
            Worlds.write(folder, "3.json", SeededAccesses.inTimeOrder(1, 500, 3)),
            write("4", "host\ttime\tmethod\turl\tresponse\tbytes\nh\t9\tGET\t/u\t200\t5\n"));
    List<AccessRecord> expected = new ArrayList<>(Worlds.readByCore(files));
    expected.sort(Comparator.comparing(AccessRecord::openedAt));
    try (AccessTable table = Worlds.data().read(files)) {
      assertThat(table.inTimeOrder()).containsExactlyElementsOf(expected);
      assertThat(table.records().count()).isEqualTo(expected.size());
      assertThat(table.report().records()).isEqualTo(504);
      assertThat(table.report().malformed()).isZero();
      assertThat(table.records().columns())
          .containsExactly(
              "lfn",
              "file",
              "file_group",
              "size_bytes",
              "read_bytes",
              "opened_at",
              "closed_at",
              "site",
              "user",
              "protocol",
              "job_started_at",
              "job_ended_at",
              "job_cpu_seconds",
              "job_io_seconds",
              "sequence");
      var csv = table.records().where("lfn = '41'").first();
      assertThat(csv.<Instant>getAs("opened_at")).isEqualTo(Instant.parse("2018-07-01T00:00:00Z"));
      assertThat(csv.<Double>getAs("job_cpu_seconds")).isEqualTo(3000.5);
    }
  }

  @Test
  void aFolderStandsForItsFilesInOrderWithoutHiddenOnes() throws IOException {
    write("in/2018/07/02/b", "1530489600 b 1\n");
    write("in/2018/07/01/a", "1530403200 a 1\n");
    write("in/2018/07/01/_SUCCESS", "");
    write("in/.hidden/c", "not to be read");
    try (AccessTable table = Worlds.data().read(folder.resolve("in").toString())) {
      List<String> names =
          table.records().orderBy("sequence").select("lfn").collectAsList().stream()
              .map(row -> row.getString(0))
              .toList();
      assertThat(names).containsExactly("a", "b");
    }
  }

  /**
   * As beside a notebook that {@code lab run} executes. A link below, up the tree, is left alone.
   */
  @Test
  void aFolderMayBeNamedByALink() throws IOException {
    write("in/.of/sub/a", "1530403200 a 1\n");
    Files.createSymbolicLink(folder.resolve("in/.of/up"), folder.resolve("in"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("in/.of"));
    try (AccessTable table = Worlds.data().read(List.of(link))) {
      assertThat(table.inTimeOrder()).extracting(AccessRecord::lfn).containsExactly("a");
    }
    assertThatThrownBy(() -> Worlds.data().read(List.of(link, folder.resolve("in/.of"))))
        .hasMessageContaining("sub/a: named twice");
  }

  @Test
  void malformedRowsOfAllFilesStandInTheReport() throws IOException {
    Path one = write("one", "1 a 10\nbad\n".repeat(2));
    Path two = write("two", "1 b 10\n".repeat(3) + "2 b\n");
    DataManager tolerant = Worlds.data().withLimits(ReadLimits.DEFAULT.withMaxMalformedShare(0.5));
    try (AccessTable table = tolerant.read(List.of(one, two))) {
      assertThat(table.report().rows()).isEqualTo(8);
      assertThat(table.report().records()).isEqualTo(5).isEqualTo(table.records().count());
      assertThat(table.report().malformed()).isEqualTo(3);
      String reason = "expected 'time id size', found %d field(s)";
      assertThat(table.report().samples())
          .containsExactly(
              new MalformedRecord(one.toString(), 2, reason.formatted(1), "bad"),
              new MalformedRecord(one.toString(), 4, reason.formatted(1), "bad"),
              new MalformedRecord(two.toString(), 4, reason.formatted(2), "2 b"));
    }
  }

  @Test
  void everyUnreadableFileIsToldInOneReadableError() throws IOException {
    Path good = write("good", "1 a 10\n".repeat(100));
    Path bad = write("bad", "1 a 10\n" + "bad\n".repeat(5));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("1 a 10\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    }
    Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(bytes.toByteArray(), 300));
    long before = cached();
    assertThatThrownBy(() -> Worlds.data().read(List.of(good, bad, cut)))
        .isInstanceOfSatisfying(
            UnreadableAccessesException.class,
            e -> {
              assertThat(e.report().malformed()).isEqualTo(5);
              assertThat(e.report().records()).isGreaterThan(101);
            })
        .hasMessageContaining(bad + ": 5 of 6 rows are malformed, more than the tolerated 1.0 %")
        .hasMessageContaining(cut + ": cannot be read: Unexpected end of ZLIB input stream")
        .hasMessageNotContaining("SparkException")
        .hasMessageNotContaining(good.toString());
    assertThat(cached()).isEqualTo(before);
  }

  @Test
  void pathsThatAreNotThereAreAllNamedBeforeAnythingIsRead() throws IOException {
    Path unknown = write("unknown", "what is this");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> Worlds.data().read(List.of(unknown, empty, nowhere)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(unknown + " is in none of the known access formats")
        .hasMessageContaining(empty + ": no files in this folder")
        .hasMessageContaining(nowhere + ": no such file");
    assertThatThrownBy(() -> Worlds.data().read()).hasMessageContaining("no file to read");
    assertThatThrownBy(
            () -> Worlds.data().withFormat(AccessFormat.CMS_CSV).read(unknown.toString()))
        .isInstanceOf(UnreadableAccessesException.class)
        .hasMessageContaining(unknown + ":1: the header row lacks the columns");
  }

  /** A folder beside a file in it would count the file's records twice, in silence. */
  @Test
  void aFileNamedTwiceIsRefused() throws IOException {
    Path file = write("in/a", "1530403200 a 1\n");
    assertThatThrownBy(() -> Worlds.data().read(List.of(folder.resolve("in"), file)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + ": named twice");
  }

  @Test
  void aSampleIsTheSameEachTime() throws IOException {
    Path file = Worlds.write(folder, "f", SeededAccesses.inTimeOrder(2, 1_000, 3));
    try (AccessTable table = Worlds.data().read(file.toString())) {
      Table sample = table.sample(50);
      assertThat(sample.rowCount()).isEqualTo(50);
      assertThat(sample.longColumn("sequence").asList())
          .isSorted()
          .doesNotHaveDuplicates()
          .isEqualTo(table.sample(50).longColumn("sequence").asList());
      assertThat(sample.instantColumn("opened_at").countMissing()).isZero();
      assertThat(sample.column("site").countMissing()).isEqualTo(50);
      assertThat(table.sample(5_000).rowCount()).isEqualTo(1_000);
      assertThatThrownBy(() -> table.sample(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void closingLetsGoOfWhatSparkKeeps() throws IOException {
    Path file = write("f", "1 a 10\n");
    long before = cached();
    AccessTable table = Worlds.data().read(file.toString());
    assertThat(cached()).isEqualTo(before + 1);
    table.close();
    assertThat(cached()).isEqualTo(before);
    assertThat(table.records().count()).isEqualTo(1);
  }

  @Test
  void theRealWebLog() throws IOException {
    Path trace = Traces.find("nasa_http_19950801.raw.tsv.gz");
    try (AccessTable table = Worlds.data().read(trace.toString())) {
      AccessProfile profile = table.profile();
      assertThat(profile.records()).isEqualTo(30_286);
      // 1,731 addresses, two of them with a doubled slash beside the same without.
      assertThat(profile.files()).isEqualTo(1_729);
      assertThat(profile.requestedBytes()).isEqualTo(553_347_136);
      assertThat(profile.footprintBytes()).isEqualTo(109_350_001);
      assertThat(profile.days()).hasSize(1);
    }
  }
}
