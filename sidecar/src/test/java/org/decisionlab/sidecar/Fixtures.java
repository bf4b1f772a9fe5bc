// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Complete files of small models, and archives of them. */
final class Fixtures {

  /** A frozen graph made by TensorFlow: x_in[?,3] -> softmax(x) -> y_out. */
  static final byte[] F1 =
      HexFormat.of()
          .parseHex(
              "0a3e0a04785f696e120b506c616365686f6c6465722a0b0a056474797065120230012a1c0a0573686170"
                  + "6512133a11120b08ffffffffffffffffff01120208030a5c0a07772f436f6e73741205436f6e7374"
                  + "2a3d0a0576616c75651234423208011208120208031202080322240000803f000000000000000000"
                  + "0000000000803f0000000000000000000000000000803f2a0b0a056474797065120230010a4e0a06"
                  + "4d61744d756c12064d61744d756c1a04785f696e1a07772f436f6e73742a110a0b7472616e73706f"
                  + "73655f62120228002a070a0154120230012a110a0b7472616e73706f73655f61120228000a230a07"
                  + "536f66746d61781207536f66746d61781a064d61744d756c2a070a0154120230010a230a05795f6f"
                  + "757412084964656e746974791a07536f66746d61782a070a0154120230011200220308b509");

  /** The same function as a SavedModel with the names that TFaaS wants. */
  static final byte[] F2 =
      HexFormat.of()
          .parseHex(
              "0801128d030a07220573657276651281030a560a1c73657276696e675f64656661756c745f696e707574"
                  + "735f696e707574120b506c616365686f6c6465722a0b0a056474797065120230012a1c0a05736861"
                  + "706512133a11120b08ffffffffffffffffff01120208030a5c0a07772f436f6e73741205436f6e73"
                  + "742a3d0a0576616c75651234423208011208120208031202080322240000803f0000000000000000"
                  + "000000000000803f0000000000000000000000000000803f2a0b0a056474797065120230010a660a"
                  + "064d61744d756c12064d61744d756c1a1c73657276696e675f64656661756c745f696e707574735f"
                  + "696e7075741a07772f436f6e73742a070a0154120230012a110a0b7472616e73706f73655f621202"
                  + "28002a110a0b7472616e73706f73655f61120228000a230a07536f66746d61781207536f66746d61"
                  + "781a064d61744d756c2a070a0154120230010a350a17537461746566756c506172746974696f6e65"
                  + "6443616c6c12084964656e746974791a07536f66746d61782a070a0154120230011200220308b509");

  static final String F1_PARAMS =
      "{\"name\":\"f1\",\"model\":\"f1.pb\",\"labels\":\"labels.txt\",\"description\":\"identity"
          + " softmax\",\"input_node\":\"x_in\",\"output_node\":\"y_out\"}";

  static final String F2_PARAMS =
      "{\"name\":\"f2\",\"model\":\"saved_model.pb\",\"labels\":\"labels.txt\","
          + "\"input_name\":\"serving_default_inputs_input\","
          + "\"output_name\":\"StatefulPartitionedCall\",\"img_channels\":1}";

  static final String LABELS = "higgs\nqcd\nmuons\n";

  private Fixtures() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** F2 as a tar with top folder {@code f2/}. */
  static byte[] f2Tar() {
    return new Tar()
        .directory("f2/")
        .directory("f2/assets/")
        .directory("f2/variables/")
        .file("f2/saved_model.pb", F2)
        .file("f2/labels.txt", utf8(LABELS))
        .file("f2/params.json", utf8(F2_PARAMS))
        .bytes();
  }

  /** The parts of F1's form upload under another name. */
  static Map<String, Client.Part> f1Form(String name) {
    Map<String, Client.Part> parts = new LinkedHashMap<>();
    parts.put("name", Client.Part.field(name));
    parts.put(
        "params",
        Client.Part.file(
            "params.json",
            utf8(F1_PARAMS.replace("\"name\":\"f1\"", "\"name\":\"" + name + "\""))));
    parts.put("model", Client.Part.file("f1.pb", F1));
    parts.put("labels", Client.Part.file("labels.txt", utf8(LABELS)));
    return parts;
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
