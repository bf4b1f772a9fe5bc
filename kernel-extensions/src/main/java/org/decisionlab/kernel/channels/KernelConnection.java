// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.JsonObject;
import java.util.function.Consumer;
import org.zeromq.ZMQ;

/**
 * The five sockets of a kernel. Requests of the shell channel are handled one after the other on
 * its thread, those of the control channel on another; both block while nothing comes.
 */
public final class KernelConnection implements AutoCloseable {

  private final ConnectionFile file;
  private final ZMQ.Context context = ZMQ.context(1);
  private final Wire wire;
  private final IoPub iopub;
  private final InputChannel input;
  private final Heartbeat heartbeat;

  /** Prepares the sockets; nothing is bound before {@link #open}. */
  public KernelConnection(ConnectionFile file) {
    this.file = file;
    this.wire = new Wire(new Signature(file.signatureScheme(), file.key()));
    this.iopub = new IoPub(context, wire);
    this.input = new InputChannel(context, wire);
    this.heartbeat = new Heartbeat(context);
  }

  /**
   * Binds all sockets and starts to read requests.
   *
   * @param shell handles a request of the shell channel
   * @param control handles a request of the control channel
   */
  public void open(Consumer<Request> shell, Consumer<Request> control) {
    iopub.open(file.address(file.iopubPort()));
    JsonObject starting = new JsonObject();
    starting.addProperty("execution_state", "starting");
    iopub.publish(WireMessage.publication("status", starting, new JsonObject()));
    input.bind(file.address(file.stdinPort()));
    heartbeat.open(file.address(file.hbPort()));
    new RequestLoop("control", context, wire, iopub, control)
        .open(file.address(file.controlPort()));
    new RequestLoop("shell", context, wire, iopub, shell).open(file.address(file.shellPort()));
  }

  /** Where output is published. */
  public IoPub iopub() {
    return iopub;
  }

  /** Where input is asked for. */
  public InputChannel input() {
    return input;
  }

  /** Sends what was published, then closes all sockets. */
  @Override
  public void close() {
    input.close();
    iopub.close();
    context.term();
  }
}
