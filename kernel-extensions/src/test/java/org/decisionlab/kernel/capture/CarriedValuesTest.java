// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A function of a cell gives on an executor what it gives in plain Java. */
class CarriedValuesTest extends DriverAndExecutor {

  /**
   * Cells from {@code cells.txt}: a name, declarations, a function of one number, and what it gives
   * for 3 in plain Java.
   */
  static Stream<Arguments> cells() throws IOException {
    try (InputStream in = CarriedValuesTest.class.getResourceAsStream("cells.txt")) {
      String all = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      return Pattern.compile("^# (.*)\n((?:.*\n)*?)--\n((?:.*\n)+?)== (.*)$", Pattern.MULTILINE)
          .matcher(all)
          .results()
          .map(each -> Arguments.of(each.group(1), each.group(2), each.group(3), each.group(4)));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void anExecutorGivesTheValueOfPlainJava(String what, String before, String last, String expected)
      throws Exception {
    if (!before.isEmpty()) {
      driver.run(before);
    }
    Object function = driver.run(last);
    byte[] sent = Driver.bytes(function);
    assertThat(String.valueOf(Remote.of(driver.classes()).call(sent, 3)))
        .as("executor")
        .isEqualTo(expected);
    assertThat(String.valueOf(Remote.local(driver.loader()).call(sent, 3)))
        .as("local mode")
        .isEqualTo(expected);
    byte[] again = Driver.bytes(Remote.local(driver.loader()).received(sent));
    assertThat(String.valueOf(Remote.of(driver.classes()).call(again, 3)))
        .as("sent on")
        .isEqualTo(expected);
    assertThat(String.valueOf(Remote.local(driver.loader()).invoke(function, 3)))
        .as("driver")
        .isEqualTo(expected);
  }
}
