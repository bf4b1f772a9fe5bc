// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.zeromq.ZMQ;

/** The five sockets of a kernel, each with a thread that blocks while nothing comes. */
public final class KernelConnection implements AutoCloseable {

  private final ConnectionFile file;
  private final Binder binder;
  private final ZMQ.Context context = ZMQ.context(1);
  private final Wire wire;
  private final IoPub iopub;
  private final InputChannel input;
  private final Heartbeat heartbeat;
  private final List<RequestLoop> loops = new ArrayList<>();

  /** Prepares the sockets; nothing is bound before {@link #open}. */
  public KernelConnection(ConnectionFile file) {
    this.file = file;
    this.binder = new Binder(file);
    this.wire = new Wire(new Signature(file.signatureScheme(), file.key()));
    this.iopub = new IoPub(context, wire);
    this.input = new InputChannel(context, wire);
    this.heartbeat = new Heartbeat(context);
  }

  /**
   * Binds all sockets and starts to read requests.
   *
   * @param shell takes a request of the shell channel, and returns at once
   * @param control answers a request of the control channel
   * @param fault told when a socket has broken, so that the kernel cannot be reached any more
   * @throws IllegalStateException if a socket cannot be bound
   */
  public void open(Consumer<Request> shell, Consumer<Request> control, Runnable fault) {
    iopub.open(binder, file.iopubPort(), fault);
    JsonObject starting = new JsonObject();
    starting.addProperty("execution_state", "starting");
    iopub.publish(WireMessage.publication("status", starting, new JsonObject()));
    input.bind(binder, file.stdinPort());
    heartbeat.open(binder, file.hbPort());
    RequestLoop.Published published = new RequestLoop.Published(wire, iopub);
    RequestLoop controls = new RequestLoop("control", context, published, control, fault);
    RequestLoop shells = new RequestLoop("shell", context, published, shell, fault);
    loops.addAll(List.of(controls, shells));
    controls.open(binder, file.controlPort());
    shells.open(binder, file.shellPort());
  }

  /** Where output is published. */
  public IoPub iopub() {
    return iopub;
  }

  /** Where input is asked for. */
  public InputChannel input() {
    return input;
  }

  /** Sends what was published and replied, then closes all sockets. */
  @Override
  public void close() {
    loops.forEach(RequestLoop::close);
    input.close();
    iopub.close();
    binder.close();
    context.term();
  }
}
