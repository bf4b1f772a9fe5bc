// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.decisionlab.kernel.cell.DisplayHandle;
import org.decisionlab.kernel.cell.KernelScope;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.jspecify.annotations.Nullable;

/** Widgets with code behind them. */
public final class Widgets {

  private Widgets() {}

  /** Lets a kernel answer front ends that ask which widgets there are. */
  public static void register(CommManager manager) {
    manager.registerTarget(
        ControlComm.TARGET, (comms, id, target, message) -> new ControlComm(comms, id));
  }

  /**
   * Shows a control and, under it, what a function gives for its value, now and after each change.
   * What the function prints is shown, too, and so is what it throws.
   */
  public static <T> void interact(
      ValueWidget<T, ?> control, Function<? super T, ? extends @Nullable Object> code) {
    show(interactive(List.of(control), () -> code.apply(control.value())));
  }

  /** Shows two controls and, under them, what a function gives for their values. */
  public static <A, B> void interact(
      ValueWidget<A, ?> first,
      ValueWidget<B, ?> second,
      BiFunction<? super A, ? super B, ? extends @Nullable Object> code) {
    show(interactive(List.of(first, second), () -> code.apply(first.value(), second.value())));
  }

  /** As {@link #interact}, for code without a value: {@code perform(slider, n -> { ... })}. */
  public static <T> void perform(ValueWidget<T, ?> control, Consumer<? super T> code) {
    interact(
        control,
        value -> {
          code.accept(value);
          return null;
        });
  }

  /** Code with a value that is shown. */
  public interface Code {

    /** Runs the code. */
    @Nullable Object run() throws Exception;
  }

  /**
   * Controls and, under them, the value of code, now and after each change of one of them. The box
   * is not shown yet.
   */
  public static VBox interactive(List<? extends ValueWidget<?, ?>> controls, Code code) {
    Output output = new Output();
    for (ValueWidget<?, ?> control : controls) {
      control.observe(value -> refresh(output, code));
    }
    List<Widget> children = new ArrayList<>(controls);
    children.add(output);
    refresh(output, code);
    return new VBox(children.toArray(new Widget[0]));
  }

  /** Closes all widgets of this kernel. */
  public static void closeAll() {
    WidgetComm.widgets(BaseKernel.notebookKernel().getCommManager())
        .map(WidgetComm::widget)
        .toList()
        .forEach(Widget::close);
  }

  private static void refresh(Output output, Code code) {
    output.capture(
        () -> {
          scope().cellOfThread().clearOutput(true);
          Object value = code.run();
          if (value != null && !(value instanceof DisplayHandle)) {
            scope().cellOfThread().display(value);
          }
        });
  }

  private static void show(VBox box) {
    scope().cellOfThread().display(box);
  }

  private static KernelScope scope() {
    return KernelScope.of(BaseKernel.notebookKernel());
  }
}
