// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.unit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSizeTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.00 KiB",
    "1536, 1.50 KiB",
    "134217728, 128.00 MiB",
    "-2199023255552, -2.00 TiB",
    "9223372036854775807, 8.00 EiB"
  })
  void isToldInTheLargestUnitThatFits(long bytes, String text) {
    assertThat(new DataSize(bytes)).hasToString(text);
  }
}
