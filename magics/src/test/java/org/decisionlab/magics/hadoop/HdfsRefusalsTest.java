// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.FileNotFoundException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.decisionlab.magics.arguments.MagicLine;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.LoopbackServer;
import org.decisionlab.magics.login.LoopbackServer.Reply;
import org.decisionlab.magics.login.Unattended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of the refusals of a WebHDFS server. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HdfsRefusalsTest {

  private static Reply refusal(int status, String exception, String message) {
    String name = exception.substring(exception.lastIndexOf('.') + 1);
    return Reply.of(
        status,
        "{\"RemoteException\":{\"exception\":\""
            + name
            + "\",\"javaClassName\":\""
            + exception
            + "\",\"message\":\""
            + message
            + "\"}}");
  }

  private static Throwable refused(Reply reply) throws Exception {
    KernelTokens tokens =
        new KernelTokens(
            Map.of(), Path.of("target", "no-tokens"), new Unattended(), Clock.systemUTC());
    HdfsFiles files =
        new HdfsFiles(new HadoopSettings(name -> null)::impatient, new HdfsTokens(tokens));
    try (LoopbackServer server = new LoopbackServer(request -> reply)) {
      String path = "webhdfs://127.0.0.1:" + server.uri().getPort() + "/runs.csv";
      return catchThrowable(() -> MagicLine.run(new HdfsMagic(() -> files), List.of("stat", path)));
    }
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void aDelegationTokenInAnAddressIsNotRepeated() throws Exception {
    for (String exception :
        List.of("java.io.IOException", "org.apache.hadoop.security.AccessControlException")) {
      String words = "http://data:9864/x?op=OPEN&delegation=KAADY2Rs&offset=0 is expired";
      Throwable thrown = refused(refusal(403, exception, words));
      assertThat(thrown).hasMessageContaining("delegation=(hidden)&offset=0 is expired");
      assertThat(trace(thrown)).contains("HdfsMagic").doesNotContain("KAADY2Rs");
    }
  }

  @Test
  void otherRefusalsStayWhatTheyAre() throws Exception {
    assertThat(refused(refusal(404, "java.io.FileNotFoundException", "there is no /runs.csv")))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("there is no /runs.csv");
  }
}
