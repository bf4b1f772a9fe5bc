// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;

import java.util.List;

/** Records of cells as rows of Spark. */
final class RecordCells {

  private RecordCells() {}

  static List<CellCase> all() {
    return List.of(
        row("a dataset of records, and back")
            .after("record Visit(String file, long bytes, double share) {}")
            .cell(
                """
                Records.dataset(spark, List.of(new Visit("a", 1, 0.5), new Visit("b", 2, 0.25)))
                    .repartition(2).collectAsList().stream().map(Visit::file).sorted().toList()
                """)
            .gives(() -> List.of("a", "b")),
        row("records are filtered, mapped and grouped by the names of their components")
            .after("record Read(String site, long bytes) {}\nlong unit = 10;")
            .after(
                """
                var reads = Records.dataset(spark,
                    List.of(new Read("T1", 1), new Read("T2", 2), new Read("T1", 30)))
                    .repartition(2);
                """)
            .cell(
                """
                reads.filter("bytes < 20")
                    .map((MapFunction<Read, Read>) r -> new Read(r.site(), r.bytes() * unit),
                        Records.encoder(Read.class))
                    .union(reads)
                    .groupBy("site").sum("bytes").orderBy("site")
                    .collectAsList().stream().map(r -> r.getString(0) + r.getLong(1)).toList()
                """)
            .gives(() -> List.of("T1" + (10 + 1 + 30), "T2" + (20 + 2))),
        row("records with everything in them, mapped on executors")
            .after(
                """
                enum Kind { DATA, MC }
                record Part(String name, int tier) {}
                record Whole(
                    Kind kind, Part part, List<Part> parts, Map<String, Long> counts,
                    Optional<String> user, Optional<Part> best, Optional<Integer> none, Integer boxed,
                    java.math.BigDecimal price, Instant at, LocalDate day, Duration took, int[] hits) {}
                Whole whole(int n) {
                  return new Whole(Kind.values()[n % 2], new Part("p" + n, n), List.of(new Part("q", n)),
                      Map.of("k", (long) n), Optional.of("u" + n), Optional.of(new Part("b", n)),
                      Optional.empty(), null, new java.math.BigDecimal("0.1"), Instant.ofEpochSecond(n),
                      LocalDate.ofEpochDay(n), Duration.ofMinutes(n), new int[] {n, n + 1});
                }
                """)
            .cell(
                """
                Records.dataset(spark, List.of(whole(1), whole(2))).repartition(2)
                    .map((MapFunction<Whole, String>) w -> w.kind() + " " + w.part() + w.parts()
                        + w.counts() + w.user() + w.best() + w.none() + w.boxed() + w.price() + w.at()
                        + w.day() + w.took() + w.hits()[1], Encoders.STRING())
                    .collectAsList().stream().sorted().toList()
                """)
            .gives(() -> List.of(whole("DATA", 2), whole("MC", 1))),
        row("records are joined by the name of a component, and optionals are columns")
            .after(
                "record Left(int id, Optional<Long> size) {}\nrecord Right(int id, String name) {}")
            .cell(
                """
                Records.dataset(spark, List.of(new Left(1, Optional.of(5L)), new Left(2, Optional.empty())))
                    .join(Records.dataset(spark, List.of(new Right(1, "x"), new Right(2, "y"))), "id")
                    .filter("size IS NULL OR size > 4").orderBy("id").select("id", "size", "name")
                    .collectAsList().toString()
                """)
            .gives(() -> "[[1,5,x], [2,null,y]]"),
        row("records are grouped by a key that is a record")
            .after("record Cell(int x, int y) {}\nrecord Sum(Cell cell, long sum) {}")
            .cell(
                """
                spark.range(0, 8, 1, 2)
                    .groupByKey((MapFunction<Long, Cell>) i -> new Cell((int) (i % 2), 7),
                        Records.encoder(Cell.class))
                    .mapGroups((MapGroupsFunction<Cell, Long, Sum>) (cell, all) -> {
                      long sum = 0;
                      while (all.hasNext()) { sum += all.next(); }
                      return new Sum(cell, sum);
                    }, Records.encoder(Sum.class))
                    .collectAsList().stream().map(s -> s.cell().x() + ":" + s.sum()).sorted().toList()
                """)
            .gives(() -> List.of("0:12", "1:16")),
        row("an aggregator whose buffer is a record with an optional")
            .after(
                """
                record Best(Optional<Long> value, int seen) {}
                class Top extends org.apache.spark.sql.expressions.Aggregator<Long, Best, Long> {
                  public Best zero() { return new Best(Optional.empty(), 0); }
                  public Best reduce(Best a, Long x) {
                    return new Best(Optional.of(Math.max(a.value().orElse(x), x)), a.seen() + 1);
                  }
                  public Best merge(Best a, Best b) {
                    return new Best(Stream.of(a, b).flatMap(t -> t.value().stream()).max(Long::compare),
                        a.seen() + b.seen());
                  }
                  public Long finish(Best a) { return a.value().orElse(-1L) * 100 + a.seen(); }
                  public Encoder<Best> bufferEncoder() { return Records.encoder(Best.class); }
                  public Encoder<Long> outputEncoder() { return Encoders.LONG(); }
                }
                """)
            .cell(
                "spark.range(0, 9, 1, 2).as(Encoders.LONG()).select(new Top().toColumn()).first()")
            .gives(() -> 809),
        row("a record declared again has the columns of its new shape")
            .after(
                "record Shape2(int a) {}\nRecords.dataset(spark, List.of(new Shape2(1))).count();")
            .after("record Shape2(int a, String b) {}")
            .cell(
                """
                Records.dataset(spark, List.of(new Shape2(1, "z"))).map(
                    (MapFunction<Shape2, String>) s -> s.b() + s.a(), Encoders.STRING()).first()
                """)
            .gives(() -> "z1"),
        row("a record with a component that is no column is refused by name")
            .after("record Odd2(int ok, Thread thread) {}")
            .cell("Records.encoder(Odd2.class)")
            .fails("record Odd2", "component thread", "Thread has no column type"));
  }

  private static String whole(String kind, int n) {
    return (kind
            + " Part[name=p"
            + n
            + ", tier="
            + n
            + "][Part[name=q, tier="
            + n
            + "]]{k="
            + n
            + "}")
        + ("Optional[u" + n + "]Optional[Part[name=b, tier=" + n + "]]Optional.emptynull0.1")
        + ("1970-01-01T00:00:0" + n + "Z1970-01-0" + (n + 1) + "PT" + n + "M" + (n + 1));
  }
}
