// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import com.microsoft.ml.lightgbm.SWIGTYPE_p_double;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_float;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_int;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_long_long;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_p_void;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_void;
import com.microsoft.ml.lightgbm.lightgbmlib;
import com.microsoft.ml.lightgbm.lightgbmlibConstants;

/**
 * A LightGBM model that answers. lightgbm4j's own prediction has room for two answers a row and
 * lets the library write beyond it for more classes; here the library is asked how many answers
 * there will be, and has room for all of them. One thread at a time may ask it.
 */
final class LightGbmPrediction implements AutoCloseable {

  /** Trees of the model file before the first to ask, and how many: all. */
  private static final int FIRST = 0;

  private static final int ALL = 0;
  private static final int ROW_MAJOR = 1;
  private static final int FLOATS = lightgbmlibConstants.C_API_DTYPE_FLOAT32;
  private static final int NORMAL = lightgbmlibConstants.C_API_PREDICT_NORMAL;

  private final SWIGTYPE_p_p_void handle;
  private final int columns;
  private final int outputs;
  private boolean closed;

  private LightGbmPrediction(SWIGTYPE_p_p_void handle) {
    this.handle = handle;
    columns = number(out -> lightgbmlib.LGBM_BoosterGetNumFeature(model(), out));
    outputs = number(out -> lightgbmlib.LGBM_BoosterGetNumClasses(model(), out));
  }

  /**
   * Reads a model.
   *
   * @param text the model file
   * @throws IllegalStateException when LightGBM refuses it
   */
  static LightGbmPrediction of(String text) {
    LightGbmNatives.load();
    SWIGTYPE_p_p_void handle = lightgbmlib.voidpp_handle();
    try {
      number(iterations -> lightgbmlib.LGBM_BoosterLoadModelFromString(text, iterations, handle));
    } catch (IllegalStateException e) {
      lightgbmlib.delete_voidpp(handle);
      throw e;
    }
    try {
      return new LightGbmPrediction(handle);
    } catch (IllegalStateException e) {
      lightgbmlib.LGBM_BoosterFree(lightgbmlib.voidpp_value(handle));
      lightgbmlib.delete_voidpp(handle);
      throw e;
    }
  }

  /** Answers for each row: 1, or one for each class. */
  int outputs() {
    return outputs;
  }

  /**
   * Asks the model.
   *
   * @param values row after row; what is missing is "not a number"
   * @return the answers, row after row
   */
  synchronized float[] predict(float[] values, int rows) {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
    if (values.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "%d values are not %d rows of %d columns".formatted(values.length, rows, columns));
    }
    int expected = Math.multiplyExact(rows, outputs);
    long room = Math.max(1, room(rows, expected));
    SWIGTYPE_p_float in = lightgbmlib.new_floatArray(Math.max(1, values.length));
    SWIGTYPE_p_double out = lightgbmlib.new_doubleArray(room);
    SWIGTYPE_p_long_long written = lightgbmlib.new_int64_tp();
    try {
      for (int i = 0; i < values.length; i++) {
        lightgbmlib.floatArray_setitem(in, i, values[i]);
      }
      require(ask(lightgbmlib.float_to_voidp_ptr(in), rows, written, out));
      if (lightgbmlib.int64_tp_value(written) != expected) {
        throw new IllegalStateException(
            "LightGBM gave %d answers for %d rows of %d"
                .formatted(lightgbmlib.int64_tp_value(written), rows, outputs));
      }
      float[] answers = new float[expected];
      for (int i = 0; i < expected; i++) {
        answers[i] = (float) lightgbmlib.doubleArray_getitem(out, i);
      }
      return answers;
    } finally {
      lightgbmlib.delete_int64_tp(written);
      lightgbmlib.delete_doubleArray(out);
      lightgbmlib.delete_floatArray(in);
    }
  }

  private int ask(
      SWIGTYPE_p_void in, int rows, SWIGTYPE_p_long_long written, SWIGTYPE_p_double out) {
    return lightgbmlib.LGBM_BoosterPredictForMat(
        model(),
        in,
        FLOATS,
        rows,
        columns,
        ROW_MAJOR,
        NORMAL,
        FIRST,
        ALL,
        "num_threads=1",
        written,
        out);
  }

  /** How many numbers the library says that it will write. */
  private long room(int rows, int expected) {
    SWIGTYPE_p_long_long count = lightgbmlib.new_int64_tp();
    try {
      require(lightgbmlib.LGBM_BoosterCalcNumPredict(model(), rows, NORMAL, FIRST, ALL, count));
      return Math.max(expected, lightgbmlib.int64_tp_value(count));
    } finally {
      lightgbmlib.delete_int64_tp(count);
    }
  }

  private SWIGTYPE_p_void model() {
    return lightgbmlib.voidpp_value(handle);
  }

  /** A call that tells one number. */
  @FunctionalInterface
  private interface Telling {
    int call(SWIGTYPE_p_int out);
  }

  private static int number(Telling call) {
    SWIGTYPE_p_int out = lightgbmlib.new_intp();
    try {
      require(call.call(out));
      return lightgbmlib.intp_value(out);
    } finally {
      lightgbmlib.delete_intp(out);
    }
  }

  private static void require(int code) {
    if (code != 0) {
      throw new IllegalStateException("LightGBM: " + lightgbmlib.LGBM_GetLastError());
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      int code = lightgbmlib.LGBM_BoosterFree(model());
      lightgbmlib.delete_voidpp(handle);
      require(code);
    }
  }
}
