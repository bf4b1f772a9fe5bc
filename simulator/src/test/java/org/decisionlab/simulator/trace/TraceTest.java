// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.simulator.Traces;
import org.junit.jupiter.api.Test;

class TraceTest {

  private static AccessRecord at(String name, int second) {
    return AccessRecord.of(name, Traces.START.plusSeconds(second), 10L);
  }

  @Test
  void recordsOutOfOrderAreSortedAndCountedAndSimultaneousOnesKeepTheirOrder() {
    Trace trace = Trace.of(List.of(at("b", 5), at("c", 5), at("a", 1), at("d", 9), at("e", 5)));
    assertThat(trace.reordered()).isEqualTo(2);
    assertThat(List.of(0, 1, 2, 3, 4))
        .extracting(i -> trace.name(trace.file(i)))
        .containsExactly("a", "b", "c", "e", "d");
    assertThat(trace.record(3)).isEqualTo(at("e", 5));
    assertThat(trace.time(0)).isEqualTo(Traces.START.plusSeconds(1));
  }

  @Test
  void recordsWithoutSizeAreRefusedWithTheirNumberUnlessLeftOut() {
    List<AccessRecord> records =
        List.of(at("a", 1), AccessRecord.of("b", Traces.START, null), at("a", 2));
    assertThatThrownBy(() -> Trace.of(records))
        .hasMessageContaining("1 of 3 records are of files whose size no record tells")
        .hasMessageContaining("b at 2018-05-01T00:00:00Z");
    Trace trace = Trace.read(records.stream(), TraceOptions.DEFAULT.leavingOutUnsized());
    assertThat(trace.leftOut()).isEqualTo(1);
    assertThat(trace.requests()).isEqualTo(2);
    assertThat(trace.files()).isEqualTo(1);
    assertThat(trace.borrowed()).isZero();
    assertThat(trace.name(trace.file(0))).isEqualTo("a");
    assertThatThrownBy(
            () ->
                Trace.read(
                    records.subList(1, 2).stream(), TraceOptions.DEFAULT.leavingOutUnsized()))
        .hasMessageContaining("no records");
  }

  /** In time order: the size before, else the one after; the records stay as the source told. */
  @Test
  void aRecordWithoutSizeHasThatOfAnotherRecordOfItsFile() {
    List<AccessRecord> records =
        List.of(
            AccessRecord.of("a", Traces.START.plusSeconds(1), null),
            AccessRecord.of("a", Traces.START.plusSeconds(2), 5L),
            AccessRecord.of("a", Traces.START.plusSeconds(9), 7L),
            AccessRecord.of("b", Traces.START.plusSeconds(4), 1L),
            AccessRecord.of("a", Traces.START.plusSeconds(3), null),
            AccessRecord.of("c", Traces.START.plusSeconds(5), null));
    assertThatThrownBy(() -> Trace.of(records)).hasMessageContainingAll("1 of 6", "c at 2018");
    Trace trace = Trace.of(records.subList(0, 5));
    assertThat(trace.borrowed()).isEqualTo(2);
    assertThat(List.of(0, 1, 2, 3, 4)).extracting(trace::size).containsExactly(5L, 5L, 5L, 1L, 7L);
    assertThat(trace.record(0).sizeBytes()).isNull();
    assertThat(trace.distinctBytes()).isEqualTo(8);
    Trace some =
        Trace.read(records.stream(), TraceOptions.DEFAULT.leavingOutUnsized().keepingRecords());
    assertThat(some.leftOut()).isEqualTo(1);
    assertThat(some.files()).isEqualTo(2);
    assertThat(some.record(4).sizeBytes()).isEqualTo(7);
  }

  @Test
  void nothingIsNoTrace() {
    assertThatThrownBy(() -> Trace.of(List.of())).hasMessageContaining("no records");
  }

  @Test
  void spellingsOfOneFileAreOneFile() {
    Trace trace =
        Trace.of(
            List.of(
                at("/store/user/ada/f.root", 1),
                at("root://host.example.org//eos/cms/store/user/ada/f.root", 2),
                at("/store//user/ada/f.root", 3),
                at("/store/user/ada/g.root", 4)));
    assertThat(trace.files()).isEqualTo(2);
    assertThat(trace.distinctBytes()).isEqualTo(20);
    assertThat(trace.name(trace.file(1))).isEqualTo("/store/user/ada/f.root");
    assertThat(trace.nextUse()).containsExactly(1, 2, Trace.NEVER, Trace.NEVER);
  }

  @Test
  void nextUse() {
    assertThat(Traces.of("a b a c b").nextUse())
        .containsExactly(2, 4, Trace.NEVER, Trace.NEVER, Trace.NEVER);
  }

  @Test
  void firstAtFindsTheFirstRequestAtOrAfterAnInstant() {
    Trace trace = Trace.of(List.of(at("a", 1), at("b", 5), at("c", 5), at("d", 9)));
    assertThat(trace.firstAt(Traces.START)).isZero();
    assertThat(trace.firstAt(Traces.START.plusSeconds(5))).isEqualTo(1);
    assertThat(trace.firstAt(Traces.START.plusSeconds(6))).isEqualTo(3);
    assertThat(trace.firstAt(Traces.START.plusSeconds(10))).isEqualTo(4);
  }

  @Test
  void distinctBytesTakeTheLargestSizeOfEachFile() {
    assertThat(Traces.of("a:3 b:5 a:7 a:2").distinctBytes()).isEqualTo(12);
  }

  @Test
  void statistics() {
    TraceStatistics s = Traces.of("a:4 b:2 a:4 c:6 a:4").statistics();
    assertThat(s.requests()).isEqualTo(5);
    assertThat(s.files()).isEqualTo(3);
    assertThat(s.bytesAsked()).isEqualTo(20);
    assertThat(s.distinctBytes()).isEqualTo(12);
    assertThat(s.popularity().once()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(s.popularity().atMostSix()).isEqualTo(1);
    assertThat(s.popularity().topPercent()).isCloseTo(0.6, within(1e-12));
    assertThat(s.sizes().mean()).isEqualTo(4);
    assertThat(s.sizes().deviation()).isCloseTo(Math.sqrt(8 / 3.0), within(1e-12));
    assertThat(s.gaps().count()).isEqualTo(2);
    assertThat(s.gaps().mean()).isEqualTo(2);
    assertThat(s.daily().days()).isEqualTo(1);
    assertThat(s.daily().workingSetBytes()).isEqualTo(12);
    assertThat(s.daily().reuse()).isCloseTo(20 / 12.0, within(1e-12));
  }
}
