// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "spark.range(5).count()                                  | spark",
        "var x = f(sc, 1) + spark.range(1).count();              | sc spark",
        "return sc;                                              | sc",
        "if (a == spark) {}                                      | spark",
        "import org.apache.spark.sql.Row;                        | ~~",
        "this.spark.x(); Foo::spark; spark();                    | ~~",
        "// spark                                                | ~~",
        "/* sc */ \"spark\" + 'c' + \"\\\"sc\"                   | ~~",
        "\"\"\" spark \\\" sc \"\"\".length() + sc.x()           | sc",
        "Scanner sc = new Scanner(System.in); sc.nextInt();      | ~~",
        "List<String> sc; int[] spark = {}; sc.size();           | ~~",
        "spark = SparkSession.builder().getOrCreate(); spark.x() | ~~",
        "spark = spark.newSession(); spark.range(5).count()      | spark",
        "spark = sc == null ? spark : null;                      | sc spark",
        "spark.range(5).count(); spark = spark.newSession();     | spark",
        "SparkSession spark = null; spark = spark.newSession();  | ~~",
        "int n = 1, sc = 5; sc = sc + n;                         | ~~",
        "spark = 1; { int x = spark + 1; }                       | ~~",
        "rdd.map(sc -> sc + 1);                                  | ~~",
        "void f(SparkSession spark) { spark.x(); }               | ~~",
        "for (var sc : all) { sc.x(); }                          | ~~"
      })
  void wordsThatAreUsedAndNotGivenAValue(String java, String used) {
    assertThat(String.join(" ", new TreeSet<>(Words.used(java, Set.of("spark", "sc")))))
        .isEqualTo(used);
  }
}
