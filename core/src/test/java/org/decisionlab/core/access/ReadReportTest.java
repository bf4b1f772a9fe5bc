// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadReportTest {

  @Test
  void tellsCountsReasonsAndPlaces() {
    ReadReport report =
        new ReadReport(
            30_969,
            30_286,
            1,
            Map.of("object without bytes", 11L, "not a GET", 671L),
            List.of(new MalformedRecord("a.tsv", 7, "bytes is not a number", "x\ty")));
    assertThat(report.toString().lines())
        .containsExactly(
            "30,969 rows: 30,286 records, 1 malformed, 682 passed over",
            "  671 not a GET",
            "  11 object without bytes",
            "  a.tsv:7: bytes is not a number: x\ty");
  }
}
