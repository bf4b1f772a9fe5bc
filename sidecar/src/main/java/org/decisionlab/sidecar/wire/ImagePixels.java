// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.decisionlab.sidecar.fault.RefusedException;

/**
 * Pixels of a PNG or JPEG picture as models take them: rows from the top, in each row its pixels,
 * in each pixel its channels, 0 to 255.
 *
 * @param height rows
 * @param width pixels in a row
 * @param channels 1 for grey, 3 for red, green and blue, 4 with opacity
 * @param values the numbers
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never kept
public record ImagePixels(int height, int width, int channels, float[] values) {

  private static final int MAX_SIDE = 8_192;
  private static final long MAX_VALUES = 64L << 20;
  private static final double RED = 0.299;
  private static final double GREEN = 0.587;
  private static final double BLUE = 0.114;

  /**
   * Decodes a picture; its size is looked at before memory is taken for it.
   *
   * @param channels 1, 3 or 4
   * @throws RefusedException when it is no such picture, or too large
   */
  public static ImagePixels decode(byte[] picture, int channels) {
    if (channels != 1 && channels != 3 && channels != 4) {
      throw RefusedException.malformed(
          "model params image channels is "
              + (channels == 0 ? "zero" : channels)
              + ": 'img_channels' of params.json must be 1, 3 or 4");
    }
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(picture))) {
      ImageReader reader = reader(in);
      try {
        reader.setInput(in, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if (width > MAX_SIDE || height > MAX_SIDE || (long) width * height * 4 > MAX_VALUES) {
          throw RefusedException.malformed(
              "the picture has " + width + " x " + height + " pixels, which is too large");
        }
        return pixels(reader.read(0), channels);
      } finally {
        reader.dispose();
      }
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw RefusedException.malformed("Invalid image: " + e.getMessage());
    }
  }

  private static ImageReader reader(ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      String format = reader.getFormatName();
      if (format.equalsIgnoreCase("png") || format.equalsIgnoreCase("jpeg")) {
        return reader;
      }
      reader.dispose();
    }
    throw RefusedException.malformed("Invalid image: it is neither PNG nor JPEG");
  }

  private static ImagePixels pixels(BufferedImage image, int channels) {
    int height = image.getHeight();
    int width = image.getWidth();
    float[] values = new float[height * width * channels];
    ColorModel model = image.getColorModel();
    // Grey samples are taken as they are: Java's conversion to colours would change their gamma.
    boolean grey = model.getNumColorComponents() == 1;
    Raster raster = image.getRaster();
    int depth = model.getComponentSize(0);
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int colour = grey ? 0 : image.getRGB(x, y);
        int level = grey ? eightBits(raster.getSample(x, y, 0), depth) : 0;
        int red = grey ? level : (colour >> 16) & 0xff;
        int green = grey ? level : (colour >> 8) & 0xff;
        int blue = grey ? level : colour & 0xff;
        if (channels == 1) {
          values[at++] = grey ? level : Math.round(RED * red + GREEN * green + BLUE * blue);
        } else {
          values[at++] = red;
          values[at++] = green;
          values[at++] = blue;
          if (channels == 4) {
            values[at++] = grey ? 255 : colour >>> 24;
          }
        }
      }
    }
    return new ImagePixels(height, width, channels, values);
  }

  private static int eightBits(int sample, int depth) {
    if (depth == 8) {
      return sample;
    }
    return depth > 8 ? sample >> (depth - 8) : sample * 255 / ((1 << depth) - 1);
  }
}
