// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CmsCsvTest {

  private static final String HEADER =
      "Filename,SiteName,UserID,TaskID,TaskMonitorID,JobID,Protocol,JobExecExitCode,JobStart,"
          + "JobEnd,NumCPU,WrapWC,WrapCPU,Size,DataType,FileType,JobLengthH,JobLengthM,JobSuccess,"
          + "CPUTime,IOTime,reqDay,Region,Campaign,Process";
  private static final String ROW =
      "41,T2_IT_Pisa,7,1,2,3,1,0,1530410400000,1530414000000,1,3600.0,3000.0,2147483648,0,1,1.0,"
          + "60.0,1,3000.5,99.5,1530403200,0,5,6";

  private static final AccessRecord RECORD =
      new AccessRecord(
          "41",
          2_147_483_648L,
          null,
          Instant.parse("2018-07-01T00:00:00Z"),
          null,
          "T2_IT_Pisa",
          "7",
          "local",
          new JobTimes(
              Instant.parse("2018-07-01T02:00:00Z"),
              Instant.parse("2018-07-01T03:00:00Z"),
              3000.5,
              99.5));

  @TempDir Path folder;

  private Reading read(String... lines) throws IOException {
    return Reading.ofText(AccessFormat.CMS_CSV, folder, String.join("\r\n", lines));
  }

  @Test
  void theTwentyFiveColumns() throws IOException {
    assertThat(read(HEADER, ROW).record()).isEqualTo(RECORD);
  }

  @Test
  void columnsAreFoundByNameInAnyOrderAmongOthers() throws IOException {
    List<String> names = new ArrayList<>(List.of(HEADER.split(",")));
    Map<String, String> values = new HashMap<>();
    String[] row = ROW.split(",", -1);
    for (int i = 0; i < row.length; i++) {
      values.put(names.get(i), row[i]);
    }
    names.add("");
    values.put("", "0");
    Random random = new Random(3);
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(names, random);
      String shuffled = String.join(",", names.stream().map(values::get).toList());
      assertThat(read(String.join(",", names), shuffled).record()).isEqualTo(RECORD);
    }
  }

  @Test
  void quotedFields() throws IOException {
    String quotedHeader = "\"" + HEADER.replace(",", "\", \"") + "\"";
    String name = "/store/a, \"\"b\"\"";
    String quotedRow = "\"" + name + "\"" + ROW.substring(2).replace("T2_IT_Pisa", "\"T2_IT\"");
    Path file = Reading.write(folder, quotedHeader + "\n" + quotedRow);
    assertThat(AccessFormat.detect(file)).isEqualTo(AccessFormat.CMS_CSV);
    AccessRecord record = Reading.of(AccessFormat.CMS_CSV, file).record();
    assertThat(record.lfn()).isEqualTo("/store/a, \"b\"");
    assertThat(record.site()).isEqualTo("T2_IT");
  }

  @Test
  void blankFieldsAreNull() throws IOException {
    AccessRecord record = read(HEADER, "41,,,,,,,,,,,,,,,,,,,,,1530403200,,,").record();
    assertThat(record)
        .isEqualTo(
            new AccessRecord(
                "41",
                null,
                null,
                RECORD.openedAt(),
                null,
                null,
                null,
                null,
                new JobTimes(null, null, null, null)));
  }

  /** Four rows of one day, one of the next between them, and one that is no record. */
  @Test
  void theRowsOfADayAreSpreadOverItInTheirOrder() throws IOException {
    String next = ROW.replace("1530403200", "1530489600");
    String bad = ROW.replace("2147483648", "big");
    List<AccessRecord> records = read(HEADER, ROW, ROW, next, ROW, bad).records();
    assertThat(records)
        .extracting(AccessRecord::openedAt)
        .containsExactly(
            Instant.parse("2018-07-01T00:00:00Z"),
            Instant.parse("2018-07-01T06:00:00Z"),
            Instant.parse("2018-07-02T00:00:00Z"),
            Instant.parse("2018-07-01T12:00:00Z"));
  }

  /** Seven rows do not divide a day; a table keeps milliseconds. */
  @Test
  void theTimesOfADayAreWholeMilliseconds() throws IOException {
    List<AccessRecord> records = read(HEADER, (ROW + "\n").repeat(7)).records();
    assertThat(records)
        .extracting(AccessRecord::openedAt)
        .isSorted()
        .doesNotHaveDuplicates()
        .contains(Instant.parse("2018-07-01T03:25:42.857Z"))
        .allMatch(at -> at.equals(at.truncatedTo(ChronoUnit.MILLIS)));
  }

  /** One of the three was opened at midnight to the second. */
  @Test
  void aFileThatTellsTimesKeepsThem() throws IOException {
    String later = ROW.replace("1530403200", "1530403207");
    List<AccessRecord> records = read(HEADER, ROW, later, later).records();
    assertThat(records)
        .extracting(AccessRecord::openedAt)
        .containsExactly(
            Instant.parse("2018-07-01T00:00:00Z"),
            Instant.parse("2018-07-01T00:00:07Z"),
            Instant.parse("2018-07-01T00:00:07Z"));
  }

  @Test
  void aTimeAmongDaysIsMalformed() throws IOException {
    Reading reading = read(HEADER, ROW, ROW.replace("1530403200", "1530403207"), ROW);
    assertThat(reading.records())
        .extracting(AccessRecord::openedAt)
        .containsExactly(
            Instant.parse("2018-07-01T00:00:00Z"), Instant.parse("2018-07-01T12:00:00Z"));
    MalformedRecord malformed = reading.report().samples().get(0);
    assertThat(malformed.position()).isEqualTo(3);
    assertThat(malformed.reason())
        .isEqualTo("reqDay is no midnight (UTC), as 2 of the file's 3 are: 2018-07-01T00:00:07Z");
  }

  /** The end is no gzip: a pass that goes there fails in another way. */
  @Test
  void aHopelessFileIsNotReadToItsEnd() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] noise = new byte[1 << 20];
      new Random(5).nextBytes(noise);
      gzip.write((HEADER + "\n" + "garbage\n".repeat(2_000)).getBytes(StandardCharsets.UTF_8));
      gzip.write(noise);
    }
    byte[] cut = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
    Path file = Files.write(folder.resolve("cut.gz"), cut);
    assertThatThrownBy(() -> Reading.of(AccessFormat.CMS_CSV, file, ReadLimits.DEFAULT))
        .hasRootCauseInstanceOf(TooManyMalformedException.class);
  }

  @Test
  void aMissingColumnIsNamed() {
    assertThatThrownBy(() -> read(HEADER.replace("reqDay,", ""), ROW))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(":1: the header row lacks the columns [reqDay]");
    assertThatThrownBy(() -> read("")).hasMessageContaining("lacks the columns [Filename, ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2147483648    | 12.5       | Size is not a whole number of bytes: '12.5'
          2147483648    | big        | Size is not a number: 'big'
          2147483648    | -1         | sizeBytes is negative
          1530403200    | 1530403200000 | reqDay is not a time in seconds between 1970 and 2100
          1530403200    | ''         | reqDay is not a whole number: ''
          1530410400000 | 1530410400 | JobStart looks like seconds
          ,1,0,         | ,2,0,      | Protocol is neither 0 nor 1: '2'
          3000.5        | NaN        | CPUTime is not finite
          41,           | ,          | lfn is blank
          41,           | ''         | expected 25 columns, found 24
          41,           | \"a,       | a quoted field is not closed
          """)
  void refusesWithTheReason(String part, String changed, String reason) throws IOException {
    MalformedRecord malformed = read(HEADER, ROW.replaceFirst(part, changed)).malformed();
    assertThat(malformed.reason()).contains(reason);
    assertThat(malformed.position()).isEqualTo(2);
  }

  @Test
  void sizesWrittenWithAPointAreWholeBytes() throws IOException {
    assertThat(read(HEADER, ROW.replace("2147483648", "2147483648.0")).record()).isEqualTo(RECORD);
    assertThat(read(HEADER, ROW.replace("2147483648", "2.147483648E9")).record()).isEqualTo(RECORD);
  }
}
