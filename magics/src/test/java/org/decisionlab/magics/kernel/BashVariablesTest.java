// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.decisionlab.kernel.testing.KernelClient.Run;
import org.junit.jupiter.api.Test;

/** What scripts are told of the variables that they do not get. */
class BashVariablesTest extends SessionKernel {

  @Test
  void whatIsLeftOutIsToldOnceByName() {
    Run first = client.execute("%%bash\necho $PROBE_WORD-$PROBE_TOKEN-$PROBE_DB-");
    assertThat(first.stdout()).isEqualTo("loud---\n");
    assertThat(first.stream("stderr"))
        .contains("PROBE_DB, PROBE_TOKEN", "%env NAME=VALUE")
        .doesNotContain("hush", "PROBE_WORD", "PWD");
    client.execute("%env PROBE_TOKEN=given");
    Run second = client.execute("%%bash\necho $PROBE_TOKEN");
    assertThat(second.stdout()).isEqualTo("given\n");
    assertThat(second.stream("stderr")).isEmpty();
  }
}
