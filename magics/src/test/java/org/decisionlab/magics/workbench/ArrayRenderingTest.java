// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.decisionlab.kernel.display.KernelRenderer;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.Test;

/** Arrays of the real engine. */
class ArrayRenderingTest {

  private static DisplayData draw(Object value) {
    KernelRenderer renderer = KernelRenderer.create();
    ArrayRendering.register(renderer);
    return renderer.render(value);
  }

  private static String html(Object value) {
    return String.valueOf(draw(value).getData(MIMEType.TEXT_HTML));
  }

  private static String text(Object value) {
    return String.valueOf(draw(value).getData(MIMEType.TEXT_PLAIN));
  }

  @Test
  void smallArraysAreTables() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray matrix = manager.create(new float[] {0.1f, 2, -3, 1e-7f}, new Shape(2, 2));
      assertThat(html(matrix))
          .contains("NDArray (2, 2) float32 cpu()", ">0.1<", ">2<", ">-3<", ">1E-7<");
      assertThat(text(manager.create(new long[] {5, 6})))
          .isEqualTo("NDArray (2) int64 cpu()\n0  1\n5  6");
      assertThat(text(manager.create(new boolean[] {true, false}))).contains("true  false");
      assertThat(text(manager.create(7.5))).isEqualTo("NDArray () float64 cpu()\n[7.5]");
      assertThat(text(manager.zeros(new Shape(0, 3)))).startsWith("NDArray (0, 3) float32");
      assertThat(text(manager.zeros(new Shape(0)))).startsWith("NDArray (0) float32");
    }
  }

  @Test
  void largeArraysAreCut() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray wide = manager.arange(0, 100_000, 1, DataType.INT32).reshape(1000, 100);
      assertThat(html(wide))
          .contains(">1939<", "980 more rows, 60 more columns")
          .doesNotContain(">40<", ">2000<");
      NDArray cube = wide.reshape(10, 100, 100);
      assertThat(text(cube))
          .startsWith("NDArray (10, 100, 100) int32 cpu()\n[0, 1, 2, ")
          .endsWith("48, 49, ... 99,950 more]");
    }
  }

  @Test
  void closedArraysDoNotBreakTheDisplay() {
    NDArray closed;
    try (NDManager manager = NDManager.newBaseManager()) {
      closed = manager.ones(new Shape(2));
      NDArray named = manager.ones(new Shape(3));
      named.setName("<w>");
      assertThat(html(new NDList(named))).contains("&lt;w&gt;", "NDArray (3) float32");
    }
    assertThat(text(closed)).isEqualTo("NDArray, closed");
    assertThat(text(new NDList(closed))).contains("NDArray, closed");
  }
}
