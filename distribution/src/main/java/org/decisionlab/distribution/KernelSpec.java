// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;

/**
 * The kernelspec {@code decisionlab}: a folder that any Jupyter finds under {@code
 * PREFIX/share/jupyter/kernels} (jupyter_client documentation, "Making kernels for Jupyter").
 *
 * @param javaHome the Java that will run the kernel
 * @param libraries folder of the jars of the kernel's class path
 * @param jvmFlags flags of the kernel's JVM
 */
record KernelSpec(Path javaHome, Path libraries, List<String> jvmFlags) {

  static final String NAME = "decisionlab";
  static final String DISPLAY_NAME = "Decision Lab (Java 17)";
  static final String MAIN_CLASS = "org.decisionlab.kernel.KernelMain";

  /**
   * Must be in the environment before the JVM starts: native libraries read it when they load. The
   * number of threads is not among it, since it would win over the user's own. Spark looks up its
   * address when its classes load; a host's name may lead to a network.
   */
  static final Map<String, String> ENVIRONMENT =
      new TreeMap<>(
          Map.of(
              "OMP_WAIT_POLICY", "PASSIVE",
              "DJL_OFFLINE", "true",
              "OPT_OUT_TRACKING", "true",
              "ORT_DISABLE_TELEMETRY", "1",
              "SPARK_LOCAL_IP", "127.0.0.1",
              "TF_CPP_MIN_LOG_LEVEL", "2"));

  /**
   * What of the compiler the kernel uses to compile a cell in a millisecond and not in sixteen, and
   * to stop it.
   */
  private static final List<String> COMPILER =
      List.of(
          "com.sun.tools.javac.api",
          "com.sun.tools.javac.code",
          "com.sun.tools.javac.comp",
          "com.sun.tools.javac.util");

  private static final List<String> RESOURCES = List.of("logo-svg.svg", "logging.properties");

  /**
   * Writes the kernelspec, replacing one that is there.
   *
   * @param prefix folder under which {@code share/jupyter/kernels/decisionlab} is made
   * @return the kernelspec's folder
   */
  Path install(Path prefix) throws IOException {
    Path folder = prefix.toAbsolutePath().normalize().resolve("share/jupyter/kernels/" + NAME);
    for (String resource : RESOURCES) {
      try (InputStream in = KernelSpec.class.getResourceAsStream("kernelspec/" + resource)) {
        if (in == null) {
          throw new IOException("resource kernelspec/" + resource + " is missing from the jar");
        }
        DurableFiles.write(folder.resolve(resource), in.readAllBytes());
      }
    }
    writeArguments(folder, List.of());
    DurableFiles.write(folder.resolve("kernel.json"), json(folder));
    return folder;
  }

  /**
   * Writes the JVM's argument file of an installed kernelspec.
   *
   * @param more flags on top of the kernelspec's own
   */
  void writeArguments(Path folder, List<String> more) throws IOException {
    DurableFiles.write(
        argumentFile(folder), arguments(folder, more).getBytes(StandardCharsets.UTF_8));
  }

  /** The command that starts the kernel; {@code {connection_file}} stands for that file. */
  List<String> command(Path folder) {
    return List.of(
        javaHome.resolve("bin/java").toString(),
        "@" + argumentFile(folder),
        MAIN_CLASS,
        "{connection_file}");
  }

  /** The jars of the class path in the order of the class path. */
  List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(libraries)) {
      List<Path> sorted = files.filter(p -> p.toString().endsWith(".jar")).sorted().toList();
      if (sorted.isEmpty()) {
        throw new IOException(libraries + " holds no jars; build the project first");
      }
      return sorted;
    }
  }

  private static Path argumentFile(Path folder) {
    return folder.resolve("java.args");
  }

  /** One quoted argument a line; the class path in a fixed order. */
  private String arguments(Path folder, List<String> more) throws IOException {
    List<String> arguments = new ArrayList<>(jvmFlags);
    COMPILER.forEach(part -> arguments.add("--add-exports=jdk.compiler/" + part + "=ALL-UNNAMED"));
    // The compilers of declarations are JShell's; they are to be stopped like the others.
    arguments.add("--add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED");
    arguments.add("-Djava.awt.headless=true");
    arguments.add("-Dfile.encoding=UTF-8");
    // Counters in a shared file wake an idle JVM twenty times a second.
    arguments.add("-XX:-UsePerfData");
    arguments.add("-Djava.util.logging.config.file=" + folder.resolve("logging.properties"));
    arguments.addAll(more);
    arguments.add("-cp");
    arguments.add(
        jars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    return arguments.stream()
        .map(a -> '"' + a.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n")
        .collect(Collectors.joining());
  }

  private byte[] json(Path folder) throws IOException {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    ObjectNode root = mapper.createObjectNode();
    command(folder).forEach(root.putArray("argv")::add);
    root.put("display_name", DISPLAY_NAME);
    root.put("language", "java");
    root.put("interrupt_mode", "message");
    ObjectNode env = root.putObject("env");
    ENVIRONMENT.forEach(env::put);
    root.putObject("metadata").put("debugger", false).putArray("supported_encryption").add("curve");
    return mapper.writeValueAsBytes(root);
  }
}
