// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What becomes of messages that find no room. */
class ShellsTest {

  private static final int ROOM = 10_000;

  /** Nothing can be replied or published on its behalf: that would fail. */
  private static Request message(String type) {
    JsonObject header = new JsonObject();
    header.addProperty("msg_type", type);
    JsonObject none = new JsonObject();
    return new Request(
        new WireMessage(List.of(), header, none, none, none, List.of()), null, null, null);
  }

  @Test
  void ofABurstOfMessagesWithoutRoomTheLogTellsAFewTimesAndClientsNothing() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    CountDownLatch handled = new CountDownLatch(1 + ROOM);
    AtomicInteger all = new AtomicInteger();
    List<String> told = new ArrayList<>();
    Shells shells =
        new Shells(
            request -> {
              begun.countDown();
              try {
                free.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              all.incrementAndGet();
              handled.countDown();
            },
            request -> false,
            told::add);
    shells.accept(message("comm_msg"));
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    for (int i = 0; i < ROOM; i++) {
      shells.accept(message("comm_msg"));
    }
    assertThat(told).isEmpty();
    for (int i = 0; i < 1000; i++) {
      shells.accept(message("comm_msg"));
    }
    assertThat(told)
        .as("at 1, 2, 4 and so on up to 512")
        .hasSize(10)
        .allMatch(text -> text.startsWith("comm_msg dropped: too many requests wait already; "));
    assertThat(told.get(9)).endsWith("512 messages so far");
    free.countDown();
    assertThat(handled.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(all).as("what had room").hasValue(1 + ROOM);
  }
}
