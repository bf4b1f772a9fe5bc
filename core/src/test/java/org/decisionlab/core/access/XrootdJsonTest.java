// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XrootdJsonTest {

  @TempDir Path folder;

  private Reading read(String... lines) throws IOException {
    return Reading.ofText(AccessFormat.XROOTD_JSON, folder, String.join("\n", lines) + "\n");
  }

  @Test
  void dataAndMetadataParts() throws IOException {
    AccessRecord record =
        read("{\"data\":{\"file_lfn\":\"/store/data/a.root\",\"file_size\":2147483648,"
                + "\"read_bytes\":7,\"read_bytes_at_close\":4096,\"start_time\":1530403200123,"
                + "\"end_time\":1530403260000,\"server_site\":\"T2_IT_Pisa\",\"user\":\"ada\","
                + "\"user_dn\":\"/CN=ada\",\"protocol\":\"xroot\",\"ipv6\":true},"
                + "\"metadata\":{\"producer\":\"cms\",\"timestamp\":1,\"file_lfn\":\"other\"}}")
            .record();
    assertThat(record)
        .isEqualTo(
            new AccessRecord(
                "/store/data/a.root",
                2_147_483_648L,
                4096L,
                Instant.parse("2018-07-01T00:00:00.123Z"),
                Instant.parse("2018-07-01T00:01:00Z"),
                "T2_IT_Pisa",
                "ada",
                "xroot",
                null));
  }

  @Test
  void theDataPartAloneWithNumbersAsText() throws IOException {
    AccessRecord record =
        read("{\"file_lfn\":\"/store/a\",\"file_size\":\"12\",\"read_bytes\":\" 5 \","
                + "\"start_time\":\"1530403200000\",\"end_time\":\"\",\"user\":\"\","
                + "\"user_dn\":\"/CN=bob\"}")
            .record();
    assertThat(record.sizeBytes()).isEqualTo(12);
    assertThat(record.readBytes()).isEqualTo(5);
    assertThat(record.openedAt()).isEqualTo(Instant.parse("2018-07-01T00:00:00Z"));
    assertThat(record.closedAt()).isNull();
    assertThat(record.user()).isEqualTo("/CN=bob");
  }

  @Test
  void whatTheSourceDoesNotSayIsNull() throws IOException {
    assertThat(
            read("{\"file_lfn\":\"/a\",\"start_time\":1530403200000,\"file_size\":null}").record())
        .isEqualTo(AccessRecord.of("/a", Instant.parse("2018-07-01T00:00:00Z"), null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"start_time":1530403200000}                                 | file_lfn is missing
          {"file_lfn":" ","start_time":1530403200000}                  | file_lfn is missing
          {"file_lfn":"/a"}                                            | start_time is missing
          {"file_lfn":"/a","start_time":1530403200}                    | start_time looks like seconds, expected milliseconds: 1530403200
          {"file_lfn":"/a","start_time":1530403200000000}              | start_time is not a time in milliseconds between 1970 and 2100
          {"file_lfn":"/a","start_time":-5}                            | start_time is not a time in milliseconds
          {"file_lfn":"/a","start_time":1530403200000.5}               | start_time is not a whole number
          {"file_lfn":"/a","start_time":"noon"}                        | start_time is not a whole number: 'noon'
          {"file_lfn":"/a","start_time":99999999999999999999}          | start_time is not a whole number
          {"file_lfn":"/a","start_time":1530403200000,"end_time":1530403199999} | closedAt 2018-06-30T23:59:59.999Z is before openedAt
          {"file_lfn":"/a","start_time":1530403200000,"file_size":-1}  | sizeBytes is negative: -1
          {"file_lfn":"/a","start_time":1530403200000,"file_size":{}}  | file_size is not a whole number: {}
          {"file_lfn":"/a","start_time":1530403200000} x               | not a JSON object
          {"file_lfn":"/a","start_time":153040                         | not a JSON object
          [1]                                                          | expected a JSON object
          null                                                         | expected a JSON object
          plain words                                                  | not a JSON object
          """)
  void refusesWithTheReason(String line, String reason) throws IOException {
    MalformedRecord malformed = read("", line).malformed();
    assertThat(malformed.reason()).contains(reason);
    assertThat(malformed.position()).isEqualTo(2);
    assertThat(malformed.text()).isEqualTo(line);
  }

  @Test
  void hostileNestingIsOneMalformedRow() throws IOException {
    MalformedRecord malformed = read("{\"a\":" + "[".repeat(100_000)).malformed();
    assertThat(malformed.text()).hasSize(MalformedRecord.KEPT_CHARACTERS);
  }
}
