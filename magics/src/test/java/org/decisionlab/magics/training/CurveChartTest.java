// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.decisionlab.training.progress.TrainingOutline.Chart;
import org.decisionlab.training.progress.TrainingRound;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class CurveChartTest {

  private static final Chart LOSS = new Chart("loss", List.of("loss", "validation loss"));

  /** JupyterLab's dark page. */
  private static final Color DARK = new Color(0x11, 0x11, 0x11);

  private static List<TrainingRound> rounds(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            n -> new TrainingRound(n, Map.of("loss", 1.0 / n, "validation loss", 1.1 / n), 1, true))
        .toList();
  }

  private static List<Element> drawn(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    NodeList all =
        factory
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
            .getElementsByTagName("*");
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      elements.add((Element) all.item(i));
    }
    return elements;
  }

  @Test
  void drawsEachCurveThroughAllItsPoints() throws Exception {
    List<Element> lines =
        drawn(new CurveChart(LOSS, "epoch", rounds(20)).svg()).stream()
            .filter(element -> element.getTagName().equals("polyline"))
            .toList();
    assertThat(lines)
        .extracting(line -> line.getAttribute("stroke"))
        .isEqualTo(CurveChart.CURVES.subList(0, 2));
    for (Element line : lines) {
      List<double[]> points = points(line);
      assertThat(points).hasSize(20);
      for (int i = 1; i < 20; i++) {
        assertThat(points.get(i)[0]).as("to the right").isGreaterThan(points.get(i - 1)[0]);
        assertThat(points.get(i)[1]).as("falling").isGreaterThan(points.get(i - 1)[1]);
      }
      assertThat(points).allMatch(p -> p[0] >= 0 && p[0] <= CurveChart.WIDTH);
      assertThat(points).allMatch(p -> p[1] >= 0 && p[1] <= CurveChart.HEIGHT);
    }
  }

  private static List<double[]> points(Element line) {
    return Stream.of(line.getAttribute("points").split(" "))
        .map(point -> Stream.of(point.split(",")).mapToDouble(Double::parseDouble).toArray())
        .toList();
  }

  @Test
  void namesAndUnitsAreText() throws Exception {
    Chart odd = new Chart("loss < 1 & falling", List.of("a <b>"));
    TrainingRound round = new TrainingRound(1, Map.of("a <b>", 0.5), 1, true);
    assertThat(drawn(new CurveChart(odd, "\"tree\"", List.of(round)).svg()))
        .extracting(Element::getTextContent)
        .contains("loss < 1 & falling", "a <b>", "\"tree\"");
  }

  @Test
  void aThousandRoundsWeighAsMuchAsTwoHundred() {
    int few = new CurveChart(LOSS, "epoch", rounds(200)).svg().length();
    int many = new CurveChart(LOSS, "epoch", rounds(1000)).svg().length();
    assertThat(many).isLessThan(few * 3 / 2);
    assertThat(many).isLessThan(10_000);
  }

  @Test
  void oneRoundIsADotAndAFigureThatIsMissingIsLeftOut() throws Exception {
    TrainingRound only =
        new TrainingRound(1, Map.of("loss", 0.5, "validation loss", Double.NaN), 1, true);
    assertThat(drawn(new CurveChart(LOSS, "epoch", List.of(only)).svg()))
        .filteredOn(element -> element.getTagName().equals("circle"))
        .hasSize(1);
  }

  @Test
  void coloursAreReadableOnBothPages() {
    for (Color page : List.of(Color.WHITE, DARK)) {
      assertThat(contrast(Color.decode(CurveChart.INK), page)).isGreaterThan(4);
      for (String curve : CurveChart.CURVES) {
        assertThat(contrast(Color.decode(curve), page))
            .as("%s on %s", curve, page)
            .isGreaterThan(3);
      }
    }
  }

  /** Of the Web Content Accessibility Guidelines. */
  private static double contrast(Color one, Color other) {
    double a = luminance(one) + 0.05;
    double b = luminance(other) + 0.05;
    return Math.max(a, b) / Math.min(a, b);
  }

  private static double luminance(Color colour) {
    return 0.2126 * linear(colour.getRed())
        + 0.7152 * linear(colour.getGreen())
        + 0.0722 * linear(colour.getBlue());
  }

  private static double linear(int channel) {
    double share = channel / 255.0;
    return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  }
}
