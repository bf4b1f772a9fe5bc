// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.session;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.decisionlab.kernel.cell.Declaration;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.HelpText;
import picocli.CommandLine.Command;

/** {@code %who}: the names that cells have declared. */
@Command(name = "%who", description = "Names the variables, methods and types of the cells.")
final class WhoMagic implements Callable<HelpText> {

  private final KernelScope scope;

  WhoMagic(KernelScope scope) {
    this.scope = scope;
  }

  @Override
  public HelpText call() throws Exception {
    List<Declaration> all = scope.session().declarations();
    String text =
        List.of(Declaration.Kind.values()).stream()
            .map(kind -> line(kind, all))
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining("\n"));
    return new HelpText(text.isEmpty() ? "The cells have declared nothing." : text);
  }

  private static String line(Declaration.Kind kind, List<Declaration> all) {
    List<String> names =
        all.stream()
            .filter(each -> each.kind() == kind)
            .map(Declaration::name)
            .distinct()
            .sorted()
            .toList();
    String title =
        switch (kind) {
          case VARIABLE -> "variables: ";
          case METHOD -> "methods: ";
          case TYPE -> "types: ";
        };
    return names.isEmpty() ? "" : title + String.join(", ", names);
  }
}
