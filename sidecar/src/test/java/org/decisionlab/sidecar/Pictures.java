// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.sidecar.Client.Part;

/** A picture of 28 x 28 grey pixels, models of 7 classes for it, and what they should answer. */
final class Pictures {

  static final int SIDE = 28;
  private static final int CLASSES = 7;
  private static final long SEED = 31;

  private Pictures() {}

  static int level(int x, int y) {
    return (7 * x + 11 * y) % 256;
  }

  static byte[] grey28() {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.getRaster().setSample(x, y, 0, level(x, y));
      }
    }
    return encoded(image, "png");
  }

  static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new AssertionError("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The form of a question; clients send whole paths as the names of files. */
  static Map<String, Part> form(byte[] picture, String model) {
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("image", Part.file("/home/me/pictures/img.png", picture));
    parts.put("model", Part.field(model));
    return parts;
  }

  /** softmax(pixels x weights), computed by hand in double precision. */
  static List<Float> expected() {
    float[] weights = weights();
    double[] sums = new double[CLASSES];
    double whole = 0;
    for (int c = 0; c < CLASSES; c++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        sums[c] += (double) level(i % SIDE, i / SIDE) * weights[i * CLASSES + c];
      }
      whole += Math.exp(sums[c]);
    }
    List<Float> expected = new ArrayList<>();
    for (double sum : sums) {
      expected.add((float) (Math.exp(sum) / whole));
    }
    return expected;
  }

  static Map<String, Part> frozenForm(String name) {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < CLASSES; i++) {
      labels.append("label").append(i).append('\n');
    }
    String params =
        "{\"name\":\"%s\",\"model\":\"g.pb\",\"labels\":\"l.txt\",\"img_channels\":1,"
            .formatted(name);
    ModelGraph graph = graph();
    params +=
        "\"input_node\":\"%s\",\"output_node\":\"%s\"}"
            .formatted(graph.input().name(), graph.output().name());
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("name", Part.field(name));
    parts.put("params", Part.file("params.json", Fixtures.utf8(params)));
    parts.put("model", Part.file("g.pb", GraphDefWriter.write(graph)));
    parts.put("labels", Part.file("l.txt", Fixtures.utf8(labels.toString())));
    return parts;
  }

  static byte[] savedModelTar(String name) {
    String params =
        "{\"name\":\"%s\",\"model\":\"saved_model.pb\",\"labels\":\"\",\"img_channels\":1,"
                .formatted(name)
            + "\"input_name\":\"serving_default_inputs_input\","
            + "\"output_name\":\"StatefulPartitionedCall\"}";
    return new Tar()
        .directory(name + "/")
        .directory(name + "/assets/")
        .directory(name + "/variables/")
        .file(name + "/saved_model.pb", SavedModelWriter.write(graph()))
        .file(name + "/params.json", Fixtures.utf8(params))
        .bytes();
  }

  private static ModelGraph graph() {
    ModelGraphBuilder builder = ModelGraph.builder();
    Node pixels = builder.input("pixels", SIDE * SIDE);
    Node weights = builder.constant(Tensor.of(weights(), SIDE * SIDE, CLASSES));
    return builder.build(builder.softmax(builder.matMul(pixels, weights)));
  }

  private static float[] weights() {
    Random random = new Random(SEED);
    float[] weights = new float[SIDE * SIDE * CLASSES];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() * 2e-4);
    }
    return weights;
  }
}
