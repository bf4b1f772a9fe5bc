// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.Unattended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a question may take. */
class HdfsPatienceTest {

  /** Tells as its sizes the limits, in milliseconds, that it was made with. */
  public static final class Limits extends RawLocalFileSystem {

    @Override
    public ContentSummary getContentSummary(Path path) {
      return new ContentSummary.Builder()
          .length(getConf().getInt("ipc.client.rpc-timeout.ms", 0))
          .spaceConsumed(web())
          .build();
    }

    @Override
    public FileStatus getFileStatus(Path path) {
      return new FileStatus(
          getConf().getInt("ipc.client.rpc-timeout.ms", 0), false, 1, 1, web(), path);
    }

    private long web() {
      return getConf().getTimeDuration("dfs.webhdfs.socket.read-timeout", 0, TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void countingATreeMayTakeTwoMinutesAndOtherAnswersTenSeconds(@TempDir java.nio.file.Path folder)
      throws Exception {
    try (KernelTokens tokens =
        new KernelTokens(Map.of(), folder, new Unattended(), Clock.systemUTC())) {
      check(new HdfsTokens(tokens));
    }
  }

  private static void check(HdfsTokens tokens) throws Exception {
    HdfsFiles files =
        new HdfsFiles(
            () -> {
              Configuration settings = new HadoopSettings(name -> null).impatient();
              settings.set("fs.hdfs.impl", Limits.class.getName());
              return settings;
            },
            tokens);
    String path = "hdfs://names.example:8020/store";
    HdfsFiles.Usage usage = files.usage(path);
    assertThat(usage.bytes()).isEqualTo(120_000);
    assertThat(usage.kept()).isEqualTo(120_000);
    assertThat(files.stat(path).file().size()).isEqualTo(10_000);
    assertThat(files.stat(path).file().modified().toEpochMilli()).isEqualTo(10_000);
  }
}
