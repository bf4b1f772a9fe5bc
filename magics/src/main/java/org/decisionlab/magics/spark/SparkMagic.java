// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.decisionlab.kernel.display.Markup;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.spark.jobs.CellJobs;
import org.decisionlab.magics.spark.jobs.JobRow;
import org.decisionlab.magics.spark.profile.SparkProfile;
import org.decisionlab.magics.spark.progress.ProgressBoard;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %spark}: starts, shows and ends the kernel's Spark session and its jobs. */
@Command(name = "%spark", description = "The kernel's Spark session.")
final class SparkMagic {

  private static final int MOST_LINES = 1000;

  private final SparkService spark;
  private final SparkWords words;
  private final CellJobs jobs;
  private final ProgressBoard progress;

  SparkMagic(SparkService spark, SparkWords words, CellJobs jobs, ProgressBoard progress) {
    this.spark = spark;
    this.words = words;
    this.jobs = jobs;
    this.progress = progress;
  }

  @Command(
      name = "start",
      description = "Starts a session, or tells of the running one; declares 'spark' and 'sc'.")
  SparkStatus start(
      @Option(
              names = "--master",
              paramLabel = "M",
              description =
                  "local[N], spark://HOST:PORT, k8s://URL, ... (default: that of the profile, or "
                      + SparkService.DEFAULT_MASTER
                      + ").")
          @Nullable String master,
      @Option(
              names = "--profile",
              paramLabel = "NAME",
              description =
                  "A named set of settings (default: the profile 'default', if there is one).")
          @Nullable String profile,
      @Option(
              names = "--conf",
              paramLabel = "K=V",
              description = "A Spark setting of a new session; may be given several times.")
          @Nullable Map<String, String> settings)
      throws Exception {
    Map<String, String> given = settings == null ? new TreeMap<>() : new TreeMap<>(settings);
    if (given.containsKey("spark.master")) {
      throw new MagicUsageException("name the master with --master, not as a setting");
    }
    if (master != null) {
      given.put("spark.master", master);
    }
    words.start(profile, given);
    return spark.status();
  }

  @Command(name = "profiles", description = "Lists the named sets of settings.")
  DisplayDataRenderable profiles() throws MagicUsageException {
    var known = words.profiles();
    List<List<String>> rows = new ArrayList<>();
    for (SparkProfile profile : known.all()) {
      var master = profile.settings().get("spark.master");
      rows.add(
          List.of(
              profile.name(),
              master == null ? SparkService.DEFAULT_MASTER : master.value(),
              profile.description(),
              String.join(
                  ", ",
                  new TreeMap<>(profile.settings())
                      .entrySet().stream()
                          .filter(each -> each.getValue().fixed())
                          .map(Map.Entry::getKey)
                          .toList())));
    }
    return Listing.of(
        List.of(
            Listing.text("profile"),
            Listing.text("master"),
            Listing.text("description"),
            Listing.text("fixed by the site")),
        rows,
        "There are no profiles. Looked for in " + words.places() + ".");
  }

  @Command(name = "status", description = "Tells of the running session.")
  SparkStatus status() {
    return spark.status();
  }

  @Command(name = "stop", description = "Ends the session.")
  String stop() {
    return spark.stop() ? "Spark session ended." : "There was no Spark session.";
  }

  @Command(name = "conf", description = "Shows the settings of the running session, less secrets.")
  DisplayDataRenderable conf(
      @Parameters(
              arity = "0..1",
              paramLabel = "PART",
              description = "Part of the names of the settings that are shown.")
          @Nullable String part) {
    String wanted = part == null ? "" : part.toLowerCase(Locale.ROOT);
    List<List<String>> rows = new ArrayList<>();
    spark
        .settings()
        .forEach(
            (name, value) -> {
              if (name.toLowerCase(Locale.ROOT).contains(wanted)) {
                rows.add(List.of(name, value));
              }
            });
    return Listing.of(
        List.of(Listing.text("setting"), Listing.text("value")),
        rows,
        spark.status().running() ? "No setting is named like that." : spark.status().toString());
  }

  @Command(name = "ui", description = "Links to Spark's own web pages.")
  Object ui() {
    String link = spark.link();
    if (!link.isEmpty()) {
      return Markup.html(SparkPages.html(link));
    }
    return spark.status().running()
        ? "Spark's pages are off in this session; '%spark stop', then '%spark start --conf"
            + " spark.ui.enabled=true'."
        : spark.status().toString();
  }

