// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessFormatTest {

  @TempDir Path folder;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("file"), bytes);
  }

  private AccessFormat detect(String text) throws IOException {
    return AccessFormat.detect(write(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void detectsEachFormatByItsContent() throws IOException {
    assertThat(detect("\n{\"data\":{\"file_lfn\":\"/a\"}}")).isEqualTo(AccessFormat.XROOTD_JSON);
    assertThat(detect("\uFEFF{\"file_lfn\":\"/a\"}\n")).isEqualTo(AccessFormat.XROOTD_JSON);
    assertThat(detect("Size,Filename,reqDay\r\n")).isEqualTo(AccessFormat.CMS_CSV);
    assertThat(detect("host\tx\ttime\tmethod\turl\tresponse\tbytes"))
        .isEqualTo(AccessFormat.WEB_LOG);
    assertThat(detect("1530403200 /store/a 12\n")).isEqualTo(AccessFormat.TIME_ID_SIZE);
  }

  @Test
  void detectsOracleGeneral() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(5).putLong(42).putInt(512).putLong(1);
    bytes.putInt(6).putLong(42).putInt(512).putLong(-1);
    assertThat(AccessFormat.detect(write(bytes.array()))).isEqualTo(AccessFormat.ORACLE_GENERAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "short",
        "a text of more than twenty-four bytes",
        "a text of more than twenty-four bytes, then another and another and another line\n",
        "{\"lfn\":\"/a\"}\n",
        "<html><body>404 not found, sorry about that</body></html>",
        "Filename,Size\n1,2\n"
      })
  void namesTheKnownFormatsWhenItIsNone(String text) {
    assertThatThrownBy(() -> detect(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "(xrootd-json, cms-csv, web-log, time-id-size, oracle-general); name one explicitly");
  }

  @Test
  void anEmptyFileIsSaidToBeEmpty() {
    assertThatThrownBy(() -> detect("")).hasMessageContaining("is empty");
  }

  @Test
  void wordsAreTheNamesInCommands() {
    for (AccessFormat format : AccessFormat.values()) {
      assertThat(AccessFormat.of(format.word())).isEqualTo(format);
      assertThat(AccessFormat.of(format.name())).isEqualTo(format);
    }
    assertThatThrownBy(() -> AccessFormat.of("avro"))
        .hasMessageContaining("unknown access format 'avro'; known: xrootd-json, ");
  }
}
