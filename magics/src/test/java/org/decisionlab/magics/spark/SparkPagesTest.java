// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Where the links of Spark's pages lead, by what the hub says. */
class SparkPagesTest {

  private static final Map<String, String> HUB =
      Map.of("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/", "SPARK_LOCAL_IP", "127.0.0.1");

  @Test
  void pagesAreOnWhereAHubLeadsToThem() {
    assertThat(pages(HUB, "").settings()).containsEntry("spark.ui.enabled", "true");
    assertThat(pages(HUB, "spark-ui").settings()).containsEntry("spark.ui.enabled", "true");
    assertThat(pages(HUB, "off").settings()).isEmpty();
    assertThat(pages(Map.of("SPARK_LOCAL_IP", "127.0.0.1"), "spark-ui").settings()).isEmpty();
  }

  @Test
  void linksTakeThePathThatTheHubNames() {
    SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "true")
            .config("spark.ui.port", "0")
            .getOrCreate();
    try {
      SparkContext context = session.sparkContext();
      assertThat(pages(HUB, "").link(context)).matches("/user/ada/proxy/\\d+/jobs/");
      assertThat(pages(HUB, "spark-ui").link(context)).matches("/user/ada/spark-ui/\\d+/jobs/");
      assertThat(pages(HUB, "off").link(context)).matches("/user/ada/proxy/\\d+/jobs/");
    } finally {
      session.stop();
    }
  }

  private static SparkPages pages(Map<String, String> environment, String path) {
    return new SparkPages(
        name ->
            name.equals("DECISIONLAB_SPARK_PAGES") && !path.isEmpty()
                ? path
                : environment.get(name));
  }
}
