// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

/** Ends code of a cell in a task that Spark has killed; an error, so that cells do not catch it. */
public final class TaskStopped extends Error {

  private static final long serialVersionUID = 1L;

  TaskStopped() {
    super("the task was stopped");
  }
}
