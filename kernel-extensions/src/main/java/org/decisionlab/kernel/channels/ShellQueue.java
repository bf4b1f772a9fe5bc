// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles the requests of one shell one after the other, on a thread of its own. */
public final class ShellQueue {

  private static final Logger LOG = LoggerFactory.getLogger(ShellQueue.class);
  private static final int CAPACITY = 10_000;

  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>(CAPACITY);
  private final Consumer<Request> handler;
  private final Thread thread;
  private final AtomicInteger unanswered = new AtomicInteger();

  /** A request, or none at the end of the shell. */
  private record Entry(List<Request> requests) {}

  ShellQueue(String name, Consumer<Request> handler) {
    this.handler = handler;
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Adds a request; returns whether there was room. */
  boolean add(Request request) {
    unanswered.incrementAndGet();
    boolean added = queue.offer(new Entry(List.of(request.on(this))));
    if (!added) {
      unanswered.decrementAndGet();
    }
    return added;
  }

  /** Whether every request so far has been answered. */
  boolean isIdle() {
    return unanswered.get() == 0;
  }

  /** Lets the shell end after the requests that wait. */
  void end() {
    if (!queue.offer(new Entry(List.of()))) {
      LOG.warn("{} has no room for its own end", thread.getName());
    }
  }

  /** Takes the requests that wait out of the queue. */
  List<Request> drain() {
    List<Entry> waiting = new ArrayList<>();
    queue.drainTo(waiting);
    if (waiting.removeIf(entry -> entry.requests.isEmpty())) {
      end();
    }
    unanswered.addAndGet(-waiting.size());
    return waiting.stream().flatMap(entry -> entry.requests.stream()).toList();
  }

  private void run() {
    try {
      for (Entry next = queue.take(); !next.requests.isEmpty(); next = queue.take()) {
        handle(next.requests.get(0));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(Request request) {
    try {
      handler.accept(request);
    } catch (RuntimeException | Error e) {
      LOG.error("request {} failed", request.type(), e);
    } finally {
      unanswered.decrementAndGet();
    }
  }
}
