// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import com.fasterxml.jackson.databind.JsonNode;

/** Answers as they are shown in messages. */
final class Answers {

  private static final int SHOWN = 200;

  private Answers() {}

  static String shortened(JsonNode json) {
    String text = json.toString();
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }
}
