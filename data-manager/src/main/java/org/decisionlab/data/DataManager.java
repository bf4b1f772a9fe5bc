// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.core.access.ReadLimits;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of access records and makes feature tables of them.
 *
 * <pre>{@code
 * var data = DataManager.on(spark);
 * var records = data.read("accesses.json.gz");
 * var table = records.features(FeatureMap.standard(), Duration.ofDays(7), TimeSplit.shares(0.6, 0.2));
 * }</pre>
 *
 * <p>Immutable: the {@code with} methods return another one.
 */
public final class DataManager {

  private final SparkSession spark;
  private final @Nullable AccessFormat format;
  private final ReadLimits limits;

  private DataManager(SparkSession spark, @Nullable AccessFormat format, ReadLimits limits) {
    this.spark = spark;
    this.format = format;
    this.limits = limits;
  }

  /** A data manager that tells each file's format by its content and has the default limits. */
  public static DataManager on(SparkSession spark) {
    return new DataManager(spark, null, ReadLimits.DEFAULT);
  }

  /** The same, reading every file as this format. */
  public DataManager withFormat(AccessFormat format) {
    return new DataManager(spark, format, limits);
  }

  /** The same with other limits on malformed input; they hold for each file. */
  public DataManager withLimits(ReadLimits limits) {
    return new DataManager(spark, format, limits);
  }

  /**
   * Reads files and folders; a folder stands for the files in it, at any depth, in the order of
   * their names, without hidden ones (those beginning with {@code .} or {@code _}).
   *
   * @throws UnreadableAccessesException naming every file that cannot be read or is too malformed
   * @throws IOException when a path does not exist, a folder is empty, a format cannot be told, or
   *     a file is named twice, by itself or by its folder
   */
  public AccessTable read(String... paths) throws IOException {
    return read(Arrays.stream(paths).map(Path::of).toList());
  }

  /** Reads files and folders; see {@link #read(String...)}. */
  public AccessTable read(List<Path> paths) throws IOException {
    if (paths.isEmpty()) {
      throw new IllegalArgumentException("no file to read was named");
    }
    List<InputFile> inputs = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Set<Path> met = new HashSet<>();
    for (Path path : paths) {
      for (Path file : files(path, problems)) {
        if (!met.add(file)) {
          problems.add(file + ": named twice, its records would count twice");
          continue;
        }
        try {
          AccessFormat told = format == null ? AccessFormat.detect(file) : format;
          inputs.add(new InputFile(inputs.size(), file.toString(), told));
        } catch (IOException e) {
          problems.add(String.valueOf(e.getMessage()));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new IOException(String.join("\n", problems));
    }
    return AccessTable.read(spark, inputs, limits);
  }

  private static List<Path> files(Path path, List<String> problems) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      return List.of(absolute);
    }
    // A folder that is named may be a link; one that is met below it is left alone, against cycles.
    Path folder = Files.isSymbolicLink(absolute) ? absolute.toRealPath() : absolute;
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> files =
          tree.filter(Files::isRegularFile)
              .filter(file -> !isHidden(folder.relativize(file)))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        problems.add(path + ": no files in this folder");
      }
      return files;
    }
  }

  private static boolean isHidden(Path relative) {
    for (Path element : relative) {
      String name = element.toString();
      if (name.startsWith(".") || name.startsWith("_")) {
        return true;
      }
    }
    return false;
  }
}
