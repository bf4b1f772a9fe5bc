// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.trees;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Tree;
import org.decisionlab.models.graph.TreeEnsemble;

/**
 * Seeded decision trees as objects that refer to each other, with answers found by walking from
 * object to object: an oracle that shares nothing with the flat arrays.
 */
final class RandomTrees {

  private static final float[] THRESHOLDS = {
    0f, -0f, 1f, -1f, 0.5f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY, 1e-30f
  };

  private final Random random;
  private final int columns;
  private final int outputs;
  private final List<Question> roots = new ArrayList<>();

  RandomTrees(long seed, int columns, int outputs) {
    this.random = new Random(seed);
    this.columns = columns;
    this.outputs = outputs;
  }

  /** A node; a leaf where {@code less} is null. */
  private static final class Question {
    int column;
    float number;
    boolean missingIsLess;
    Question less;
    Question notLess;
    int place;
  }

  /** Adds trees of at most this depth, some of them lopsided. */
  RandomTrees grow(int trees, int depth) {
    for (int i = 0; i < trees; i++) {
      roots.add(grown(depth, 0.4 + 0.6 * random.nextDouble()));
    }
    return this;
  }

  private Question grown(int depth, double going) {
    Question question = new Question();
    if (depth == 0 || random.nextDouble() > going) {
      question.number = (float) random.nextGaussian() / roots.size() - 0.01f;
      question.number = Float.isFinite(question.number) ? question.number : 0.25f;
      return question;
    }
    question.column = random.nextInt(columns);
    question.number =
        random.nextInt(4) == 0
            ? THRESHOLDS[random.nextInt(THRESHOLDS.length)]
            : random.nextInt(9) / 4f - 1;
    question.missingIsLess = random.nextBoolean();
    question.less = grown(depth - 1, going);
    question.notLess = grown(depth - 1, going);
    return question;
  }

  /** The trees as an operation; each tree adds to the output of its number. */
  TreeEnsemble ensemble() {
    List<Tree> trees = new ArrayList<>();
    List<Integer> targets = new ArrayList<>();
    for (Question root : roots) {
      targets.add(targets.size() % outputs);
      trees.add(flat(root));
    }
    return new TreeEnsemble(columns, trees, targets, Tensor.vector(base()));
  }

  private float[] base() {
    float[] base = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      base[i] = 0.5f - i;
    }
    return base;
  }

  /** Rows to sums, and then to probabilities. */
  ModelGraph graph() {
    ModelGraphBuilder builder = ModelGraph.builder();
    Node sums = builder.apply("trees", ensemble(), builder.input("rows", columns));
    return builder.build(outputs == 1 ? builder.sigmoid(sums) : builder.softmax(sums));
  }

  /** The nodes in an order of their own, the root first. */
  private Tree flat(Question root) {
    List<Question> all = new ArrayList<>();
    collect(root, all);
    List<Question> mixed = new ArrayList<>(all.subList(1, all.size()));
    Collections.shuffle(mixed, random);
    mixed.add(0, root);
    int size = mixed.size();
    for (int i = 0; i < size; i++) {
      mixed.get(i).place = i;
    }
    int[] column = new int[size];
    float[] number = new float[size];
    int[] less = new int[size];
    int[] notLess = new int[size];
    boolean[] missing = new boolean[size];
    for (int i = 0; i < size; i++) {
      Question question = mixed.get(i);
      boolean leaf = question.less == null;
      column[i] = leaf ? Tree.LEAF : question.column;
      number[i] = question.number;
      less[i] = leaf ? -7 : question.less.place;
      notLess[i] = leaf ? -7 : question.notLess.place;
      missing[i] = question.missingIsLess;
    }
    return Tree.of(new Tree.Nodes(column, number, less, notLess, missing));
  }

  private static void collect(Question question, List<Question> all) {
    all.add(question);
    if (question.less != null) {
      collect(question.less, all);
      collect(question.notLess, all);
    }
  }

  /** The sums of a row. */
  double[] sums(float[] row) {
    double[] sums = new double[outputs];
    for (int i = 0; i < roots.size(); i++) {
      Question at = roots.get(i);
      while (at.less != null) {
        float value = row[at.column];
        boolean less = Float.isNaN(value) ? at.missingIsLess : value < at.number;
        at = less ? at.less : at.notLess;
      }
      sums[i % outputs] += at.number;
    }
    for (int i = 0; i < outputs; i++) {
      sums[i] += base()[i];
    }
    return sums;
  }

  /** The probabilities of a row. */
  double[] probabilities(float[] row) {
    double[] sums = sums(row);
    if (outputs == 1) {
      return new double[] {1 / (1 + Math.exp(-sums[0]))};
    }
    double total = 0;
    for (int i = 0; i < outputs; i++) {
      sums[i] = Math.exp(sums[i]);
      total += sums[i];
    }
    for (int i = 0; i < outputs; i++) {
      sums[i] /= total;
    }
    return sums;
  }

  /** Rows that often are exactly at a threshold, missing, or extreme. */
  float[][] rows(int count) {
    float[] special = {
      0f, -0f, Float.NaN, Float.NaN, Float.MAX_VALUE, -Float.MAX_VALUE, 1f, 1e-30f, -1e-30f
    };
    float[][] rows = new float[count][columns];
    for (float[] row : rows) {
      for (int i = 0; i < columns; i++) {
        row[i] =
            switch (random.nextInt(4)) {
              case 0 -> special[random.nextInt(special.length)];
              case 1 -> random.nextInt(9) / 4f - 1;
              default -> (float) random.nextGaussian();
            };
      }
    }
    return rows;
  }
}
