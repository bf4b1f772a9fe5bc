// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.AccessSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateRequestTest {

  private static final Span SPAN = Span.ofDays(2, 11).withRequestsPerDay(300);

  @TempDir Path folder;

  private GenerateRequest.Summary write(String name) throws IOException {
    return new GenerateRequest(Preset.IT_2018_LIKE, SPAN, folder.resolve(name)).run();
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    for (String name : List.of("records.json", "records.json.gz")) {
      GenerateRequest.Summary summary = write(name);
      Path file = folder.resolve(name);
      assertThat(AccessFormat.detect(file)).isEqualTo(AccessFormat.XROOTD_JSON);
      List<AccessRecord> expected =
          Preset.IT_2018_LIKE.records(SPAN).map(GenerateRequestTest::withoutJob).toList();
      try (AccessSource source = AccessFormat.XROOTD_JSON.open(file)) {
        assertThat(source.records().toList()).isEqualTo(expected);
      }
      assertThat(summary.records()).isEqualTo(expected.size());
      assertThat(summary.files())
          .isEqualTo(expected.stream().map(AccessRecord::lfn).distinct().count());
      assertThat(summary.first()).isEqualTo(expected.get(0).openedAt());
      assertThat(summary.last()).isEqualTo(expected.get(expected.size() - 1).openedAt());
    }
  }

  @Test
  void aSeedGivesTheSameBytes() throws IOException {
    GenerateRequest.Summary plain = write("a.json");
    GenerateRequest.Summary zipped = write("a.json.gz");
    assertThat(zipped.sha256()).isEqualTo(plain.sha256());
    write("b.json.gz");
    assertThat(Files.mismatch(folder.resolve("a.json.gz"), folder.resolve("b.json.gz")))
        .isEqualTo(-1);
    assertThat(Files.size(folder.resolve("a.json.gz")))
        .isLessThan(Files.size(folder.resolve("a.json")));
  }

  @Test
  void anExistingFileIsReplacedAndNothingElseIsLeft() throws IOException {
    Files.writeString(folder.resolve("a.json"), "old");
    write("a.json");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("a.json"));
    }
    assertThat(Files.readString(folder.resolve("a.json"))).startsWith("{\"data\":{\"file_lfn\":");
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> write("nowhere/a.json"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its folder does not exist");
  }

  private static AccessRecord withoutJob(AccessRecord r) {
    return new AccessRecord(
        r.lfn(),
        r.sizeBytes(),
        r.readBytes(),
        r.openedAt(),
        r.closedAt(),
        r.site(),
        r.user(),
        r.protocol(),
        null);
  }
}
