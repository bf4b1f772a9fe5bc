// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.wire.TfaasParams;

/** Names of a model's outputs, one a line of a file. */
final class Labels {

  private static final long MAX_BYTES = 1 << 20;

  private Labels() {}

  /** The labels; empty when the model has no such file of text. */
  static List<String> of(Path files, TfaasParams params) {
    String name = params.labels().isEmpty() ? ModelBundle.LABELS : params.labels();
    Path file = files.resolve(ModelName.isValid(name) ? name : ModelBundle.LABELS);
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
        return List.of();
      }
      return Files.readString(file, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      // Labels only name what comes out; a model without them can be asked all the same.
      return List.of();
    }
  }
}
