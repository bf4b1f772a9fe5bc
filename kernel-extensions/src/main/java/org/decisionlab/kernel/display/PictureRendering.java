// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import javax.imageio.ImageIO;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/**
 * Shows pictures as PNG; large ones are scaled down, so that a notebook stays a file one can open.
 */
final class PictureRendering {

  private static final int MOST_PIXELS = 4_000_000;

  private PictureRendering() {}

  static void register(KernelRenderer renderer) {
    renderer
        .createRegistration(BufferedImage.class)
        .preferring(MIMEType.IMAGE_PNG)
        .register(PictureRendering::render);
  }

  private static void render(BufferedImage image, RenderContext context) {
    long pixels = (long) image.getWidth() * image.getHeight();
    if (pixels <= MOST_PIXELS) {
      put(context, image, image.getWidth(), image.getHeight(), "picture");
      return;
    }
    double scale = Math.sqrt((double) MOST_PIXELS / pixels);
    int width = Math.max(1, (int) (image.getWidth() * scale));
    int height = Math.max(1, (int) (image.getHeight() * scale));
    String size = image.getWidth() + "x" + image.getHeight();
    put(context, scaled(image, width, height), width, height, "picture of " + size + " shown as");
  }

  private static BufferedImage scaled(BufferedImage image, int width, int height) {
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = small.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(image, 0, 0, width, height, null);
    } finally {
      graphics.dispose();
    }
    return small;
  }

  /**
   * Puts a picture into the output.
   *
   * @param width how wide it is shown, in CSS pixels
   * @param height how high it is shown, in CSS pixels
   * @param what what the text form calls it
   */
  static void put(RenderContext context, RenderedImage image, int width, int height, String what) {
    context.renderIfRequested(
        MIMEType.IMAGE_PNG,
        (type, data) -> data.putData(type, png(image), Map.of("width", width, "height", height)));
    context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> what + " " + width + "x" + height);
  }

  private static String png(RenderedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
