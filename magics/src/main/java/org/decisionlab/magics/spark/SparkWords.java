// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.kernel.cell.Declaration;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.engine.CompileException;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.spark.profile.SparkProfiles;
import org.jspecify.annotations.Nullable;

/**
 * The words {@code spark} and {@code sc} of the cells: sessions by profile, declared when they are
 * started and when a cell mentions them.
 */
final class SparkWords {

  private static final String MASTER = "spark.master";

  private final SparkService spark;
  private final KernelScope scope;
  private final UnaryOperator<@Nullable String> environment;
  private final SparkProfiles.Places places;
  private @Nullable SparkSession declared;
  private @Nullable JavaSparkContext declaredContext;

  SparkWords(
      SparkService spark,
      KernelScope scope,
      UnaryOperator<@Nullable String> environment,
      SparkProfiles.Places places) {
    this.spark = spark;
    this.scope = scope;
    this.environment = environment;
    this.places = places;
  }

  /** The profiles as their files are now. */
  SparkProfiles profiles() throws MagicUsageException {
    return SparkProfiles.read(places);
  }

  /** Where profiles are looked for, for people. */
  String places() {
    StringBuilder text = new StringBuilder(places.site().toString());
    for (Path file : places.users()) {
      text.append(", ").append(file);
    }
    return text.toString();
  }

  /**
   * Starts a session, or takes the running one if it is as asked for, and declares it.
   *
   * @param profile name of a profile, or null
   * @param given settings, {@code spark.master} among them, which win over the profile's
   */
  void start(@Nullable String profile, Map<String, String> given) throws Exception {
    Optional<SparkSession> running = SparkService.running();
    if (running.isPresent() && profile == null) {
      Map<String, String> settings = new TreeMap<>(given);
      String master = settings.remove(MASTER);
      declare(spark.session(master == null ? spark.master() : master, settings));
      return;
    }
    Map<String, String> settings = profiles().get(profile).with(given, environment);
    String master = settings.remove(MASTER);
    declare(spark.session(master == null ? SparkService.DEFAULT_MASTER : master, settings));
  }

  /** The running session, or a new one by the profile {@code default}; declared in the cells. */
  SparkSession session() throws Exception {
    SparkSession running = SparkService.running().orElse(null);
    if (running == null || running != declared) {
      start(null, Map.of());
    }
    return spark.session();
  }

  /**
   * Makes one of the words usable before a cell is compiled that uses it: starts a session where
   * the word is not declared, or stands for one that has ended with ours.
   */
  void mentioned(String word) throws Exception {
    SparkSession known = declared;
    if (known != null && !known.sparkContext().isStopped()) {
      return;
    }
    Object value;
    try {
      value = scope.evaluate(word);
    } catch (CompileException e) {
      // Not declared.
      start(null, Map.of());
      return;
    }
    if (known != null && (value == known || value == declaredContext || hasEnded(value))) {
      start(null, Map.of());
    }
  }

  /** Called when the cells know the words no more. */
  void forgotten() {
    declared = null;
    declaredContext = null;
  }

  /** Declares both words, but for one that the cells have made a variable of their own. */
  private void declare(SparkSession session) throws Exception {
    JavaSparkContext context = new JavaSparkContext(session.sparkContext());
    boolean ownSession = isOfCells("spark", declared);
    boolean ownContext = isOfCells("sc", declaredContext);
    if (!ownSession) {
      scope.bind("spark", "org.apache.spark.sql.SparkSession", session);
    }
    if (!ownContext) {
      scope.bind("sc", "org.apache.spark.api.java.JavaSparkContext", context);
    }
    declared = session;
    declaredContext = context;
  }

  /**
   * Whether the cells have declared a word, or given it another value than ours; a session or
   * context that has ended is of use to nobody.
   */
  private boolean isOfCells(String word, @Nullable Object ours) throws Exception {
    return scope.session().declarations().stream()
        .filter(each -> each.kind() == Declaration.Kind.VARIABLE && each.name().equals(word))
        .anyMatch(each -> (ours == null || each.value() != ours) && !hasEnded(each.value()));
  }

  /** Of a session that is asked for over a connection, the context is not known. */
  private static boolean hasEnded(@Nullable Object value) {
    return value instanceof JavaSparkContext context
        ? context.sc().isStopped()
        : value instanceof org.apache.spark.sql.classic.SparkSession session
            && session.sparkContext().isStopped();
  }
}
