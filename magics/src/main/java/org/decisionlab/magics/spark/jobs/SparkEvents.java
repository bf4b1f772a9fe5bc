// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.spark.Success$;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.JobFailed;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.decisionlab.magics.spark.jobs.JobEvent.Origin;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;
import org.decisionlab.magics.spark.jobs.JobEvent.Result;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Hears Spark's events and tells them in the words of {@link JobEvent}. */
final class SparkEvents extends SparkListener {

  /** Begins the names of queries. */
  static final String QUERY = "query ";

  private final Consumer<JobEvent> told;

  SparkEvents(Consumer<JobEvent> told) {
    this.told = told;
  }

  /** An event of ours: when it is heard, all that came before it has been. */
  static final class Marker implements SparkListenerEvent {

    private final Runnable heard;

    Marker(Runnable heard) {
      this.heard = heard;
    }

    @Override
    public boolean logEvent() {
      return false;
    }
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    List<PlannedStage> stages = new ArrayList<>();
    for (StageInfo stage : CollectionConverters.asJava(start.stageInfos())) {
      List<Integer> parents = new ArrayList<>();
      CollectionConverters.asJava(stage.parentIds()).forEach(id -> parents.add((Integer) id));
      stages.add(new PlannedStage(stage.stageId(), tasks(stage), shuffle(stage), parents));
    }
    told.accept(
        new JobEvent.JobStarted(
            start.jobId(), origin(start.jobId(), start.properties()), stages, start.time()));
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd end) {
    String failure =
        end.jobResult() instanceof JobFailed failed
            ? String.valueOf(failed.exception().getMessage())
            : null;
    told.accept(new JobEvent.JobEnded(end.jobId(), failure, end.time()));
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    StageInfo stage = submitted.stageInfo();
    told.accept(
        new JobEvent.StageSubmitted(key(stage), stage.numTasks(), time(stage.submissionTime())));
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    StageInfo stage = completed.stageInfo();
    String failure = stage.failureReason().isEmpty() ? null : stage.failureReason().get();
    told.accept(
        new JobEvent.StageEnded(key(stage), shuffle(stage), failure, time(stage.completionTime())));
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    told.accept(
        new JobEvent.TaskStarted(
            new StageKey(start.stageId(), start.stageAttemptId()),
            start.taskInfo().taskId(),
            start.taskInfo().executorId(),
            start.taskInfo().launchTime()));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo() == null) {
      return;
    }
    Result result =
        end.reason() instanceof Success$
            ? Result.DONE
            : end.reason() instanceof TaskKilled ? Result.KILLED : Result.FAILED;
    told.accept(
        new JobEvent.TaskEnded(
            new StageKey(end.stageId(), end.stageAttemptId()),
            end.taskInfo().taskId(),
            end.taskInfo().index(),
            result,
            end.taskInfo().finishTime()));
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof Marker marker) {
      marker.heard.run();
    } else if (event instanceof SparkListenerSQLExecutionEnd end) {
      told.accept(new JobEvent.QueryEnded(QUERY + end.executionId(), end.qe(), end.time()));
    }
  }

  /** Whose a job is, by the local properties of the thread that has started it. */
  static Origin origin(int job, @Nullable Properties properties) {
    Properties known = properties == null ? new Properties() : properties;
    String stream = known.getProperty("sql.streaming.queryId");
    String query =
        known.getProperty(
            "spark.sql.execution.root.id", known.getProperty("spark.sql.execution.id"));
    String work =
        stream != null ? "stream " + stream : query != null ? QUERY + query : "job " + job;
    String label = known.getProperty(CellJobs.LABEL_PROPERTY, "");
    String description = known.getProperty("spark.job.description", "");
    String site = known.getProperty("callSite.short", "");
    return new Origin(
        known.getProperty(CellJobs.CELL_PROPERTY, ""),
        label,
        work,
        stream != null
            ? "stream"
            : description.isEmpty() || description.equals(label) ? call(site) : description);
  }

  /** {@code count at $JShell$11.java:5} without the place, whose name says nothing to a user. */
  private static String call(String site) {
    int at = site.indexOf(" at ");
    return at < 0 || !(site.contains("$JShell$") || site.contains("<unknown>"))
        ? site
        : site.substring(0, at);
  }

  private static StageKey key(StageInfo stage) {
    return new StageKey(stage.stageId(), stage.attemptNumber());
  }

  /** How many tasks compute all of a stage: one that runs again may have fewer. */
  private static int tasks(StageInfo stage) {
    return shuffle(stage) < 0 || stage.rddInfos().isEmpty()
        ? stage.numTasks()
        : Math.max(stage.numTasks(), stage.rddInfos().head().numPartitions());
  }

  private static int shuffle(StageInfo stage) {
    return stage.shuffleDepId().isEmpty() ? -1 : (Integer) stage.shuffleDepId().get();
  }

  private static long time(scala.Option<Object> time) {
    return time.isEmpty() ? System.currentTimeMillis() : (Long) time.get();
  }
}
