// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.io.IOException;
import java.util.List;
import org.decisionlab.kernel.display.DisplayLimits;
import org.decisionlab.kernel.display.KernelRenderer;
import org.decisionlab.kernel.display.Markup;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.MagicValue;
import org.decisionlab.kernel.magic.Template;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.jspecify.annotations.Nullable;

/** The words that every cell has without an import. */
public final class Notebook {

  private Notebook() {}

  /**
   * Shows a value under the cell; from a thread, under the cell that has started it.
   *
   * @return the handle by which it can be replaced: {@code display(x).update(y)}
   */
  public static DisplayHandle display(Object value) {
    return cell().display(value);
  }

  /** Shows several values, one under the other. */
  public static void display(Object first, Object second, Object... more) {
    display(first);
    display(second);
    for (Object each : more) {
      display(each);
    }
  }

  /**
   * Shows more or less of a value than usual: {@code display(table, limits().rows(200))}.
   *
   * @return the handle by which it can be replaced
   */
  public static DisplayHandle display(Object value, DisplayLimits limits) {
    return cell().display(value, limits);
  }

  /** How much of a value is shown. */
  public static DisplayLimits limits() {
    return renderer().limits();
  }

  /** Sets how much of a value is shown from now on: {@code limits(limits().rows(200))}. */
  public static void limits(DisplayLimits limits) {
    renderer().limits(limits);
  }

  /** Shows markup as it is. Text of unknown origin must be escaped by the caller. */
  public static DisplayHandle html(String markup) {
    return display(Markup.html(markup));
  }

  /** Shows Markdown. */
  public static DisplayHandle markdown(String text) {
    return display(Markup.markdown(text));
  }

  /** Shows LaTeX, delimiters such as {@code $...$} included. */
  public static DisplayHandle latex(String text) {
    return display(Markup.latex(text));
  }

  /** Shows a drawing: one {@code <svg>} element, as it is. */
  public static DisplayHandle svg(String drawing) {
    return display(Markup.svg(drawing));
  }

  /**
   * Shows JSON as a tree.
   *
   * @throws IllegalArgumentException if the text is not JSON
   */
  public static DisplayHandle json(String text) {
    return display(Markup.json(text));
  }

  /**
   * Removes what the cell has shown so far.
   *
   * @param wait whether to remove it only when the next output comes
   */
  public static void clearOutput(boolean wait) {
    cell().clearOutput(wait);
  }

  /** Asks the user for a line: {@code var name = input("Name: ")}. */
  public static String input(String prompt) {
    return asked(prompt, false);
  }

  /** Asks the user for a line that is not shown while it is typed, and not kept. */
  public static String password(String prompt) {
    return asked(prompt, true);
  }

  private static String asked(String prompt, boolean hidden) {
    try {
      return cell().input(prompt, hidden);
    } catch (IOException | InterruptedException e) {
      throw Notebook.<RuntimeException>asItIs(e);
    }
  }

  /** The running cell; in a thread, the cell that has started it. */
  public static CellContext cell() {
    return KernelScope.of(BaseKernel.notebookKernel()).cellOfThread();
  }

  private static KernelRenderer renderer() {
    return (KernelRenderer) BaseKernel.notebookKernel().getRenderer();
  }

  /**
   * Runs a line magic and returns its value; line magics inside Java code are compiled to this.
   * What the magic throws is thrown as it is, whether or not it is checked: the lines around a
   * magic need not declare it.
   *
   * @param <T> the type that the place of the call expects
   * @param name the magic
   * @param arguments its arguments
   * @param expected nothing; the compiler tells by it what the place expects
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // nothing but the type of the array is looked at
  public static <T> T lineMagic(String name, List<String> arguments, T... expected) {
    BaseKernel kernel = BaseKernel.notebookKernel();
    try {
      T value = kernel.getMagicsRegistry().evalLineMagic(kernel, name, arguments);
      MagicValue.check(expected, name, value);
      return value;
    } catch (Exception e) {
      throw Notebook.<RuntimeException>asItIs(e);
    }
  }

  /**
   * The text that stands for {@code ${expression}} in an argument of a magic inside Java code.
   * Fails with a usage error where the value is null.
   */
  public static String argument(String expression, @Nullable Object value) {
    try {
      return Template.text(expression, value);
    } catch (MagicUsageException e) {
      throw Notebook.<RuntimeException>asItIs(e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // no cast happens at run time
  private static <E extends Exception> E asItIs(Exception e) throws E {
    throw (E) e;
  }
}
