// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatTextTest {

  /** Texts that Go's encoding/json writes for these float32 numbers. */
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0.0,-0",
    "1,1",
    "-1,-1",
    "100,100",
    "0.5,0.5",
    "0.09003057,0.09003057",
    "0.24472848,0.24472848",
    "2.0611537e-9,2.0611537e-9",
    "1e-6,0.000001",
    "9.9e-7,9.9e-7",
    "1e-45,1e-45",
    "0.001,0.001",
    "9.999999e-4,0.0009999999",
    "9999999,9999999",
    "1e7,10000000",
    "12345.5,12345.5",
    "-1234567,-1234567",
    "123456789,123456790",
    "16777216,16777216",
    "1e20,100000000000000000000",
    "1e21,1e+21",
    "3.4028235e38,3.4028235e+38",
    "1.1754944e-38,1.1754944e-38"
  })
  void numbersAreWrittenAsGoDoes(float number, String text) {
    assertThat(FloatText.array(new float[] {number})).isEqualTo("[" + text + "]\n");
  }

  @Test
  void everyNumberReadsBackAsItself() {
    long seed = 20261120;
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      float number = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(number)) {
        String text = FloatText.array(new float[] {number});
        float back = Float.parseFloat(text.substring(1, text.length() - 2));
        assertThat(Float.floatToRawIntBits(back))
            .as("%s as %s, seed %d", number, text, seed)
            .isEqualTo(Float.floatToRawIntBits(number));
      }
    }
  }

  @Test
  void whatJsonCannotWriteIsRefused() {
    assertThatThrownBy(() -> FloatText.array(new float[] {Float.NaN})).hasMessageContaining("NaN");
  }
}
