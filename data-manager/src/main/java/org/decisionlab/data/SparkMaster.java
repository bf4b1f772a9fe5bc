// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.util.List;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.scheduler.ExternalClusterManager;

/**
 * Where the tasks of a Spark session run (Spark documentation, "Submitting Applications", Master
 * URLs).
 *
 * @param url the master as Spark takes it
 * @param kind what it is
 * @param cores cores that it has by its own words, if these tell
 */
public record SparkMaster(String url, Kind kind, OptionalInt cores) {

  /** Threads and tries in this process: {@code local}, {@code local[N]}, {@code local[N,F]}. */
  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[(\\*|[1-9]\\d{0,3})(?:\\s*,\\s*[1-9]\\d{0,3})?])?");

  /** Workers, cores of each, megabytes of each. */
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile(
          "local-cluster\\[\\s*([1-9]\\d{0,2})\\s*,\\s*([1-9]\\d{0,2})\\s*,\\s*[1-9]\\d*\\s*]");

  private static final Pattern STANDALONE =
      Pattern.compile("spark://([^\\s:,/@]+|\\[[0-9a-fA-F:]+]):\\d{1,5}(?:,[^\\s,/@]+:\\d{1,5})*");

  private static final Pattern OTHER = Pattern.compile("[a-z][a-z0-9+.-]*(?:://\\S+)?");

  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)localhost|127(?:\\.\\d{1,3}){3}|::1|0:0:0:0:0:0:0:1");

  /** What a master is. */
  public enum Kind {
    /** Threads of this process. */
    LOCAL,
    /** Processes on this machine, started by this one; for tests. */
    LOCAL_CLUSTER,
    /** Spark's own cluster manager. */
    STANDALONE,
    /** A cluster manager of another kind, found on the class path. */
    EXTERNAL
  }

  /**
   * Reads a master.
   *
   * @throws UnsupportedMasterException when it is none, or when no cluster manager on the class
   *     path takes it
   */
  public static SparkMaster of(String url) {
    Matcher local = LOCAL.matcher(url);
    if (local.matches()) {
      return new SparkMaster(url, Kind.LOCAL, OptionalInt.of(threads(local.group(1))));
    }
    Matcher cluster = LOCAL_CLUSTER.matcher(url);
    if (cluster.matches()) {
      int cores = Integer.parseInt(cluster.group(1)) * Integer.parseInt(cluster.group(2));
      return new SparkMaster(url, Kind.LOCAL_CLUSTER, OptionalInt.of(cores));
    }
    if (STANDALONE.matcher(url).matches()) {
      return new SparkMaster(url, Kind.STANDALONE, OptionalInt.empty());
    }
    if (url.startsWith("local") || url.startsWith("spark:") || !OTHER.matcher(url).matches()) {
      throw new UnsupportedMasterException(
          "'"
              + url
              + "' is no Spark master; expected local, local[N], local[*], local[N,FAILURES],"
              + " local-cluster[WORKERS,CORES,MEGABYTES], spark://HOST:PORT, k8s://URL, or what"
              + " another cluster manager on the class path takes");
    }
    if (managers().noneMatch(manager -> manager.canCreate(url))) {
      throw new UnsupportedMasterException(
          "no cluster manager on the class path takes the Spark master '"
              + url
              + "'; its jar must be there when the process starts");
    }
    return new SparkMaster(url, Kind.EXTERNAL, OptionalInt.empty());
  }

  /**
   * Whether driver and executors find each other on the loopback address: the master runs in this
   * process, or its own address is that.
   */
  public boolean onLoopback() {
    if (kind == Kind.LOCAL || kind == Kind.LOCAL_CLUSTER) {
      return true;
    }
    String places = url.substring(url.indexOf("://") + "://".length());
    String first = places.contains("://") ? places.substring(places.indexOf("://") + 3) : places;
    return List.of(first.split(",", -1)).stream()
        .map(SparkMaster::host)
        .allMatch(SparkMaster::isLoopback);
  }

  /**
   * Whether an address or the name of one is the loopback address, without asking a name server.
   */
  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }

  /** The host of {@code host}, {@code host:port}, {@code [v6]:port}, with or without a path. */
  private static String host(String place) {
    String authority = place.split("/", 2)[0];
    if (authority.startsWith("[")) {
      return authority.substring(1, Math.max(1, authority.indexOf(']')));
    }
    return authority.split(":", 2)[0];
  }

  private static int threads(String threads) {
    if (threads == null) {
      return 1;
    }
    return threads.equals("*")
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(threads);
  }

  private static Stream<ExternalClusterManager> managers() {
    return ServiceLoader.load(ExternalClusterManager.class).stream()
        .map(ServiceLoader.Provider::get);
  }

  @Override
  public String toString() {
    return url;
  }
}
