// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Movement.Concat;
import org.decisionlab.models.graph.Movement.Pad;
import org.decisionlab.models.graph.Movement.Reshape;
import org.decisionlab.models.graph.Movement.Slice;
import org.decisionlab.models.graph.Movement.Transpose;
import org.decisionlab.models.graph.Shape;

/** Loops that copy numbers to other places. */
final class Movements {

  /** Runs shorter than this on average are copied number by number. */
  private static final int LONG_RUN = 4;

  private Movements() {}

  /**
   * Copies from one array of the working memory to another.
   *
   * @param from array to read
   * @param to array to write, another one
   * @param source for each number of the result the index in {@code from}, or -1
   * @param padding what is written where the index is -1
   */
  static Step copy(int from, int to, int[] source, float padding) {
    int[] runs = runs(source);
    if (Arrays.stream(source).anyMatch(index -> index < 0)) {
      return work -> scatter(work[from], work[to], source, padding);
    }
    if (source.length >= (long) LONG_RUN * runs.length / 3) {
      return work -> copyRuns(work[from], work[to], runs);
    }
    return work -> gather(work[from], work[to], source);
  }

  /** Copies a whole array of the working memory into a part of another. */
  static Step insert(int from, int to, int[] target) {
    int[] runs = runs(target);
    return work -> insertRuns(work[from], work[to], runs);
  }

  /** For each number of the result of a movement of one operand its index there, or -1. */
  static int[] source(Movement movement, Shape operand, Shape result) {
    List<Integer> row = result.row();
    int[] strides = Broadcasting.strides(operand.row());
    if (movement instanceof Transpose transpose) {
      int[] permuted = new int[strides.length];
      for (int i = 0; i < permuted.length; i++) {
        permuted[i] = strides[transpose.permutation().get(i + 1) - 1];
      }
      return Broadcasting.strided(row, permuted);
    }
    if (movement instanceof Slice slice) {
      int first = 0;
      int[] stepped = new int[strides.length];
      for (int i = 0; i < stepped.length; i++) {
        first += slice.starts().get(i) * strides[i];
        stepped[i] = strides[i] * slice.steps().get(i);
      }
      int[] source = Broadcasting.strided(row, stepped);
      for (int i = 0; i < source.length; i++) {
        source[i] += first;
      }
      return source;
    }
    if (movement instanceof Pad pad) {
      int[] source = new int[Broadcasting.size(row)];
      Arrays.fill(source, -1);
      int[] inside = target(pad.before(), operand.row(), row);
      for (int i = 0; i < inside.length; i++) {
        source[inside[i]] = i;
      }
      return source;
    }
    if (movement instanceof Reshape) {
      return Broadcasting.strided(operand.row(), strides);
    }
    throw new IllegalArgumentException(movement.type() + " has several operands");
  }

  /** For each number of each operand of a concatenation its index in the result. */
  static List<int[]> targets(Concat concat, List<Shape> operands, Shape result) {
    List<int[]> targets = new ArrayList<>();
    int start = 0;
    for (Shape operand : operands) {
      List<Integer> starts = new ArrayList<>(operand.row());
      starts.replaceAll(size -> 0);
      starts.set(concat.axis() - 1, start);
      targets.add(target(starts, operand.row(), result.row()));
      start += operand.dimension(concat.axis());
    }
    return targets;
  }

  private static int[] target(List<Integer> starts, List<Integer> part, List<Integer> whole) {
    int[] strides = Broadcasting.strides(whole);
    int first = 0;
    for (int i = 0; i < strides.length; i++) {
      first += starts.get(i) * strides[i];
    }
    int[] target = Broadcasting.strided(part, strides);
    for (int i = 0; i < target.length; i++) {
      target[i] += first;
    }
    return target;
  }

  /** Places, indices and lengths of stretches in which indices follow each other. */
  private static int[] runs(int[] indices) {
    int[] runs = new int[3 * indices.length];
    int count = 0;
    int start = 0;
    for (int i = 1; i <= indices.length; i++) {
      if (i == indices.length || indices[i] != indices[i - 1] + 1) {
        runs[count++] = start;
        runs[count++] = indices[start];
        runs[count++] = i - start;
        start = i;
      }
    }
    return Arrays.copyOf(runs, count);
  }

  private static void copyRuns(float[] from, float[] to, int[] runs) {
    for (int i = 0; i < runs.length; i += 3) {
      System.arraycopy(from, runs[i + 1], to, runs[i], runs[i + 2]);
    }
  }

  private static void insertRuns(float[] from, float[] to, int[] runs) {
    for (int i = 0; i < runs.length; i += 3) {
      System.arraycopy(from, runs[i], to, runs[i + 1], runs[i + 2]);
    }
  }

  private static void gather(float[] from, float[] to, int[] source) {
    for (int i = 0; i < source.length; i++) {
      to[i] = from[source[i]];
    }
  }

  private static void scatter(float[] from, float[] to, int[] source, float padding) {
    for (int i = 0; i < source.length; i++) {
      to[i] = source[i] < 0 ? padding : from[source[i]];
    }
  }
}
