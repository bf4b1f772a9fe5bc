// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

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

  @Override
  public DisplayData render(@Nullable Object value, Map<String, Object> params) {
    if (value instanceof DisplayData data) {
      return data;
    }
    if (value == null) {
      return new DisplayData("null");
    }
    try {
      return super.render(value, params);
    } catch (ValueFailedException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      return new DisplayData(PlainText.of(value) + "\n(cannot be drawn: " + e + ")");
    }
  }

  @Override
  protected DisplayData finalizeDisplayData(DisplayData data, Object value) {
    if (!data.hasDataForType(MIMEType.TEXT_PLAIN)) {
      data.putText(PlainText.of(value));
    }
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
