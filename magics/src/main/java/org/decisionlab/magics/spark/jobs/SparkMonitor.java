// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.JobFailed;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.scheduler.TaskInfo;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.comm.CommTarget;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;
import org.dflib.jjava.jupyter.messages.comm.CommOpenCommand;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Speaks to the front end of SparkMonitor (github.com/swan-cern/sparkmonitor), where a page has it:
 * it opens a comm with the target {@value #TARGET} and gets each event of Spark as JSON text in
 * {@code {"msgtype": "fromscala", "msg": ...}}. Without such a page nothing is sent.
 *
 * <p>Events of tasks wait in a bounded queue and go out in portions, the oldest first; where more
 * come than a page can draw, those that find no room are left out: counts of stages are whole.
 */
public final class SparkMonitor implements CommTarget, AutoCloseable {

  /** Name of the comm target. */
  public static final String TARGET = "SparkMonitor";

  private static final Logger LOG = LoggerFactory.getLogger(SparkMonitor.class);
  private static final int WAITING = 5_000;
  private static final int PORTION = 250;

  private final AtomicReference<@Nullable Comm> newest = new AtomicReference<>();
  private final BlockingQueue<JsonObject> tasks = new ArrayBlockingQueue<>(WAITING);
  private final ExecutorService sender = Executors.newSingleThreadExecutor(SparkMonitor::daemon);
  private final Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, sender);
  private volatile @Nullable SparkContext followed;
  private volatile boolean ticking;

  /** Follows the events of a session. */
  public void adopt(SparkContext context) {
    if (context != followed) {
      followed = context;
      context.addSparkListener(new Events(context));
      application(context);
    }
  }

  @Override
  public Comm createComm(
      CommManager manager, String id, String target, Message<CommOpenCommand> message) {
    Page page = new Page(manager, id, target);
    // A page opens two and would count everything twice.
    newest.set(page);
    JsonObject open = new JsonObject();
    open.addProperty("msgtype", "commopen");
    page.send(open);
    SparkContext context = followed;
    if (context != null && !context.isStopped()) {
      application(context);
    }
    return page;
  }

  @Override
  public void close() {
    sender.shutdownNow();
  }

  private void application(SparkContext context) {
    JsonObject event = event("sparkApplicationStart");
    event.addProperty("startTime", context.startTime());
    event.addProperty("appId", context.isStopped() ? "null" : id(context));
    event.addProperty("appAttemptId", "null");
    event.addProperty("appName", context.appName());
    event.addProperty("sparkUser", context.sparkUser());
    send(event);
  }

  /** While a session starts it has no id yet. */
  private static String id(SparkContext context) {
    String id = context.applicationId();
    return id == null ? "null" : id;
  }

  private static JsonObject event(String type) {
    JsonObject event = new JsonObject();
    event.addProperty("msgtype", type);
    return event;
  }

  private void send(JsonObject event) {
    Comm page = newest.get();
    if (page == null) {
      return;
    }
    JsonObject message = new JsonObject();
    message.addProperty("msgtype", "fromscala");
    message.addProperty("msg", event.toString());
    try {
      page.send(message);
    } catch (RuntimeException e) {
      LOG.debug("the page of SparkMonitor is gone", e);
      newest.compareAndSet(page, null);
    }
  }

  private void sendLater(JsonObject event) {
    if (newest.get() != null && tasks.offer(event) && !ticking && !sender.isShutdown()) {
      ticking = true;
      later.execute(this::portion);
    }
  }

  private void portion() {
    List<JsonObject> some = new ArrayList<>();
    tasks.drainTo(some, PORTION);
    some.forEach(this::send);
    ticking = !tasks.isEmpty();
    if (ticking) {
      later.execute(this::portion);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "spark-monitor");
    thread.setDaemon(true);
    return thread;
  }

  /** A page of the browser. */
  private final class Page extends Comm {

    Page(CommManager manager, String id, String target) {
      super(manager, id, target);
    }

    /** The page only says that it is there. */
    @Override
    protected void onMessage(Message<CommMsgCommand> message) {}

    @Override
    protected void onClose(Message<CommCloseCommand> message, boolean sending) {
      newest.compareAndSet(this, null);
    }
  }

  /** Counts of one attempt at a stage, and the jobs that wait for it. */
  private static final class StageCount {

    private final JsonArray jobs = new JsonArray();
    private int done;
    private int failed;
  }

  /** Turns the events of one session into those of SparkMonitor. */
  private final class Events extends SparkListener {

    private final SparkContext context;
    private final Map<Integer, StageCount> stages = new HashMap<>();
    private final Map<String, Integer> executors = new HashMap<>();

    Events(SparkContext context) {
      this.context = context;
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      JsonArray ids = new JsonArray();
      JsonObject infos = new JsonObject();
      int tasksOfJob = 0;
      for (StageInfo stage : CollectionConverters.asJava(start.stageInfos())) {
        ids.add(stage.stageId());
        infos.add(String.valueOf(stage.stageId()), stage(stage));
        stages.computeIfAbsent(stage.stageId(), key -> new StageCount()).jobs.add(start.jobId());
        tasksOfJob += stage.completionTime().isEmpty() ? stage.numTasks() : 0;
      }
      JsonObject event = event("sparkJobStart");
      event.addProperty("jobGroup", property(start, "spark.jobGroup.id"));
      event.addProperty("jobId", start.jobId());
      event.addProperty("status", "RUNNING");
      event.addProperty("submissionTime", start.time());
      event.add("stageIds", ids);
      event.add("stageInfos", infos);
      event.addProperty("numTasks", tasksOfJob);
      event.addProperty("totalCores", cores());
      event.addProperty("appId", id(context));
      event.addProperty("numExecutors", executors.size());
      event.addProperty("name", property(start, "callSite.short"));
      send(event);
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
      JsonObject event = event("sparkJobEnd");
      event.addProperty("jobId", end.jobId());
      event.addProperty("status", end.jobResult() instanceof JobFailed ? "FAILED" : "COMPLETED");
      event.addProperty("completionTime", end.time());
      send(event);
      stages
          .values()
          .removeIf(stage -> stage.jobs.contains(new com.google.gson.JsonPrimitive(end.jobId())));
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
      StageInfo stage = submitted.stageInfo();
      JsonObject event = event("sparkStageSubmitted");
      event.addProperty("stageId", stage.stageId());
      event.addProperty("stageAttemptId", stage.attemptNumber());
      event.addProperty("name", stage.name());
      event.addProperty("numTasks", stage.numTasks());
      JsonArray parents = new JsonArray();
      CollectionConverters.asJava(stage.parentIds()).forEach(id -> parents.add((Integer) id));
      event.add("parentIds", parents);
      event.addProperty("submissionTime", time(stage.submissionTime()));
      event.add("jobIds", count(stage.stageId()).jobs);
      send(event);
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted completed) {
      StageInfo stage = completed.stageInfo();
      StageCount count = count(stage.stageId());
      JsonObject event = event("sparkStageCompleted");
      event.addProperty("stageId", stage.stageId());
      event.addProperty("stageAttemptId", stage.attemptNumber());
      event.addProperty("completionTime", time(stage.completionTime()));
      event.addProperty("submissionTime", time(stage.submissionTime()));
      event.addProperty("numTasks", stage.numTasks());
      event.addProperty("numFailedTasks", count.failed);
      event.addProperty("numCompletedTasks", count.done);
      event.addProperty("status", stage.failureReason().isEmpty() ? "COMPLETED" : "FAILED");
      event.add("jobIds", count.jobs);
      send(event);
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      JsonObject event = event("sparkTaskStart");
      event.addProperty("stageId", start.stageId());
      event.addProperty("stageAttemptId", start.stageAttemptId());
      task(event, start.taskInfo());
      sendLater(event);
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.taskInfo() == null) {
        return;
      }
      StageCount count = count(end.stageId());
      if (end.taskInfo().successful()) {
        count.done++;
      } else {
        count.failed++;
      }
      JsonObject event = event("sparkTaskEnd");
      event.addProperty("stageId", end.stageId());
      event.addProperty("stageAttemptId", end.stageAttemptId());
      event.addProperty("taskType", end.taskType());
      event.addProperty("finishTime", end.taskInfo().finishTime());
      event.add("metrics", new JsonObject());
      task(event, end.taskInfo());
      sendLater(event);
    }

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded added) {
      executors.put(added.executorId(), added.executorInfo().totalCores());
      JsonObject event = event("sparkExecutorAdded");
      event.addProperty("executorId", added.executorId());
      event.addProperty("time", added.time());
      event.addProperty("host", added.executorInfo().executorHost());
      event.addProperty("numCores", added.executorInfo().totalCores());
      event.addProperty("totalCores", cores());
      send(event);
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      executors.remove(removed.executorId());
      JsonObject event = event("sparkExecutorRemoved");
      event.addProperty("executorId", removed.executorId());
      event.addProperty("time", removed.time());
      event.addProperty("totalCores", cores());
      send(event);
    }

    private StageCount count(int stage) {
      return stages.computeIfAbsent(stage, key -> new StageCount());
    }

    private int cores() {
      return executors.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static JsonObject stage(StageInfo stage) {
      JsonObject info = new JsonObject();
      info.addProperty("attemptId", stage.attemptNumber());
      info.addProperty("name", stage.name());
      info.addProperty("numTasks", stage.numTasks());
      info.addProperty("completionTime", time(stage.completionTime()));
      info.addProperty("submissionTime", time(stage.submissionTime()));
      return info;
    }

    private static void task(JsonObject event, TaskInfo task) {
      event.addProperty("launchTime", task.launchTime());
      event.addProperty("taskId", task.taskId());
      event.addProperty("index", task.index());
      event.addProperty("attemptNumber", task.attemptNumber());
      event.addProperty("executorId", task.executorId());
      event.addProperty("host", task.host());
      event.addProperty("status", task.status());
      event.addProperty("speculative", task.speculative());
    }

    private static long time(scala.Option<Object> time) {
      return time.isEmpty() ? -1 : (Long) time.get();
    }

    private static String property(SparkListenerJobStart start, String name) {
      return start.properties() == null ? "null" : start.properties().getProperty(name, "null");
    }
  }
}
