// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import org.decisionlab.models.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireTest {

  @Test
  void bytesAreThoseOfTheProtobufDocumentation() {
    // The examples of the encoding page: 150 in field 1, "testing" in field 2, a message in field
    // 3.
    assertThat(hex(new WireWriter().varint(1, 150))).isEqualTo("089601");
    assertThat(hex(new WireWriter().text(2, "testing"))).isEqualTo("120774657374696e67");
    assertThat(hex(new WireWriter().message(3, m -> m.varint(1, 150)))).isEqualTo("1a03089601");
    assertThat(hex(new WireWriter().varint(1, -1))).isEqualTo("08ffffffffffffffffff01");
    assertThat(hex(new WireWriter().fixed32(2, 1.5f))).isEqualTo("150000c03f");
    assertThat(hex(new WireWriter().varint(16, 0).bool(1, true))).isEqualTo("8001000801");
  }

  @Test
  void aRowOfTheTfaasWireIsReadBack() throws Exception {
    byte[] row = HexFormat.of().parseHex("0a0161120c0000803f00000040000040401a026631");
    WireReader reader = WireReader.of(row, "Row");
    assertThat(reader.next()).isTrue();
    assertThat(reader.text()).isEqualTo("a");
    assertThat(reader.next()).isTrue();
    assertThat(reader.floats()).containsExactly(1, 2, 3);
    assertThat(reader.next()).isTrue();
    assertThat(reader.field()).isEqualTo(3);
    assertThat(reader.bytes()).containsExactly('f', '1');
    assertThat(reader.next()).isFalse();
  }

  @Test
  void unreadValuesArePassedOver() throws Exception {
    byte[] bytes =
        new WireWriter().message(1, m -> m.text(9, "x")).fixed32(2, 1).varint(3, 300).toByteArray();
    WireReader reader = WireReader.of(bytes, "Test");
    int fields = 0;
    while (reader.next()) {
      fields++;
    }
    assertThat(fields).isEqualTo(3);
    assertThat(reader.varint()).isEqualTo(300);
  }

  @ParameterizedTest
  @CsvSource({
    "08, ends inside a number",
    "0896, ends inside a number",
    "08ffffffffffffffffffff01, more than ten bytes",
    "0a05616263, needs 5 bytes",
    "0affffffff0f, needs 4294967295 bytes",
    "0affffffffffffffffff01, needs 18446744073709551615 bytes",
    "0d0000, needs 4 bytes",
    "0900, needs 8 bytes",
    "0b, wire type 3",
    "0f, wire type 7",
    "00, field number 0"
  })
  void damageIsRefused(String hex, String reason) {
    WireReader reader = WireReader.of(HexFormat.of().parseHex(hex), "Test");
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(reader::next)
        .withMessageStartingWith("Test, byte ")
        .withMessageContaining(reason);
  }

  @Test
  void aValueOfAnotherKindIsRefused() throws Exception {
    WireReader number = WireReader.of(HexFormat.of().parseHex("0801"), "Test");
    number.next();
    assertThatExceptionOfType(ModelFormatException.class).isThrownBy(number::text);
    assertThatExceptionOfType(ModelFormatException.class).isThrownBy(number::floats);
    WireReader text = WireReader.of(HexFormat.of().parseHex("0a02c328"), "Test");
    text.next();
    assertThatExceptionOfType(ModelFormatException.class).isThrownBy(text::varint);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(text::text)
        .withMessageContaining("not UTF-8");
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(text::floats)
        .withMessageContaining("whole floats");
  }

  private static String hex(WireWriter writer) {
    return HexFormat.of().formatHex(writer.toByteArray());
  }
}
