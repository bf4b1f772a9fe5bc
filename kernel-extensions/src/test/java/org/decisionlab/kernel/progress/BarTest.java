// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.decisionlab.kernel.display.NumberText;
import org.junit.jupiter.api.Test;

class BarTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong clock = new AtomicLong();

  private Bar bar(long total) {
    Bar bar = new Bar(total, clock::get);
    bar.label("files");
    return bar;
  }

  @Test
  void aRunningBarTellsShareRateAndWhatIsLeft() {
    Bar bar = bar(2000);
    assertThat(bar.text()).isEqualTo("files: 0 % [                    ] 0 of 2,000, 0 ms");
    bar.add(500);
    clock.set(5 * SECOND);
    assertThat(bar.text())
        .isEqualTo("files: 25 % [#####               ] 500 of 2,000, 100/s, 15 s left");
    bar.add(1499);
    assertThat(bar.text()).startsWith("files: 99 % ");
    bar.add(1);
    assertThat(bar.text()).isEqualTo("files: 2,000 in 5.0 s, 400/s");
  }

  @Test
  void aBarWithoutTotalCounts() {
    Bar bar = bar(-1);
    bar.add(3);
    clock.set(120 * SECOND);
    assertThat(bar.text()).isEqualTo("files: 3, 1.5/min");
    bar.end(true);
    clock.set(500 * SECOND);
    assertThat(bar.text()).isEqualTo("files: 3 in 2 min 0 s, 1.5/min");
  }

  @Test
  void aBarThatEndsEarlySaysHowFarItCame() {
    Bar bar = bar(10);
    bar.add(4);
    clock.set(2 * SECOND);
    bar.end(false);
    assertThat(bar.text()).isEqualTo("files: stopped after 4 of 10, 2.0 s, 2/s");
    assertThat(bar.html()).contains("stopped after 4 of 10").doesNotContain("progressbar");
    bar.add(1);
    assertThat(bar.text()).contains("50 % ");
  }

  @Test
  void theLabelIsNeverMarkup() {
    Bar bar = new Bar(10, clock::get);
    bar.label("\"><script>alert(1)</script>");
    bar.add(5);
    assertThat(bar.html())
        .contains("aria-label=\"&quot;&gt;&lt;script&gt;", "aria-valuenow=\"50\"")
        .doesNotContain("<script");
    assertThat(bar.html().replaceAll("<[^<>]*>", "")).doesNotContain("<", ">");
  }

  @Test
  void timesAreWrittenAsPeopleSayThem() {
    assertThat(NumberText.duration(0.04)).isEqualTo("40 ms");
    assertThat(NumberText.duration(59.4)).isEqualTo("59 s");
    assertThat(NumberText.duration(61)).isEqualTo("1 min 1 s");
    assertThat(NumberText.duration(7322)).isEqualTo("2 h 2 min");
  }
}
