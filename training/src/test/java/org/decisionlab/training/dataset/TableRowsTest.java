// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TableRowsTest {

  private final Table table =
      Table.create(
          "window",
          DoubleColumn.create("size", 1.5, 2.5, 3.5),
          StringColumn.create("lfn", "a", "b", "c"),
          FloatColumn.create("idle", 10f, 20f, 30f),
          IntColumn.create("count", 7, 8, 9),
          BooleanColumn.create("reused", true, false, true));

  @Test
  void takesColumnsByNameInTheOrderAsked() {
    assertThat(TableRows.features(table, List.of("count", "size", "idle")))
        .containsExactly(7, 1.5f, 10, 8, 2.5f, 20, 9, 3.5f, 30);
  }

  @Test
  void labelsAreBooleanOrZeroAndOne() {
    table.addColumns(IntColumn.create("again", 0, 1, 1));
    assertThat(TableRows.labels(table, "reused")).containsExactly(true, false, true);
    assertThat(TableRows.labels(table, "again")).containsExactly(false, true, true);
    assertThatThrownBy(() -> TableRows.labels(table, "count"))
        .hasMessage("column 'count', row 0: 7.0, a label is 0 or 1");
    assertThatThrownBy(() -> TableRows.labels(table, "lfn"))
        .hasMessage("column 'lfn' is STRING, expected boolean or numeric with 0 and 1");
  }

  @Test
  void classesThatAreNumbersAreMetByValue() {
    table.addColumns(IntColumn.create("kind", 2, 0, 1), IntColumn.create("code", 200, 404, 200));
    assertThat(TableRows.classes(table, "kind", List.of("a", "b", "c"))).containsExactly(2, 0, 1);
    assertThat(TableRows.classes(table, "kind", List.of("2", "1", "0"))).containsExactly(0, 2, 1);
    assertThat(TableRows.classes(table, "code", List.of("404", "200.0"))).containsExactly(1, 0, 1);
    assertThat(TableRows.classes(table, "lfn", List.of("c", "b", "a"))).containsExactly(2, 1, 0);
    assertThat(TableRows.classes(table, "kind", List.of("a", "1", "c"))).containsExactly(2, 0, 1);
    for (List<String> unclear : List.of(List.of("1", "a", "0"), List.of("1", "1.0", "2"))) {
      assertThatThrownBy(() -> TableRows.classes(table, "kind", unclear))
          .hasMessageContaining("which of the classes " + unclear + " a number stands for");
    }
    assertThatThrownBy(() -> TableRows.classes(table, "code", List.of("200", "500")))
        .hasMessageContaining("column 'code', row 1: '404' is none of the classes");
  }

  @Test
  void refusesMissingValuesByColumnAndRow() {
    table.floatColumn("idle").setMissing(1);
    table.booleanColumn("reused").setMissing(2);
    table.intColumn("count").setMissing(0);
    assertThatThrownBy(() -> TableRows.features(table, List.of("size", "idle")))
        .hasMessage("column 'idle', row 1: missing");
    assertThatThrownBy(() -> TableRows.features(table, List.of("count")))
        .hasMessage("column 'count', row 0: missing");
    assertThatThrownBy(() -> TableRows.labels(table, "reused"))
        .hasMessage("column 'reused', row 2: missing");
  }

  @Test
  void refusesWhatFloat32CannotHold() {
    table.doubleColumn("size").set(2, 1e40);
    assertThatThrownBy(() -> TableRows.features(table, List.of("size")))
        .hasMessage("column 'size', row 2: 1.0E40, not a finite float32");
  }

  @Test
  void refusesAbsentAndTextColumnsByName() {
    assertThatThrownBy(() -> TableRows.features(table, List.of("gap")))
        .hasMessage("table 'window' has no column 'gap'; it has [size, lfn, idle, count, reused]");
    assertThatThrownBy(() -> TableRows.features(table, List.of("lfn")))
        .hasMessage("column 'lfn' is STRING, expected numeric");
    assertThatThrownBy(() -> LabelledRows.of(table, List.of("size", "reused"), "reused"))
        .hasMessage("the label 'reused' is among the features");
  }

  @Test
  void becomesADjlDatasetWithEveryRowOnceAndItsLabel() throws Exception {
    LabelledRows rows = LabelledRows.of(table, List.of("count", "idle"), "reused");
    List<String> seen = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      ArrayDataset dataset = rows.toDataset(manager, new EvenBatches(2, 5));
      for (Batch batch : dataset.getData(manager)) {
        try (batch) {
          float[] features = batch.getData().singletonOrThrow().toFloatArray();
          float[] labels = batch.getLabels().singletonOrThrow().toFloatArray();
          for (int i = 0; i < labels.length; i++) {
            seen.add(features[2 * i] + " " + features[2 * i + 1] + " " + labels[i]);
          }
        }
      }
    }
    assertThat(seen).containsExactlyInAnyOrder("7.0 10.0 1.0", "8.0 20.0 0.0", "9.0 30.0 1.0");
  }
}
