// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.decisionlab.kernel.display.HtmlTable.Column;
import org.decisionlab.kernel.display.TableView.Rest;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.common.Text;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Tables of records and of others: what is in them, what is left out, and that data is no markup.
 */
class TableViewTest {

  private static final String HOSTILE = "</td><script>alert('\"&$x$\\(y\\)')</script>";

  record Point(int x, double y) {}

  record Track(String name, Point from, @Nullable Point to, List<Integer> hits) {}

  record Node(int id, @Nullable Node next) {}

  record Failing(int id) {
    @Override
    public int id() {
      throw new IllegalStateException("broken " + HOSTILE);
    }
  }

  record Report(int hits, int misses) {
    @Override
    public String toString() {
      return hits + " of " + (hits + misses);
    }
  }

  record Mute(int id) {
    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  private static DisplayData draw(Object value) {
    return KernelRenderer.create().render(value);
  }

  private static String html(Object value) {
    return String.valueOf(draw(value).getData(MIMEType.TEXT_HTML));
  }

  @Test
  void aRecordIsASmallTableAndRecordsInsideAreSplit() {
    Track track = new Track("t1", new Point(1, 0.123456789), null, List.of(4, 5));
    assertThat(html(track))
        .contains(">Track<", ">from.x<", ">int<", ">0.123457<", ">to.x<", ">null<", ">[4, 5]<")
        .contains(">List&lt;Integer&gt;<");
    assertThat(draw(track).getData(MIMEType.TEXT_PLAIN)).isEqualTo(track.toString());
  }

  @Test
  void recordsOfOneTypeAreRowsWhereverTheyStand() {
    List<Point> points = List.of(new Point(1, 2), new Point(-3, 4.5));
    for (Object each : List.of(points, points.toArray(new Point[0]))) {
      assertThat(html(each)).contains(">x<", "<td class=\"dl-n\">-3</td>", ">4.5<");
    }
    assertThat(html(Arrays.asList(points.get(0), null))).contains(">null<");
    assertThat(html(Map.of("k<", points.get(0)))).contains(">key<", ">k&lt;<", ">2<");
    assertThat(html(List.of(new Node(1, new Node(2, null))))).contains(">next<", "Node[id=2");
    assertThat(html(List.of(points.get(0), "text"))).isEqualTo("null");
    assertThat(html(List.of())).isEqualTo("null");
    assertThat(html(Map.of("a", 1))).isEqualTo("null");
  }

  @Test
  void aRecordWithATextOfItsOwnIsShownByIt() {
    DisplayData report = draw(new Report(3, 1));
    assertThat(report.getData(MIMEType.TEXT_PLAIN)).isEqualTo("3 of 4");
    assertThat(report.hasDataForType(MIMEType.TEXT_HTML)).isFalse();
    assertThat(html(List.of(new Report(3, 1)))).contains(">misses<");
    assertThat(html(new Mute(7))).contains(">id<", ">7<");
    assertThat(String.valueOf(draw(new Mute(7)).getData(MIMEType.TEXT_PLAIN)))
        .contains("cannot be had");
  }

  @Test
  void anAccessorThatThrowsCostsItsCellOnly() {
    assertThat(html(List.of(new Failing(1))))
        .contains("(cannot be read: java.lang.IllegalStateException: broken ")
        .doesNotContain("<script>");
  }

  @Test
  void whatIsLeftOutIsCountedAndCanBeHad() {
    List<Point> many = IntStream.range(0, 1234).mapToObj(i -> new Point(i, i)).toList();
    assertThat(html(many))
        .contains(">19<", "1,214 more rows: display(x, limits().rows(1000))")
        .doesNotContain(">20<");
    KernelRenderer renderer = KernelRenderer.create();
    DisplayData more = renderer.render(many, renderer.limits().rows(2000));
    assertThat(String.valueOf(more.getData(MIMEType.TEXT_HTML)))
        .contains(">1233<")
        .doesNotContain("more rows");
    renderer.limits(renderer.limits().rows(1).columns(1));
    assertThat(String.valueOf(renderer.render(many).getData(MIMEType.TEXT_HTML)))
        .contains("1,233 more rows, 1 more column: display(x, limits().rows(1000).columns(2))");
    assertThatThrownBy(() -> DisplayLimits.STANDARD.rows(0)).hasMessageContaining("rows");
    assertThat(new Rest(Rest.UNKNOWN, 2, "").text()).isEqualTo("more rows, 2 more columns");
  }

