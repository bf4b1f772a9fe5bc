// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlainTextTest {

  private static final class Mute extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException();
    }
  }

  @Test
  void arraysCollectionsAndMapsAreShownByTheirElements() {
    assertThat(PlainText.of(new int[][] {{1, 2}, {3}})).isEqualTo("[[1, 2], [3]]");
    assertThat(PlainText.of(new String[] {"a", null})).isEqualTo("[a, null]");
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("k", new double[] {0.1, 2});
    map.put("o", Optional.of(new int[] {7}));
    assertThat(PlainText.of(map)).isEqualTo("{k=[0.1, 2.0], o=Optional[[7]]}");
    assertThat(PlainText.of(Map.entry("a", new int[] {1}))).isEqualTo("a=[1]");
    assertThat(PlainText.of(List.of(Optional.empty()))).isEqualTo("[Optional.empty]");
  }

  @Test
  void whatIsLongIsCutAndCounted() {
    List<Integer> many = IntStream.range(0, 1000).boxed().toList();
    assertThat(PlainText.of(many)).startsWith("[0, 1, ").endsWith("49, ... 950 more of 1000]");
    assertThat(PlainText.of(many, DisplayLimits.STANDARD.elements(2)))
        .isEqualTo("[0, 1, ... 998 more of 1000]");
    assertThat(PlainText.of(List.of("x".repeat(5_000))))
        .contains("... (5,000 characters)")
        .hasSizeLessThan(1_100);
    assertThat(PlainText.of("y".repeat(50_000)))
        .hasSizeLessThan(20_200)
        .endsWith("(20,000 characters of 50,000; display(x, limits().characters(...)) shows more)");
    int[][][] wide = new int[50][50][50];
    assertThat(PlainText.of(wide)).hasSizeLessThan(21_000).contains("characters of more");
  }

  @Test
  void aCutLeavesCharactersWhole() {
    String faces = "\uD83D\uDE00".repeat(20);
    String cut = PlainText.of(faces, DisplayLimits.STANDARD.characters(5));
    assertThat(cut).startsWith("\uD83D\uDE00\uD83D\uDE00...\n(4 characters of 40");
  }

  @Test
  void streamsAndIteratorsAreNotConsumed() {
    Stream<Integer> stream = Stream.of(1, 2);
    Iterator<Integer> iterator = List.of(1, 2).iterator();
    assertThat(PlainText.of(stream)).startsWith("a stream, not consumed");
    assertThat(PlainText.of(iterator)).startsWith("an iterator, not consumed");
    assertThat(stream.toList()).containsExactly(1, 2);
    assertThat(iterator.next()).isEqualTo(1);
  }

  @Test
  @SuppressWarnings("CollectionIncompatibleType") // a list that contains itself is the matter
  void whatContainsItselfHasAnEnd() {
    List<Object> list = new ArrayList<>(List.of("a"));
    list.add(list);
    assertThat(PlainText.of(list)).isEqualTo("[a, (itself)]");
    Map<String, Object> map = new HashMap<>();
    map.put("me", List.of(map));
    assertThat(PlainText.of(map)).isEqualTo("{me=[(itself)]}");
    Object[] array = new Object[1];
    array[0] = array;
    assertThat(PlainText.of(array)).isEqualTo("[(itself)]");
    Map.Entry<String, Object> entry = new AbstractMap.SimpleEntry<>("a", null);
    entry.setValue(entry);
    assertThat(PlainText.of(entry)).isEqualTo("a=(itself)");
    Optional<Object> deep = Optional.of("x");
    for (int i = 0; i < 100_000; i++) {
      deep = Optional.of(deep);
    }
    assertThat(PlainText.of(deep)).contains("StackOverflowError");
    List<Integer> twice = List.of(1);
    assertThat(PlainText.of(List.of(twice, twice))).isEqualTo("[[1], [1]]");
  }

  @Test
  void whatFailsIsToldInItsPlace() {
    Object bad =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        };
    assertThat(PlainText.of(Arrays.asList(1, bad, 3)))
        .startsWith("[1, (the text of a ")
        .contains("IllegalStateException: no text")
        .endsWith("), 3]");
    List<Integer> broken =
        new AbstractList<>() {
          @Override
          public Integer get(int index) {
            throw new UnsupportedOperationException("lazy");
          }

          @Override
          public int size() {
            return 3;
          }
        };
    assertThat(PlainText.of(List.of(broken, 2))).contains("cannot be had: ").endsWith(", 2]");
    assertThat(PlainText.of(new Mute())).contains("cannot be had");
  }

  @Test
  void ordinaryValuesAreAsJavaWritesThem() {
    assertThat(PlainText.of(Path.of("a", "b"))).isEqualTo(Path.of("a", "b").toString());
    assertThat(PlainText.of(new File("f.txt"))).isEqualTo("f.txt");
    assertThat(PlainText.of(URI.create("root://host//f"))).isEqualTo("root://host//f");
    assertThat(PlainText.of(Duration.ofMinutes(90))).isEqualTo("PT1H30M");
    assertThat(PlainText.of(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(PlainText.of(new IllegalStateException("m")))
        .isEqualTo("java.lang.IllegalStateException: m");
    assertThat(PlainText.of(0.1 + 0.2)).isEqualTo("0.30000000000000004");
    assertThat(PlainText.of(new BigDecimal("1E+3"))).isEqualTo("1E+3");
  }

  @Test
  void numbersAreTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat(NumberText.count(1_234_567)).isEqualTo("1,234,567");
      assertThat(NumberText.count(-1_234)).isEqualTo("-1,234");
      assertThat(NumberText.count(999)).isEqualTo("999");
      assertThat(NumberText.of(1234.5678, 6)).isEqualTo("1234.57");
      assertThat(NumberText.of(1.0 / 3, 3)).isEqualTo("0.333");
      assertThat(NumberText.of(6.02214076e23, 6)).isEqualTo("6.02214E+23");
      assertThat(NumberText.of(-0.0, 6)).isEqualTo("0");
      assertThat(NumberText.of(Double.NaN, 6)).isEqualTo("NaN");
    } finally {
      Locale.setDefault(before);
    }
  }
}
