// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.List;
import java.util.stream.Collectors;

/** Writes the Java that a line magic inside Java code becomes: a call of {@code Notebook}. */
final class JavaCall {

  private static final String NOTEBOOK = "org.decisionlab.kernel.cell.Notebook.";

  private JavaCall() {}

  /** The call as a statement; expressions in arguments see the variables of the place. */
  static String of(String name, List<Template> arguments) {
    String list = arguments.stream().map(JavaCall::argument).collect(Collectors.joining(", "));
    return NOTEBOOK + "lineMagic(" + literal(name) + ", java.util.List.of(" + list + "));";
  }

  private static String argument(Template argument) {
    if (argument.parts().isEmpty()) {
      return literal("");
    }
    return argument.parts().stream().map(JavaCall::part).collect(Collectors.joining(" + "));
  }

  private static String part(Template.Part part) {
    if (part instanceof Template.Value value) {
      String expression = value.expression();
      return NOTEBOOK + "argument(" + literal(expression) + ", " + expression + ")";
    }
    return literal(((Template.Text) part).text());
  }

  private static String literal(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> literal.append("\\\"");
        case '\\' -> literal.append("\\\\");
        case '\t' -> literal.append("\\t");
        case '\f' -> literal.append("\\f");
        default -> literal.append(c);
      }
    }
    return literal.append('"').toString();
  }
}