  @Command(name = "jobs", description = "Lists the jobs at work and the last that have ended.")
  DisplayDataRenderable jobs() {
    jobs.awaitEvents();
    DateTimeFormatter clock =
        DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
    List<List<String>> rows = new ArrayList<>();
    for (JobRow job : jobs.book().rows(System.currentTimeMillis())) {
      rows.add(
          List.of(
              String.valueOf(job.job()),
              job.cell(),
              job.description(),
              job.state().name().toLowerCase(Locale.ROOT),
              job.stagesDone() + "/" + job.stages(),
              job.tasksDone()
                  + "/"
                  + job.tasks()
                  + (job.failedTasks() == 0 ? "" : " (" + job.failedTasks() + " failed)"),
              clock.format(Instant.ofEpochMilli(job.startedAt())),
              String.format(Locale.ROOT, "%.1f s", job.millis() / 1000.0)));
    }
    return Listing.of(
        List.of(
            Listing.number("job"),
            Listing.text("cell"),
            Listing.text("description"),
            Listing.text("state"),
            Listing.number("stages"),
            Listing.number("tasks"),
            Listing.text("started"),
            Listing.number("time")),
        rows,
        "No job has run.");
  }

  @Command(name = "cancel", description = "Ends jobs at work.")
  String cancel(
      @Parameters(
              arity = "0..*",
              paramLabel = "JOB|CELL|all",
              description =
                  "Numbers of jobs, a cell such as 'Cell 3', or all (default: the one at work).")
          @Nullable List<String> what)
      throws MagicUsageException {
    jobs.awaitEvents();
    Set<Integer> running = jobs.book().running();
    String named = what == null ? "" : String.join(" ", what).strip();
    Set<Integer> wanted = wanted(named, running);
    Set<Integer> ended = jobs.cancel(wanted);
    if (ended.isEmpty()) {
      return named.isEmpty() || running.isEmpty()
          ? "No job is at work."
          : "No such job is at work; at work: " + running + ".";
    }
    return "Told to end: " + new TreeSet<>(ended) + ".";
  }

  private Set<Integer> wanted(String named, Set<Integer> running) throws MagicUsageException {
    if (named.isEmpty()) {
      if (running.size() > 1) {
        throw new MagicUsageException(
            "%spark cancel: say which, or all; at work are the jobs " + running);
      }
      return running;
    }
    if (named.equalsIgnoreCase("all")) {
      return running;
    }
    if (named.toLowerCase(Locale.ROOT).matches("cell ?\\d{1,9}")) {
      return jobs.book().runningOf("Cell " + named.replaceAll("\\D", ""));
    }
    Set<Integer> wanted = new TreeSet<>();
    for (String number : named.split(" +", -1)) {
      if (!number.matches("\\d{1,9}")) {
        throw new MagicUsageException(
            "%spark cancel: '"
                + number
                + "' is no number of a job, no cell such as 'Cell 3', and"
                + " not all");
      }
      wanted.add(Integer.valueOf(number));
    }
    return wanted;
  }

  @Command(name = "logs", description = "Shows the last lines of Spark's log.")
  Markup logs(
      @Option(
              names = "-n",
              paramLabel = "N",
              defaultValue = "20",
              description = "How many lines (default: ${DEFAULT-VALUE}).")
          int lines)
      throws IOException, MagicUsageException {
    if (lines < 1 || lines > MOST_LINES) {
      throw new MagicUsageException("%spark logs: -n must be 1 to " + MOST_LINES + ": " + lines);
    }
    List<String> last = spark.log().last(lines, spark.secrets());
    return Markup.plain(
        last.isEmpty()
            ? "Spark has logged nothing."
            : String.join("\n", last) + "\n(" + spark.log().file() + ")");
  }

  @Command(name = "progress", description = "Shows the progress of jobs under their cells, or not.")
  String progress(@Parameters(arity = "0..1", paramLabel = "on|off") @Nullable String shown)
      throws MagicUsageException {
    if (shown != null) {
      if (!shown.equals("on") && !shown.equals("off")) {
        throw new MagicUsageException("%spark progress: on or off is expected: " + shown);
      }
      progress.turn(shown.equals("on"));
    }
    return "Progress under the cells is " + (progress.isOn() ? "on." : "off.");
  }
}
