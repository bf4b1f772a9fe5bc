// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.hdfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.decisionlab.testbed.process.ComponentProcess;

/** A DataNode on loopback for the files of a name space: with it, files can be written and read. */
public final class HdfsData implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Pattern UP = Pattern.compile("Successfully sent block report");
  private static final String DATA_NODE = "org.apache.hadoop.hdfs.server.datanode.DataNode";

  private final ComponentProcess process;

  private HdfsData(ComponentProcess process) {
    this.process = process;
  }

  /**
   * Starts an empty DataNode.
   *
   * @param names the name space
   * @param folder gets its configuration, its blocks and its log
   * @throws IOException when the name space does not know it in time; the message names its log
   */
  public static HdfsData start(HdfsNames names, Path folder)
      throws IOException, InterruptedException {
    Path own = Files.createDirectories(folder).toAbsolutePath();
    HdfsNames.write(own.resolve("core-site.xml"), Map.of("fs.defaultFS", names.address()));
    HdfsNames.write(
        own.resolve("hdfs-site.xml"),
        Map.of(
            "dfs.datanode.data.dir",
            own.resolve("blocks").toUri().toString(),
            "dfs.datanode.address",
            "127.0.0.1:0",
            "dfs.datanode.http.address",
            "127.0.0.1:0",
            "dfs.datanode.ipc.address",
            "127.0.0.1:0"));
    ComponentProcess process =
        ComponentProcess.start(HdfsNames.program("datanode", own, List.of(DATA_NODE)), UP);
    boolean up = false;
    try {
      process.announced(UP, START);
      up = true;
      return new HdfsData(process);
    } finally {
      if (!up) {
        process.close();
      }
    }
  }

  /** Ends the DataNode. */
  @Override
  public void close() {
    process.close();
  }
}
