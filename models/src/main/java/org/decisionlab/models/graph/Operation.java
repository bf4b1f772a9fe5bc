// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.List;

/**
 * What a node computes from its operands. Every operation works on each row of a batch by itself: a
 * row's result never depends on the other rows.
 *
 * <p>Operations come in families, one file each: what has a family of its own here is one method of
 * {@link Cases}, and one file in every writer, reader and evaluator.
 */
public sealed interface Operation
    permits Operation.Input,
        Operation.Constant,
        Operation.MatMul,
        Operation.Binary,
        Operation.Unary,
        Selection,
        Movement,
        Reduction,
        Window,
        Lookup,
        TreeEnsemble {

  /** Short name for messages and for names of nodes, such as {@code MatMul}. */
  String type();

  /**
   * Shape of the result.
   *
   * @param operands shapes of the operands, in order
   * @throws InvalidGraphException when the operands do not fit
   */
  Shape resultShape(List<Shape> operands);

  /**
   * Multiplications, or steps as dear, for one row.
   *
   * @param operands shapes of the operands, in order
   * @param result shape of the result
   */
  default long work(List<Shape> operands, Shape result) {
    return result.elements();
  }

  /** Calls the method of {@code cases} that belongs to this operation. */
  <R> R match(Cases<R> cases);

  /**
   * One method for each operation, so that a new one cannot be forgotten by a writer or evaluator.
   *
   * @param <R> what the methods return
   */
  interface Cases<R> {
    /** The model's input. */
    R input(Input operation);

    /** A constant. */
    R constant(Constant operation);

    /** A product of matrices. */
    R matMul(MatMul operation);

    /** Arithmetic of two operands, element by element. */
    R binary(Binary operation);

    /** A function of one operand. */
    R unary(Unary operation);

    /** A choice between two operands. */
    R selection(Selection operation);

    /** Numbers that change their place. */
    R movement(Movement operation);

    /** One number made of many. */
    R reduction(Reduction operation);

    /** A window that slides over an image. */
    R window(Window operation);

    /** Rows of a constant table. */
    R lookup(Lookup operation);

    /** Sums of decision trees. */
    R treeEnsemble(TreeEnsemble operation);
  }

  /**
   * The rows that the model is asked about.
   *
   * @param shape as many rows as are asked, each a vector, or an image or sequence
   */
  record Input(Shape shape) implements Operation {
    /** Refuses an empty row. */
    public Input {
      if (!shape.isBatched() || shape.rank() < 2) {
        throw new InvalidGraphException(
            "the input must be rows [N,features] or rows of arrays, found " + shape);
      }
    }

    /** Rows of {@code features} numbers. */
    public Input(int features) {
      this(rows(features));
    }

    private static Shape rows(int features) {
      if (features < 1) {
        throw new InvalidGraphException("a model needs at least one feature, found " + features);
      }
      return Shape.rows(features);
    }

    /** Numbers in a row. */
    public int features() {
      return (int) shape.elements();
    }

    @Override
    public String type() {
      return "Input";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireOperands(this, operands, 0);
      return shape;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.input(this);
    }
  }

  /**
   * A weight, bias or statistic.
   *
   * @param value its numbers
   */
  record Constant(Tensor value) implements Operation {
    @Override
    public String type() {
      return "Constant";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireOperands(this, operands, 0);
      return value.shape();
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.constant(this);
    }
  }

  /**
   * A product of matrices: {@code [N,..,in] x [in,out] -> [N,..,out]} with a constant matrix, or
   * {@code [N,..,m,k] x [N,..,k,n] -> [N,..,m,n]}, where either may be constant and the dimensions
   * in front are broadcast.
   *
   * @param transposeRight whether the right operand is stored with its last two dimensions swapped
   */
  record MatMul(boolean transposeRight) implements Operation {
    @Override
    public String type() {
      return "MatMul";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireOperands(this, operands, 2);
      return Shapes.product(operands.get(0), operands.get(1), transposeRight);
    }

    @Override
    public long work(List<Shape> operands, Shape result) {
      return result.elements() * operands.get(0).width();
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.matMul(this);
    }
  }

  /**
   * Arithmetic element by element; operands are broadcast from the innermost dimension outwards.
   *
   * @param function which arithmetic
   */
  record Binary(BinaryFunction function) implements Operation {

    @Override
    public String type() {
      return function.type();
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireOperands(this, operands, 2);
      return Shapes.broadcast(operands.get(0), operands.get(1));
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.binary(this);
    }
  }

  /**
   * A function of one operand that keeps its shape.
   *
   * @param function which function
   */
  record Unary(UnaryFunction function) implements Operation {

    @Override
    public String type() {
      return function.type();
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireOperands(this, operands, 1);
      Shape operand = operands.get(0);
      if (function == UnaryFunction.SOFTMAX && operand.rank() == 0) {
        throw new InvalidGraphException("softmax needs at least one dimension, found a scalar");
      }
      return operand;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.unary(this);
    }
  }
}
