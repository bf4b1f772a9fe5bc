// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.decisionlab.kernel.testing.KernelClient.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The words {@code spark} and {@code sc} of the cells. */
class SparkWordsTest extends SparkCellsKernel {

  @AfterEach
  void forget() {
    ok("%reset -f");
  }

  @Test
  void theWordsExistAsSoonAsACellMentionsThem() {
    assertThat(ok("sc.parallelize(List.of(1, 2, 3)).count()").result()).isEqualTo("3");
    assertThat(ok("spark.sparkContext().master()").result()).isEqualTo("local[2]");
    Run status = ok("%spark status");
    assertThat(status.result()).contains("Spark 4.1.1 on local[2]");
    assertThat(status.outputs().toString()).doesNotContain("text/html");
    ok("%spark stop");
    assertThat(ok("\"spark and sc\" // spark").result()).contains("spark and sc");
    assertThat(ok("%spark status").result()).contains("No Spark session");
    assertThat(ok("spark.range(5).count()").result()).isEqualTo("5");
    ok("%spark stop");
    assertThat(ok("%spark start --master local[1]\nsc.defaultParallelism()").result())
        .isEqualTo("1");
    ok("%spark stop");
    Run started =
        ok(
            """
            // The master of this cell, although the line below mentions the word.
            import java.util.concurrent.*;

            %spark start --master local[1]
            spark.range(1000).count() + " " + spark.sparkContext().master()
            """);
    assertThat(started.result()).isEqualTo("1000 local[1]");
    ok("%spark stop");
    ok("var scanner = 1; { java.util.Scanner sc = new java.util.Scanner(\"4\"); sc.nextInt(); }");
    assertThat(ok("%spark status").result()).contains("No Spark session");
  }

  @Test
  void theWordsAreThereAgainAfterTheCellsHaveForgottenAllNames() {
    String id = ok("spark.sparkContext().applicationId()").result();
    ok("int gone = 1;\n%reset -f");
    assertThat(client.execute("gone").error()).isEqualTo("CompileException");
    assertThat(ok("spark.sparkContext().applicationId()").result()).isEqualTo(id);
    assertThat(ok("sc.parallelize(List.of(1, 2)).count()").result()).isEqualTo("2");
  }

  @Test
  void aVariableOfTheCellsOwnIsNotReplaced() {
    ok("int sc = 5;");
    assertThat(ok("spark.range(sc).count()").result()).isEqualTo("5");
    assertThat(ok("%%sql\nSELECT 1 AS one").status()).isEqualTo("ok");
    ok("%spark stop\n%spark start");
    assertThat(ok("sc + 1").result()).isEqualTo("6");
    ok("%reset -f");
    assertThat(ok("sc.parallelize(List.of(1, 2)).count()").result()).isEqualTo("2");
  }

  @Test
  void wordsOfTheCellsOwnThatHaveEndedWithTheSessionAreOursAgain() {
    ok("%spark start");
    ok(
        """
        var sc = new org.apache.spark.api.java.JavaSparkContext(spark.sparkContext());
        spark = spark.newSession();
        """);
    assertThat(ok("sc.parallelize(List.of(1, 2)).count() + spark.range(3).count()").result())
        .isEqualTo("5");
    ok("%spark stop\n%spark start");
    assertThat(ok("spark.range(3).count()").result()).isEqualTo("3");
    assertThat(ok("sc.parallelize(List.of(1, 2)).count()").result()).isEqualTo("2");
    ok("spark = spark.newSession();");
    ok("%spark stop");
    assertThat(ok("spark.range(4).count()").result()).isEqualTo("4");
  }

  @Test
  void theFirstMentionMayAssignTheWordToItself() {
    ok("spark = spark.newSession();\nspark.range(6).createOrReplaceTempView(\"first\");");
    assertThat(ok("spark.table(\"first\").count()").result()).isEqualTo("6");
  }

  @Test
  void aSessionOfTheCellsOwnThatIsAtWorkStays() {
    ok("%spark start");
    ok("spark = spark.newSession();\nspark.range(7).createOrReplaceTempView(\"own\");");
    ok("%spark start");
    assertThat(ok("spark.table(\"own\").count()").result()).isEqualTo("7");
  }
}