  @Test
  void namesOfFilesThatDifferAtTheirEndsCanBeToldApart() {
    String dataset =
        "/store/mc/RunIIAutumn18MiniAOD/TTJets_TuneCP5_13TeV/MINIAODSIM/102X-v1/00000/";
    List<List<String>> rows =
        List.of(List.of(dataset + "0A1B2C3D.root"), List.of(dataset + "FFFF0000.root"));
    TableView table = TableView.of(List.of(new Column("lfn", "", false)), rows, 2, 1);
    assertThat(table.toText().lines().skip(1))
        .allMatch(line -> line.length() == 48 && line.startsWith("/store/mc/RunII"))
        .satisfiesExactly(
            first -> assertThat(first).contains("...").endsWith("0A1B2C3D.root"),
            second -> assertThat(second).contains("...").endsWith("FFFF0000.root"));
    assertThat(table.toHtml())
        .contains(
            "0A1B2C3D.root</td>", "FFFF0000.root</td>", " title=\"" + dataset + "0A1B2C3D.root\"");
    String faces = "\ud83d\ude00".repeat(60);
    String cut = TableView.of(table.columns(), List.of(List.of(faces)), 1, 1).toText();
    assertThat(cut.replace("...", "").codePoints().skip(4)).allMatch(each -> each == 0x1f600);
  }

  @Test
  void dataIsNeverMarkupWhereverItStands() {
    TableView table =
        new TableView(
            List.of(new Column(HOSTILE, HOSTILE, true)),
            List.of(List.of(HOSTILE), List.of(HOSTILE.repeat(10))),
            new Rest(1, 0, HOSTILE));
    String html = table.toHtml();
    assertThat(html).contains(" title=\"&lt;/td&gt;");
    String body = html.replaceAll("(?s)<style>.*?</style>", "");
    String content = body.replaceAll(" title=\"[^\"<>]*\"", "");
    assertThat(content).doesNotContain("<script", "title", "$x$", "\\(y");
    assertThat(content.replaceAll("</?(table|thead|tbody|tr|th|td|br|span|div)[^<>]*>", ""))
        .doesNotContain("<", ">", "\"", "'");
  }

  @Test
  void theTextFormHasColumnsUnderEachOther() {
    TableView table =
        TableView.of(
            List.of(new Column("name", "string", false), new Column("n", "int", true)),
            List.of(List.of("a\nb", "1"), List.of("long name", "1000")),
            3,
            2);
    assertThat(table.toText())
        .isEqualTo(
            """
            name          n
            string      int
            a\u21b5b           1
            long name  1000
            1 more row: display(x, limits().rows(3))""");
    assertThatThrownBy(
            () -> new TableView(List.of(new Column("a", "", false)), List.of(List.of()), Rest.NONE))
        .hasMessageContaining("a row has 0 cells, the table 1 columns");
  }

  @Test
  void theHintOfARecordWithManyComponentsShowsThem() {
    KernelRenderer renderer = KernelRenderer.create();
    Point point = new Point(1, 2);
    assertThat(html(renderer.render(point, renderer.limits().columns(1))))
        .contains("1 more row: display(x, limits().columns(2))");
    assertThat(html(renderer.render(point, renderer.limits().columns(2))))
        .contains(">y<")
        .doesNotContain("more row");
  }

  @Test
  void aTableViewIsItselfShownAsATable() {
    TableView table = TableView.of(List.of(new Column("n", "", true)), List.of(List.of("1")), 1, 1);
    assertThat(html(table)).contains("<td class=\"dl-n\">1</td>");
    assertThat(draw(table).getData(MIMEType.TEXT_PLAIN)).isEqualTo("n\n1");
  }

  @Test
  void bundlesAndMarkupHaveTextToo() {
    DisplayData bare = new DisplayData();
    bare.putData(MIMEType.IMAGE_PNG, "...");
    assertThat(draw(bare).hasDataForType(MIMEType.TEXT_PLAIN)).isTrue();
    assertThat(draw(Markup.svg("<svg/>")).getData(MIMEType.IMAGE_SVG)).isEqualTo("<svg/>");
    DisplayData json = draw(Markup.json("{\"a\": [1]}"));
    assertThat(json.getData(MIMEType.APPLICATION_JSON)).hasToString("{\"a\":[1]}");
    assertThat(json.getData(MIMEType.TEXT_PLAIN)).isEqualTo("{\"a\":[1]}");
    assertThatThrownBy(() -> Markup.json("{")).hasMessageContaining("not JSON");
  }

  @Test
  void textIsNeverMarkupAndHasAnEndWhateverTheLibraryHasRegistered() {
    KernelRenderer renderer = KernelRenderer.create();
    Text.registerAll(renderer);
    for (Object text : List.of("<b>x</b>".repeat(10_000), CharBuffer.wrap("y".repeat(50_000)))) {
      DisplayData shown = renderer.render(text);
      assertThat(shown.hasDataForType(MIMEType.TEXT_HTML)).isFalse();
      assertThat(String.valueOf(shown.getData(MIMEType.TEXT_PLAIN)))
          .contains("(20,000 characters of ")
          .hasSizeLessThan(20_200);
    }
  }

  @Test
  void aLargePictureIsScaledDown() {
    DisplayData shown = draw(new BufferedImage(4000, 2000, BufferedImage.TYPE_INT_RGB));
    assertThat(shown.getData(MIMEType.TEXT_PLAIN))
        .isEqualTo("picture of 4000x2000 shown as 2828x1414");
    assertThat(
            draw(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB)).getData(MIMEType.TEXT_PLAIN))
        .isEqualTo("picture 3x2");
  }
}
