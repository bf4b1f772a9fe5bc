// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonDoorTest {

  private static final Duration WHOLE = Duration.ofMinutes(2);

  @Test
  void aShorterLimitHoldsAndALongerOneDoesNot() throws Exception {
    JsonDoor door = new JsonDoor(WHOLE);
    assertThat(door.within(WHOLE.plusSeconds(1))).isSameAs(door);
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/nothing");
      JsonDoor quick = door.within(Duration.ofMillis(300));
      long start = System.nanoTime();
      assertThatThrownBy(() -> quick.get(uri, Map.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("gave no answer in 1 s");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(WHOLE.dividedBy(4));
    }
  }
}
