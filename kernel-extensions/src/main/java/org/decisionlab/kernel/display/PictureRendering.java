// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

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

/** Shows pictures as PNG. */
final class PictureRendering {

  private PictureRendering() {}

  static void register(KernelRenderer renderer) {
    renderer
        .createRegistration(BufferedImage.class)
        .preferring(MIMEType.IMAGE_PNG)
        .register(
            (image, context) ->
                put(context, image, image.getWidth(), image.getHeight(), "picture"));
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
