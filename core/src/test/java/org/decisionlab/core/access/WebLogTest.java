// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebLogTest {

  private static final String HEADER = "host\tlogname\ttime\tmethod\turl\tresponse\tbytes\treferer";

  @TempDir Path folder;

  private Reading read(String... lines) throws IOException {
    return Reading.ofText(AccessFormat.WEB_LOG, folder, String.join("\n", lines) + "\n");
  }

  @Test
  void keepsWhatBrowsersFetchedWithTheLargestSizeSeen() throws IOException {
    Reading reading =
        read(
            HEADER,
            "h1\t-\t807256800\tGET\t/a\t304\t0\t",
            "h2\t-\t807256801\tGET\t/a\t200\t100\t",
            "h3\t-\t807256801\tGET\t/a\t200\t70\t",
            "h1\t-\t807256802\tPOST\t/a\t200\t900\t",
            "h1\t-\t807256803\tGET\t/a\t404\t900\t",
            "h1\t-\t807256804\tGET\t/never\t304\t-\t",
            "h1\t-\t807256805\tGET\t/broken");
    Instant start = Instant.ofEpochSecond(807_256_800);
    assertThat(reading.records())
        .containsExactly(
            new AccessRecord("/a", 100L, 0L, start, null, null, "h1", "http", null),
            new AccessRecord(
                "/a", 100L, 100L, start.plusSeconds(1), null, null, "h2", "http", null),
            new AccessRecord(
                "/a", 100L, 70L, start.plusSeconds(1), null, null, "h3", "http", null));
    assertThat(reading.report().passedOver())
        .isEqualTo(Map.of("not a GET with status 200 or 304", 2L, "object without bytes", 1L));
    assertThat(reading.report().rows()).isEqualTo(7);
    assertThat(reading.report().samples())
        .extracting(MalformedRecord::position, MalformedRecord::reason)
        .containsExactly(tuple(8L, "expected at least 6 columns, found 5"));
  }

  @Test
  void columnsAreFoundByName() throws IOException {
    AccessRecord record =
        read("\turl\tbytes\tresponse\tmethod\ttime\thost", "0\t/a\t5\t200\tGET\t10\th").record();
    assertThat(record)
        .isEqualTo(
            new AccessRecord(
                "/a", 5L, 5L, Instant.ofEpochSecond(10), null, null, "h", "http", null));
  }

  @Test
  void aHeaderWithoutTheColumnsIsRefused() {
    assertThatThrownBy(() -> read("h\t-\t807256800\tGET\t/a\t304\t0\t"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(":1: expected a header row with the tab-separated columns [host, ");
  }
}
