// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A widget with a value.
 *
 * @param <T> type of the value
 * @param <W> the widget itself
 */
public abstract class ValueWidget<T, W extends ValueWidget<T, W>> extends Control<W> {

  private final List<Consumer<? super T>> observers = new CopyOnWriteArrayList<>();
  private final String valueKey;

  /**
   * A widget whose value is an attribute.
   *
   * @param model name of the model
   * @param valueKey the attribute that follows what the user does
   */
  protected ValueWidget(String model, String valueKey) {
    super(model);
    this.valueKey = valueKey;
  }

  /** The value, as it is in the front end. */
  public abstract T value();

  /**
   * Sets the value, here and in the front end. Observers hear of it.
   *
   * @throws IllegalArgumentException if the widget cannot have this value
   */
  public final W value(T value) {
    T before = value();
    put(value);
    if (!Objects.equals(before, value())) {
      tell();
    }
    return self();
  }

  /**
   * Adds an observer: called with the new value after each change. When the user makes the change,
   * it is called on the cell thread between cells; what it throws is shown as an error.
   */
  public final W observe(Consumer<? super T> observer) {
    observers.add(observer);
    return self();
  }

  /** Removes an observer. */
  public final W unobserve(Consumer<? super T> observer) {
    observers.remove(observer);
    return self();
  }

  /** Sets the attribute of the value. */
  abstract void put(T value);

  @Override
  final void changed(String key) {
    if (key.equals(valueKey)) {
      tell();
    }
  }

  /** Calls the observers. */
  final void tell() {
    T value = value();
    for (Consumer<? super T> observer : observers) {
      Callbacks.run(() -> observer.accept(value));
    }
  }
}
