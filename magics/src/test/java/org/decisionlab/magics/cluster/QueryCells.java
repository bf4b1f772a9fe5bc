// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;

import java.util.ArrayList;
import java.util.List;

/** Queries and datasets whose functions read variables that change. */
final class QueryCells {

  private QueryCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(queries());
    all.addAll(datasets());
    return all;
  }

  private static List<CellCase> queries() {
    return List.of(
        row("functions in SQL of several arguments, of rows and of a method reference")
            .after(
                """
                long inMethod = 3;
                class Maths { static Long times(Long x) { return x * inMethod; } }
                spark.udf().register("times9", (UDF1<Long, Long>) Maths::times, DataTypes.LongType);
                spark.udf().register("both9",
                    (org.apache.spark.sql.api.java.UDF2<Row, Long, String>)
                        (r, n) -> r.getLong(0) + ":" + r.getString(1) + ":" + n * inMethod,
                    DataTypes.StringType);
                """)
            .after("inMethod = 5;")
            .cell(
                """
                spark.sql("SELECT both9(struct(id, 'a'), times9(id)) AS s FROM range(0, 3, 1, 2)")
                    .collectAsList().stream().map(r -> r.getString(0)).sorted().toList()
                """)
            .gives(() -> List.of("0:a:0", "1:a:25", "2:a:50")),
        row("a query collected twice, a variable of its function changed between")
            .after(
                """
                long rate2 = 1;
                spark.udf().register("rated2", (UDF1<Long, Long>) x -> x * rate2,
                    DataTypes.LongType);
                var q2 = spark.sql("SELECT rated2(id) AS r FROM range(0, 3, 1, 2)");
                q2.collectAsList();
                """)
            .after("rate2 = 10;")
            .cell("q2.collectAsList().stream().map(r -> r.getLong(0)).sorted().toList()")
            .gives(() -> List.of(0L, 10L, 20L)),
        row("a query with a shuffle collected twice, a variable of its function changed between")
            .after(
                """
                long rate3 = 1;
                spark.udf().register("rated3", (UDF1<Long, Long>) x -> x * rate3,
                    DataTypes.LongType);
                var q3 = spark.sql("SELECT sum(rated3(id)) AS r FROM range(0, 5, 1, 2)");
                q3.collectAsList();
                """)
            .after("rate3 = 10;")
            .cell("q3.first().getLong(0)")
            .gives(() -> 100),
        row("what Spark has computed while it planned a query is not computed again")
            .after(
                """
                int rate4 = 1;
                spark.udf().register("rated4", (UDF1<Integer, Integer>) x -> x * rate4,
                    DataTypes.IntegerType);
                var q4 = spark.sql("SELECT rated4(v) FROM VALUES (1), (2) AS t(v)");
                q4.collectAsList();
                """)
            .after("rate4 = 10;")
            .cell("q4.collectAsList().stream().map(r -> r.getInt(0)).toList()")
            .gives(() -> List.of(1, 2)),
        row("a query on rows that Spark computes while it plans, run anew")
            .after(
                """
                int rate5 = 1;
                spark.udf().register("rated5", (UDF1<Integer, Integer>) x -> x * rate5,
                    DataTypes.IntegerType);
                spark.sql("SELECT rated5(v) FROM VALUES (1), (2) AS t(v)").collectAsList();
                """)
            .after("rate5 = 10;")
            .cell(
                """
                spark.sql("SELECT rated5(v) FROM VALUES (1), (2) AS t(v)").collectAsList().stream()
                    .map(r -> r.getInt(0)).toList()
                """)
            .gives(() -> List.of(10, 20)),
        row("a function in SQL registered again under its name")
            .after(
                """
                spark.udf().register("renamed", (UDF1<Long, Long>) x -> x + 1, DataTypes.LongType);
                spark.sql("SELECT sum(renamed(id)) FROM range(3)").first();
                """)
            .after(
                """
                spark.udf().register("renamed", (UDF1<Long, Long>) x -> x * 100,
                    DataTypes.LongType);
                """)
            .cell("spark.sql(\"SELECT sum(renamed(id)) FROM range(3)\").first().getLong(0)")
            .gives(() -> 300),
        row("a column function that reads a variable, in an aggregation and a filter")
            .after(
                """
                long least2 = 2;
                var atLeast = org.apache.spark.sql.functions.udf((UDF1<Long, Boolean>) x ->
                    x >= least2, DataTypes.BooleanType);
                """)
            .after("least2 = 7;")
            .cell(
                """
                spark.range(0, 10, 1, 3)
                    .filter(atLeast.apply(org.apache.spark.sql.functions.col("id"))).count()
                """)
            .gives(() -> 3));
  }

  private static List<CellCase> datasets() {
    return List.of(
        row("a bean with an enum, another bean and a list, through a shuffle")
            .after("enum Tier { T1, T2 }\nlong beanUnit = 1000;")
            .after(
                """
                public class Site implements Serializable {
                  private String name;
                  private Tier tier;
                  public String getName() { return name; }
                  public void setName(String to) { name = to; }
                  public Tier getTier() { return tier; }
                  public void setTier(Tier to) { tier = to; }
                }
                public class Store implements Serializable {
                  private Site site;
                  private List<Long> sizes;
                  public Site getSite() { return site; }
                  public void setSite(Site to) { site = to; }
                  public List<Long> getSizes() { return sizes; }
                  public void setSizes(List<Long> to) { sizes = to; }
                }
                Store store(long n) {
                  Site site = new Site();
                  site.setName("s" + n);
                  site.setTier(Tier.values()[(int) (n % 2)]);
                  Store store = new Store();
                  store.setSite(site);
                  store.setSizes(List.of(n, n * beanUnit));
                  return store;
                }
                """)
            .cell(
                """
                spark.range(0, 4, 1, 2)
                    .map((MapFunction<Long, Store>) n -> store(n), Encoders.bean(Store.class))
                    .repartition(2).filter("site.tier = 'T2'")
                    .map((MapFunction<Store, String>) s -> s.getSite().getName()
                        + s.getSite().getTier() + s.getSizes(), Encoders.STRING())
                    .collectAsList().stream().sorted().toList()
                """)
            .gives(() -> List.of("s1T2[1, 1000]", "s3T2[3, 3000]")),
        row("mapGroupsWithState reads a variable")
            .after("long stateBase = 100;")
            .cell(
                """
                spark.range(0, 6, 1, 2)
                    .groupByKey((MapFunction<Long, Long>) x -> x % 2, Encoders.LONG())
                    .mapGroupsWithState(
                        (MapGroupsWithStateFunction<Long, Long, Long, Long>) (key, all, state) -> {
                          long sum = stateBase;
                          while (all.hasNext()) { sum += all.next(); }
                          state.update(sum);
                          return state.get();
                        }, Encoders.LONG(), Encoders.LONG())
                    .collectAsList().stream().sorted().toList()
                """)
            .gives(() -> List.of(106L, 109L)),
        row("what a shuffle of a dataset has written is computed anew after a change")
            .after(
                """
                long dsk = 1;
                var ds9 = spark.range(0, 6, 1, 2).map((MapFunction<Long, Long>) x -> x % 2 * dsk,
                    Encoders.LONG()).distinct();
                ds9.collectAsList();
                """)
            .after("dsk = 50;")
            .cell("ds9.collectAsList().stream().sorted().toList()")
            .gives(() -> List.of(0L, 50L)),
        row("Kryo as encoder of a class of a cell with a variable in its method")
            .after(
                """
                int kry = 4;
                class Kr implements Serializable { int size; Kr() {} Kr(int size) {
                    this.size = size; } int times() { return size * kry; } }
                """)
            .cell(
                """
                spark.createDataset(List.of(new Kr(3), new Kr(4)), Encoders.kryo(Kr.class))
                    .repartition(2).map((MapFunction<Kr, Integer>) b -> b.times(), Encoders.INT())
                    .collectAsList().stream().sorted().toList()
                """)
            .gives(() -> List.of(12, 16)),
        row("joinWith of records, mapped by a function that reads a variable")
            .after(
                """
                record Le(int id, String l) {}
                record Ri(int id, String r) {}
                String sep = "-";
                """)
            .cell(
                """
                var le = Records.dataset(spark, List.of(new Le(1, "a"), new Le(2, "b")));
                var ri = Records.dataset(spark, List.of(new Ri(1, "x"), new Ri(2, "y")));
                le.joinWith(ri, le.col("id").equalTo(ri.col("id")))
                    .map((MapFunction<scala.Tuple2<Le, Ri>, String>) t -> t._1().l() + sep + t._2().r(), Encoders.STRING())
                    .collectAsList().stream().sorted().toList()
                """)
            .gives(() -> List.of("a-x", "b-y")),
        row("reduceGroups, mapValues and cogroup read variables")
            .after("long modu = 3;\nlong bigger = 100;")
            .cell(
                """
                var left = spark.range(0, 9, 1, 2).groupByKey((MapFunction<Long, Long>) x ->
                    x % modu, Encoders.LONG());
                var right = spark.range(9, 12, 1, 2).groupByKey((MapFunction<Long, Long>) x ->
                    x % modu, Encoders.LONG())
                    .mapValues((MapFunction<Long, Long>) x -> x * bigger, Encoders.LONG());
                left.cogroup(right, (CoGroupFunction<Long, Long, Long, String>) (k, a, b) -> {
                  long sum = 0;
                  while (a.hasNext()) { sum += a.next(); }
                  while (b.hasNext()) { sum += b.next(); }
                  return List.of(k + ":" + sum + ":" + modu).iterator();
                }, Encoders.STRING()).collectAsList().stream().sorted().toList()
                """)
            .gives(() -> List.of("0:909:3", "1:1012:3", "2:1115:3")),
        row("rows to records by a function, and a bean from an RDD")
            .after("record Rw(long id, String s) {}\nString pre = \"p\";")
            .cell(
                """
                spark.range(0, 3, 1, 2).selectExpr("id", "cast(id AS string) AS s")
                    .map((MapFunction<Row, Rw>) r -> new Rw(r.getLong(0), pre + r.getString(1)), Records.encoder(Rw.class))
                    .filter((FilterFunction<Rw>) r -> r.id() > 0)
                    .collectAsList().stream().map(Rw::s).sorted().toList()
                """)
            .gives(() -> List.of("p1", "p2")),
        row("a dataset kept in memory keeps what it computed")
            .after(
                """
                long keepk = 1;
                var kept9 = spark.range(0, 3, 1, 2).map((MapFunction<Long, Long>) x -> x + keepk,
                    Encoders.LONG()).cache();
                kept9.count();
                """)
            .after("keepk = 100;")
            .cell("kept9.collectAsList().stream().sorted().toList()")
            .gives(() -> List.of(1L, 2L, 3L)));
  }
}
