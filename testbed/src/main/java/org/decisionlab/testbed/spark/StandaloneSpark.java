// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.decisionlab.testbed.process.ComponentProcess;
import org.decisionlab.testbed.process.ComponentProcess.Program;

/**
 * Spark's standalone cluster: a master, workers and their executors, each a JVM of its own, on
 * loopback only. The submission server is off; the web pages, which the state is asked of, listen
 * on loopback.
 *
 * @see <a href="https://spark.apache.org/docs/4.1.1/spark-standalone.html">Spark Standalone
 *     Mode</a>
 */
public final class StandaloneSpark implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Pattern MASTER =
      Pattern.compile("Starting Spark master at (spark://127\\.0\\.0\\.1:\\d+)");
  private static final Pattern MASTER_PAGE =
      Pattern.compile("Bound MasterWebUI to 127\\.0\\.0\\.1, and started at http://\\S+:(\\d+)");
  private static final Pattern REGISTERED =
      Pattern.compile("Successfully registered with master (spark://\\S+)");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<ComponentProcess> processes = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).connectTimeout(ANSWER).build();
  private final SparkHome home;
  private final Path folder;
  private String master = "";
  private String page = "";

  /**
   * How much a cluster may use. No more executors run at a time than there are cores.
   *
   * @param workers number of workers
   * @param cores cores of each, which are the tasks it runs at a time
   * @param memoryMegabytes what the executors of each may ask for
   */
  public record Size(int workers, int cores, int memoryMegabytes) {}

  /**
   * An application that the master knows of.
   *
   * @param id {@code app-...}
   * @param name as the driver told it
   * @param state {@code WAITING}, {@code RUNNING}, {@code FINISHED}, {@code FAILED}, {@code KILLED}
   * @param active whether the master keeps cores for it
   */
  public record Application(String id, String name, String state, boolean active) {}

  private StandaloneSpark(SparkHome home, Path folder) {
    this.home = home;
    this.folder = folder;
  }

  /**
   * Starts a cluster and waits until all its workers are registered.
   *
   * @param home what the processes run from
   * @param folder gets the logs, and what the workers and executors write
   * @throws IOException when a process does not come up in time; the message names its log
   */
  public static StandaloneSpark start(SparkHome home, Path folder, Size size)
      throws IOException, InterruptedException {
    StandaloneSpark cluster =
        new StandaloneSpark(home, Files.createDirectories(folder).toAbsolutePath());
    boolean up = false;
    try {
      cluster.startMaster();
      cluster.startWorkers(size);
      up = true;
      return cluster;
    } finally {
      if (!up) {
        cluster.close();
      }
    }
  }

  /** The address for {@code --master}. */
  public String master() {
    return master;
  }

  /** Where the logs of master, workers and executors are. */
  public Path logs() {
    return folder;
  }

  /** All applications, the active ones first. */
  public List<Application> applications() throws IOException, InterruptedException {
    JsonNode state = state();
    List<Application> applications = new ArrayList<>();
    state.path("activeapps").forEach(each -> applications.add(application(each, true)));
    state.path("completedapps").forEach(each -> applications.add(application(each, false)));
    return applications;
  }

  /** The processes of the executors of one application. */
  public List<ProcessHandle> executors(String applicationId) {
    return processes.stream()
        .flatMap(process -> process.handle().children())
        .filter(child -> isOf(child, applicationId))
        .toList();
  }

  /** The processes of master and workers. */
  public List<ProcessHandle> servers() {
    return processes.stream().map(ComponentProcess::handle).toList();
  }

  /** Ends all processes, executors too; the logs stay. */
  @Override
  public void close() {
    processes.forEach(ComponentProcess::close);
  }

  private void startMaster() throws IOException, InterruptedException {
    List<String> words =
        List.of(
            "org.apache.spark.deploy.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--webui-port",
            "0");
    ComponentProcess process =
        ComponentProcess.start(program("master", folder, words), MASTER, MASTER_PAGE);
    processes.add(process);
    master = process.announced(MASTER, START);
    page = "http://127.0.0.1:" + process.announced(MASTER_PAGE, START);
  }

  private void startWorkers(Size size) throws IOException, InterruptedException {
    List<ComponentProcess> workers = new ArrayList<>();
    for (int i = 0; i < size.workers(); i++) {
      Path own = Files.createDirectories(folder.resolve("worker-" + i));
      List<String> words =
          List.of(
              "org.apache.spark.deploy.worker.Worker",
              "--host",
              "127.0.0.1",
              "--port",
              "0",
              "--webui-port",
              "0",
              "--cores",
              String.valueOf(size.cores()),
              "--memory",
              size.memoryMegabytes() + "m",
              "--work-dir",
              own.toString(),
              master);
      ComponentProcess worker =
          ComponentProcess.start(program("worker-" + i, folder, words), REGISTERED);
      processes.add(worker);
      workers.add(worker);
    }
    for (ComponentProcess worker : workers) {
      worker.announced(REGISTERED, START);
    }
    int alive = state().path("aliveworkers").asInt(-1);
    if (alive != size.workers()) {
      throw new IOException(
          "the master knows "
              + alive
              + " workers instead of "
              + size.workers()
              + "; logs: "
              + folder);
    }
  }

  private Program program(String name, Path directory, List<String> words) {
    List<String> jvm = new ArrayList<>(home.smallJvm("256m"));
    jvm.add("-Dspark.master.rest.enabled=false");
    jvm.add("-Dspark.deploy.maxExecutorRetries=3");
    return new Program(name, jvm, home.classPath(), words, home.environment(), directory);
  }

  private JsonNode state() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(page + "/json/")).timeout(ANSWER).build();
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException(request.uri() + " answers " + answer.statusCode());
    }
    return JSON.readTree(answer.body());
  }

  private static Application application(JsonNode node, boolean active) {
    return new Application(
        node.path("id").asText(), node.path("name").asText(), node.path("state").asText(), active);
  }

  private static boolean isOf(ProcessHandle process, String applicationId) {
    return process.info().arguments().stream()
        .anyMatch(arguments -> List.of(arguments).contains(applicationId));
  }
}
