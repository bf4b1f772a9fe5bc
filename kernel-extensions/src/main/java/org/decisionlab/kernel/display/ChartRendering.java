// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.knowm.xchart.internal.chartpart.Chart;

/** Shows XChart charts as PNG at twice the density of a CSS pixel. */
final class ChartRendering {

  private static final int DENSITY = 2;

  private ChartRendering() {}

  static void register(KernelRenderer renderer) {
    renderer
        .createRegistration(Chart.class)
        .preferring(MIMEType.IMAGE_PNG)
        .register(ChartRendering::render);
  }

  private static void render(Chart<?, ?> chart, RenderContext context) {
    int width = chart.getWidth();
    int height = chart.getHeight();
    BufferedImage image =
        new BufferedImage(width * DENSITY, height * DENSITY, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.scale(DENSITY, DENSITY);
      chart.paint(graphics, width, height);
    } finally {
      graphics.dispose();
    }
    String title = chart.getTitle();
    PictureRendering.put(
        context, image, width, height, title == null || title.isBlank() ? "chart" : title);
  }
}
