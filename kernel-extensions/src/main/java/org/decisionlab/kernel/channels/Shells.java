// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main shell and the subshells of a kernel (JEP 91): a request goes to the shell that its
 * header names in {@code subshell_id}, and shells do not wait for each other. Thread safe.
 */
public final class Shells {

  private static final Logger LOG = LoggerFactory.getLogger(Shells.class);

  /** More are refused. */
  private static final int MOST = 64;

  private final Map<String, ShellQueue> subshells = new ConcurrentSkipListMap<>();
  private final Consumer<Request> handler;
  private final Consumer<String> told;
  private final ShellQueue main;
  private final Predicate<Request> quick;

  /** Messages that were dropped; only the thread that hands requests over counts. */
  private long dropped;

  /**
   * @param handler answers a request, on the thread of its shell
   * @param quick whether a request takes no time: when no other is before it, it is answered at
   *     once on the calling thread
   */
  public Shells(Consumer<Request> handler, Predicate<Request> quick) {
    this(handler, quick, LOG::warn);
  }

  /**
   * @param told is told what was dropped
   */
  Shells(Consumer<Request> handler, Predicate<Request> quick, Consumer<String> told) {
    this.told = told;
    this.handler = handler;
    this.quick = quick;
    this.main = new ShellQueue("shell", handler);
    this.main.start();
  }

  /**
   * Hands a request to its shell; one that no shell can take is answered with an error. One thread
   * calls this.
   */
  public void accept(Request request) {
    String id = subshell(request);
    if (id.isEmpty() && quick.test(request) && main.isIdle()) {
      handler.accept(request);
      return;
    }
    ShellQueue queue = id.isEmpty() ? main : subshells.get(id);
    if (queue == null) {
      refuse(request, "there is no subshell " + id);
    } else if (!queue.add(request)) {
      refuse(request, "too many requests wait already");
    }
  }

  /**
   * Makes a subshell.
   *
   * @return its id
   * @throws IllegalStateException if there are too many
   */
  public synchronized String create() {
    if (subshells.size() >= MOST) {
      throw new IllegalStateException("there are " + MOST + " subshells, more are not offered");
    }
    String id = UUID.randomUUID().toString();
    ShellQueue queue = new ShellQueue("subshell-" + id, handler);
    queue.start();
    subshells.put(id, queue);
    return id;
  }

  /**
   * Ends a subshell after the requests that it has already.
   *
   * @throws IllegalArgumentException if there is no such subshell
   */
  public synchronized void delete(String id) {
    ShellQueue queue = subshells.remove(id);
    if (queue == null) {
      throw new IllegalArgumentException("there is no subshell " + id);
    }
    queue.end();
  }

  /** Ids of all subshells. */
  public List<String> ids() {
    return List.copyOf(subshells.keySet());
  }

  /** The subshell that a request names, or an empty string for the main shell. */
  public static String subshell(Request request) {
    JsonElement id = request.message().header().get("subshell_id");
    return id != null && id.isJsonPrimitive() ? id.getAsString() : "";
  }

  /**
   * Answers a request that cannot be taken. A message that expects no reply is dropped; of a burst
   * of them the log tells a few times, and clients are told nothing.
   */
  private void refuse(Request request, String reason) {
    if (!request.type().endsWith("_request")) {
      long count = ++dropped;
      if (Long.bitCount(count) == 1) {
        told.accept(request.type() + " dropped: " + reason + "; " + count + " messages so far");
      }
      return;
    }
    request.publishStatus("busy");
    request.refuse("SubshellError", reason);
    request.publishStatus("idle");
  }
}
