// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;

import java.util.List;

/** State of function objects that changes after Spark has kept what they computed. */
final class FunctionStateCells {

  private static final String DECLARED =
      """
      class Scale7 implements org.apache.spark.api.java.function.PairFunction<Integer,
          Integer, Integer> {
        int by = 1;
        public scala.Tuple2<Integer, Integer> call(Integer x) {
          return new scala.Tuple2<>(x % 2, by * x);
        }
      }
      var schema7 = new org.apache.spark.sql.types.StructType().add("n", "int");
      """;

  private FunctionStateCells() {}

  static List<CellCase> all() {
    return List.of(
        scaled("a field of a function object changed after a shuffle")
            .after(
                """
                Scale7 scale7 = new Scale7();
                var scaled7 = ints.mapToPair(scale7).reduceByKey(Integer::sum).values();
                scaled7.collect();
                """)
            .after("scale7.by = 10;")
            .cell("scaled7.collect().stream().sorted().toList()")
            .gives(() -> List.of(40, 60)),
        scaled("a field of a function object changed after an action of a dataset made of its RDD")
            .after(
                """
                Scale7 rows7 = new Scale7();
                var ofRows7 = ints.mapToPair(rows7).reduceByKey(Integer::sum).values();
                spark.createDataFrame(ofRows7.map(
                    n -> org.apache.spark.sql.RowFactory.create(n)), schema7).count();
                """)
            .after("rows7.by = 10;")
            .cell("ofRows7.collect().stream().sorted().toList()")
            .gives(() -> List.of(40, 60)),
        scaled("a field of a function object changed between actions of which some name no data")
            .after(
                """
                int other7 = 1;
                Scale7 wrote7 = new Scale7();
                var ofWrite7 = ints.mapToPair(wrote7)
                    .mapToPair(t -> new scala.Tuple2<>(t._1(), t._2() * other7))
                    .reduceByKey(Integer::sum).values();
                ofWrite7.collect();
                """)
            .after("wrote7.by = 10;\nother7 = 100;")
            .after(
                """
                spark.createDataFrame(ofWrite7.map(
                    n -> org.apache.spark.sql.RowFactory.create(n)), schema7)
                    .write().format("noop").mode("overwrite").save();
                """)
            .after("wrote7.by = 1;")
            .cell("ofWrite7.collect().stream().sorted().toList()")
            .gives(() -> List.of(400, 600)),
        scaled("a field of a function object changed while its stage ran in the background")
            .after(
                """
                Scale7 late7 = new Scale7();
                String begun7 = Files.createTempDirectory("begun").toString();
                var slow7 = ints.mapToPair(late7).mapToPair(t -> {
                  Files.writeString(Path.of(begun7, "begun"), "");
                  while (!Files.exists(Path.of(begun7, "go"))) { Thread.onSpinWait(); }
                  return t;
                }).reduceByKey(Integer::sum).values();
                var first7 = slow7.collectAsync();
                while (!Files.exists(Path.of(begun7, "begun"))) { Thread.onSpinWait(); }
                """)
            .after(
                """
                late7.by = 10;
                String refused7 = "";
                try {
                  slow7.collectAsync();
                } catch (IllegalStateException e) {
                  refused7 = e.getMessage();
                }
                Files.createFile(Path.of(begun7, "go"));
                first7.get();
                """)
            .cell(
                """
                refused7.startsWith("'what a function holds' changed while a job of Cell") + " "
                    + slow7.collect().stream().sorted().toList()
                """)
            .gives(() -> "true " + List.of(40, 60)),
        row("a local array that a lambda without variables has captured, changed after a shuffle")
            .cell(
                """
                var local7 = new ArrayList<List<Integer>>();
                {
                  int[] by = {1};
                  var twice = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, by[0] * x))
                      .reduceByKey(Integer::sum).values();
                  for (int i = 1; i < 3; i++) {
                    by[0] = 10 * i;
                    local7.add(twice.collect().stream().sorted().toList());
                  }
                }
                local7
                """)
            .gives(() -> List.of(List.of(40, 60), List.of(80, 120))),
        scaled("a function object as it was, after a shuffle that is cached")
            .after(
                """
                Scale7 same7 = new Scale7();
                var stays7 = ints.mapToPair(same7).reduceByKey(Integer::sum).values().cache();
                stays7.collect();
                """)
            .cell("stays7.collect().stream().sorted().toList()")
            .gives(() -> List.of(4, 6)));
  }

  /** Each row stands by itself: lanes take every second or fourth one. */
  private static CellCase.Row scaled(String what) {
    return row(what).after(DECLARED);
  }
}
