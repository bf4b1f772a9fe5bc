// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.workbench;

import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * XChart charts in the size and style of a notebook page; everything of XChart can be done with
 * them.
 */
public final class Charts {

  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final String DECADES = "#,##0.#########";
  private static final Color GRID = new Color(0xdd, 0xdd, 0xdd);
  private static final Color[] SERIES = {
    new Color(0x1f, 0x5f, 0xa8),
    new Color(0xe0, 0x7b, 0x00),
    new Color(0x3a, 0x8f, 0x4d),
    new Color(0x8e, 0x44, 0xad),
    new Color(0x7f, 0x7f, 0x7f)
  };

  private Charts() {}

  /** Lines over two axes of numbers. */
  public static XYChart lines(String title, String xAxis, String yAxis) {
    XYChart chart = builder(title, xAxis, yAxis).build();
    style(chart.getStyler());
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(org.knowm.xchart.XYSeries.XYSeriesRenderStyle.Line);
    return chart;
  }

  /** Lines over two logarithmic axes; neither takes values of zero or less. */
  public static XYChart logarithmic(String title, String xAxis, String yAxis) {
    XYChart chart = lines(title, xAxis, yAxis);
    XYStyler styler = chart.getStyler();
    styler.setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    styler.setXAxisLogarithmicDecadeOnly(true).setYAxisLogarithmicDecadeOnly(true);
    styler.setXAxisDecimalPattern(DECADES).setYAxisDecimalPattern(DECADES);
    return chart;
  }

  /** A square from 0 to 1 on both axes with its diagonal, as for probabilities. */
  public static XYChart unitSquare(String title, String xAxis, String yAxis) {
    XYChart chart = builder(title, xAxis, yAxis).width(420).height(420).build();
    style(chart.getStyler());
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    chart
        .addSeries("ideal", new double[] {0, 1}, new double[] {0, 1})
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(GRID.darker());
    return chart;
  }

  /** Bars by category. */
  public static CategoryChart bars(String title, String yAxis) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle(yAxis)
            .build();
    style(chart.getStyler());
    chart.getStyler().setAvailableSpaceFill(0.7);
    return chart;
  }

  private static XYChartBuilder builder(String title, String xAxis, String yAxis) {
    return new XYChartBuilder()
        .width(WIDTH)
        .height(HEIGHT)
        .title(title)
        .xAxisTitle(xAxis)
        .yAxisTitle(yAxis);
  }

  private static void style(AxesChartStyler styler) {
    styler.setPlotGridLinesColor(GRID);
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 13))
        .setLegendPosition(Styler.LegendPosition.OutsideS)
        .setLegendLayout(Styler.LegendLayout.Horizontal)
        .setLegendBorderColor(Color.WHITE)
        .setSeriesColors(SERIES);
  }
}
