// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;
import javax.tools.ToolProvider;
import jdk.jshell.JShell;

/** Splits cells as the kernel does, for tests that run them piece by piece. */
public final class Pieces implements AutoCloseable {

  private final JShell shell = JShell.builder().executionEngine("local").build();
  private final CellSplitter splitter =
      new CellSplitter(
          shell.sourceCodeAnalysis(),
          new BodyParser(
              new CompilerPool(),
              new CellFiles(
                  new ClassPathFiles(
                      ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null),
                      ClassPath.ofThisJvm()))));

  /** The pieces of a cell; none if one of them is no Java. */
  public List<String> of(String cell) {
    List<Fragment> fragments = splitter.split(new CellText("", cell), cell, 0);
    boolean java = fragments.stream().noneMatch(each -> each.form() == Fragment.Form.BROKEN);
    return java ? fragments.stream().map(Fragment::source).toList() : List.of();
  }

  @Override
  public void close() {
    shell.close();
  }
}
