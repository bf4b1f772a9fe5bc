// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TablesawRenderingTest {

  private static String html(Table table) {
    Object html = KernelRenderer.create().render(table).getData(MIMEType.TEXT_HTML);
    return String.valueOf(html);
  }

  private static String text(Table table) {
    return String.valueOf(KernelRenderer.create().render(table).getData(MIMEType.TEXT_PLAIN));
  }

  @Test
  void realNumbersHaveSixDigitsAndKeepThoseBeforeThePoint() {
    double[] values = {
      0.7495509999338619, 1.0 / 3, 0, 123456789.25, 2.086162567138672E-7, -15, Double.NaN
    };
    assertThat(html(Table.create("t", DoubleColumn.create("x", values))))
        .contains(">0.749551<", ">0.333333<", ">123456789<", ">2.08616E-7<", ">-15<")
        .doesNotContain("0.7495509");
  }

  @Test
  void textIsNeverMarkup() {
    assertThat(html(Table.create("t", StringColumn.create("<b>", "<script>"))))
        .contains("&lt;b&gt;", "&lt;script&gt;")
        .doesNotContain("<script>");
  }

  @Test
  void theShapeIsToldInWords() {
    Table one = Table.create("t", IntColumn.create("n", new int[] {1}));
    assertThat(text(one)).endsWith("\n[1 row, 1 column]");
    one.addColumns(StringColumn.create("s", "x"));
    assertThat(text(one.emptyCopy())).endsWith("\n[0 rows, 2 columns]");
  }

  @Test
  void whatIsNotShownIsTold() {
    Table long30 = Table.create("t", IntColumn.create("n", IntStream.range(0, 30).toArray()));
    assertThat(html(long30)).contains(">19<", "10 more rows").doesNotContain(">20<");
  }
}
