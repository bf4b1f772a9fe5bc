// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheSizeTest {

  @ParameterizedTest
  @CsvSource({
    "128MiB, 134217728, 128MiB",
    "128 mib, 134217728, 128MiB",
    "10T, 10995116277760, 10TiB",
    "200GiB, 214748364800, 200GiB",
    "1.5TB, 1500000000000, 1500GB",
    "1kB, 1000, 1kB",
    "1K, 1024, 1KiB",
    "0.5K, 512, 512B",
    "4096, 4096, 4KiB",
    "7B, 7, 7B",
    "1.9B, 1, 1B",
    "2P, 2251799813685248, 2PiB",
    "10%, 10935931, 10%",
    "0.5 %, 546796, 0.5%",
    "100.0%, 109359310, 100%",
  })
  void isReadAsPeopleWriteIt(String text, long bytes, String shown) {
    CacheSize size = CacheSize.parse(text);
    assertThat(size.bytesOf(109_359_310L)).isEqualTo(bytes);
    assertThat(size).hasToString(shown);
    assertThat(CacheSize.parse(size.toString())).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ten", "-1", "0", "0%", "101%", "5iB", "5X", "1e3", "9000PiB", "10 %%", "0.1"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> CacheSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theMessageShowsWhatWasExpected() {
    assertThatThrownBy(() -> CacheSize.parse("10 parsec"))
        .hasMessageContaining("'10 parsec'")
        .hasMessageContaining("128MiB, 10T or 10%");
    assertThatThrownBy(() -> CacheSize.parse("1%").bytesOf(99))
        .hasMessageContaining("1% of 99 distinct bytes is less than one byte");
  }

  @Test
  void severalAreSeparatedByCommas() {
    assertThat(CacheSize.parseList("128MiB, 10%"))
        .containsExactly(CacheSize.ofBytes(134_217_728), CacheSize.parse("10%"));
  }
}
