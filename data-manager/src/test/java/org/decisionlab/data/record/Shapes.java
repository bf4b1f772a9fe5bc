// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data.record;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Records of the tests. */
public final class Shapes {

  private Shapes() {}

  public enum Tier {
    RAW,
    AOD {
      @Override
      public String toString() {
        return "analysis";
      }
    }
  }

  public record Site(String name, int cores) {}

  public record Access(
      String file,
      long bytes,
      boolean hit,
      byte b,
      short s,
      float f,
      double d,
      Integer boxed,
      Tier tier,
      Site site,
      BigDecimal price,
      Instant opened,
      LocalDate day,
      LocalDateTime local,
      Duration took,
      List<Site> sites,
      Set<String> tags,
      Map<String, Long> counts,
      Map<Integer, List<Site>> deep,
      Optional<String> user,
      Optional<Site> best,
      Optional<Double> ratio,
      List<Optional<Integer>> holes) {}

  @SuppressWarnings("ArrayRecordComponent") // Users have them.
  public record Arrays(byte[] bytes, int[] ints, double[] doubles, String[] texts, Site[] sites) {}

  public record Empty() {}

  public record Pair<A, B>(A first, B second) {}

  public record HoldsPair(Pair<String, Integer> pair) {}

  public record Node(int value, List<Node> next) {}

  public record Clash(int a, int A) {}

  public record WithThread(int ok, List<Thread> threads) {}

  @SuppressWarnings("rawtypes") // What must be refused.
  public record Raw(List list) {}

  public record Wild(List<?> list) {}

  public record Twice(Optional<Optional<String>> value) {}

  public record Letter(char letter) {}

  record Hidden(int x) {}

  public record Count(String file, long bytes) {}

  public record Price(BigDecimal amount) {}
}
