// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

/**
 * Help of a magic, shown as it is.
 *
 * @param text the help, in lines
 */
public record HelpText(String text) {

  @Override
  public String toString() {
    return text;
  }
}
