// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.jspecify.annotations.Nullable;

/**
 * Renders values: bounded text always, and what the registrations of the kernel and of extensions
 * add. A registration that fails costs its own picture, not the text; a value that cannot be had
 * ({@link ValueFailedException}) fails what shows it.
 */
public final class KernelRenderer extends Renderer {

  private volatile DisplayLimits limits = DisplayLimits.STANDARD;

  /** A renderer that knows tables, charts and pictures, as far as their libraries are there. */
  public static KernelRenderer create() {
    KernelRenderer renderer = new KernelRenderer();
    PictureRendering.register(renderer);
    RecordRendering.register(renderer);
    if (isPresent("tech.tablesaw.api.Table")) {
      TablesawRendering.register(renderer);
    }
    if (isPresent("org.knowm.xchart.XYChart")) {
      ChartRendering.register(renderer);
    }
    return renderer;
  }

  /** The limits that hold where a rendering names none. */
  public DisplayLimits limits() {
    return limits;
  }

  /** Sets the limits from now on. */
  public void limits(DisplayLimits newLimits) {
    limits = newLimits;
  }

  /** Renders a value under limits of its own. */
  public DisplayData render(@Nullable Object value, DisplayLimits own) {
    return render(value, Map.of(DisplayLimits.PARAMETER, own));
  }

  @Override
  public DisplayData render(@Nullable Object value, Map<String, Object> params) {
    DisplayLimits valid =
        params.get(DisplayLimits.PARAMETER) instanceof DisplayLimits own ? own : limits;
    Map<String, Object> all = new HashMap<>(params);
    all.put(DisplayLimits.PARAMETER, valid);
    DisplayData data = draw(value, all, valid);
    if (!data.hasDataForType(MIMEType.TEXT_PLAIN)) {
      data.putText(value == data ? "(no text form)" : PlainText.of(value, valid));
    }
    return data;
  }

  private DisplayData draw(
      @Nullable Object value, Map<String, Object> params, DisplayLimits limits) {
    if (value instanceof DisplayData data) {
      return data;
    }
    if (value == null) {
      return new DisplayData("null");
    }
    if (value instanceof CharSequence) {
      // Text is text; what the library has registered for it knows no limits.
      return new DisplayData();
    }
    try {
      // The library looks for registrations by superclass, and arrays of records have none.
      return super.render(value instanceof Record[] rows ? Arrays.asList(rows) : value, params);
    } catch (ValueFailedException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      ValueFailure.requireOwn(e);
      return new DisplayData(
          PlainText.of(value, limits) + "\n(cannot be drawn: " + PlainText.message(e) + ")");
    }
  }

  /** Leaves the text form to {@link #render(Object, Map)}, which knows the limits. */
  @Override
  protected DisplayData finalizeDisplayData(DisplayData data, Object value) {
    return data;
  }

  private static boolean isPresent(String className) {
    try {
      Class.forName(className, false, KernelRenderer.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
