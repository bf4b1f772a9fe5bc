// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

/** A graph that cannot be: the message names the node, what was found and what was expected. */
public class InvalidGraphException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** With the node, what was found and what was expected. */
  public InvalidGraphException(String message) {
    super(message);
  }
}
