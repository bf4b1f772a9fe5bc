// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/** The operations that a TensorFlow graph of others may have. */
final class AllowedOperations {

  private static final Set<String> NAMES = read();

  private AllowedOperations() {}

  static boolean contains(String operation) {
    return NAMES.contains(operation);
  }

  private static Set<String> read() {
    try (InputStream in = AllowedOperations.class.getResourceAsStream("operations.txt")) {
      if (in == null) {
        throw new IllegalStateException("operations.txt is missing beside the classes");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new IllegalStateException("operations.txt cannot be read", e);
    }
  }
}
