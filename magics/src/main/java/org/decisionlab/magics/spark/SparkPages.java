// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkContext;
import org.decisionlab.kernel.display.HtmlTable;
import org.jspecify.annotations.Nullable;

/**
 * Where Spark's own web pages are found: on loopback, or under the user's address on a hub, whose
 * proxy (jupyter-server-proxy) brings {@code proxy/PORT/} to the port.
 *
 * <p>Spark's page of executors takes the word after {@code proxy} in an address for an application
 * and finds none; a hub that leads to the port under a path without that word says so in {@code
 * DECISIONLAB_SPARK_PAGES}, such as {@code spark-ui}. {@code off} there leaves the pages off.
 *
 * <p>Spark reads the prefix of its links from a system property at each request, and from nowhere
 * else in a session inside a process.
 */
final class SparkPages {

  private static final String PROXY_BASE = "spark.ui.proxyBase";
  private static final String PATH = "DECISIONLAB_SPARK_PAGES";
  private static final String OFF = "off";

  private final UnaryOperator<@Nullable String> environment;

  /**
   * @param environment the value of an environment variable, or null
   */
  SparkPages(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  /** Settings of a new session: the pages are on where a hub leads to them. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    String listen = environment.apply("SPARK_LOCAL_IP");
    boolean off = OFF.equals(environment.apply(PATH));
    if (!prefix().isEmpty() && !off && listen != null && listen.startsWith("127.")) {
      settings.put("spark.ui.enabled", "true");
      // Only a redirect that names no server keeps the prefix.
      settings.put("spark.ui.proxyRedirectUri", "");
    }
    return settings;
  }

  /** Puts the prefix of the hub before the links of a session's pages. */
  void adopt(SparkContext context) {
    String prefix = prefix();
    if (!prefix.isEmpty() && context.uiWebUrl().isDefined()) {
      System.setProperty(PROXY_BASE, prefix + path() + "/" + port(context));
    }
  }

  /** The address of the pages, or the empty text where they are off. */
  String link(@Nullable SparkContext context) {
    if (context == null || context.isStopped() || context.uiWebUrl().isEmpty()) {
      return "";
    }
    String given = environment.apply("APPLICATION_WEB_PROXY_BASE");
    if (given != null && !given.isBlank()) {
      return given + "/jobs/";
    }
    String prefix = prefix();
    return prefix.isEmpty()
        ? "http://127.0.0.1:" + port(context) + "/jobs/"
        : prefix + path() + "/" + port(context) + "/jobs/";
  }

  /** A link that opens the pages beside the notebook. */
  static String html(String link) {
    String escaped = HtmlTable.escapeAttribute(link);
    return "<a href=\""
        + escaped
        + "\" target=\"_blank\" rel=\"noopener\">Spark UI</a> ("
        + escaped
        + ")";
  }

  private String prefix() {
    String prefix = environment.apply("JUPYTERHUB_SERVICE_PREFIX");
    if (prefix == null || !prefix.startsWith("/")) {
      return "";
    }
    return prefix.endsWith("/") ? prefix : prefix + "/";
  }

  /** The path below the user's address that leads to ports. */
  private String path() {
    String path = environment.apply(PATH);
    return path == null || path.isBlank() || path.equals(OFF) ? "proxy" : path.strip();
  }

  private static int port(SparkContext context) {
    return URI.create(context.uiWebUrl().get()).getPort();
  }
}
