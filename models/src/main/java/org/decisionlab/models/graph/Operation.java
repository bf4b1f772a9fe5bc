// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.List;

/**
 * What a node computes from its operands. Every operation works on each row of a batch by itself: a
 * row's result never depends on the other rows.
 */
public sealed interface Operation {

  /** Short name for messages and for names of nodes, such as {@code MatMul}. */
  String type();

  /**
   * Shape of the result.
   *
   * @param operands shapes of the operands, in order
   * @throws InvalidGraphException when the operands do not fit
   */
  Shape resultShape(List<Shape> operands);

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
  }

  /**
   * The rows that the model is asked about.
   *
   * @param features numbers in a row
   */
  record Input(int features) implements Operation {
    /** Refuses an empty row. */
    public Input {
      if (features < 1) {
        throw new InvalidGraphException("a model needs at least one feature, found " + features);
      }
    }

    @Override
    public String type() {
      return "Input";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireOperands(this, operands, 0);
      return Shape.rows(features);
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
   * Rows times a constant matrix: {@code [N,in] x [in,out] -> [N,out]}.
   *
   * @param transposeRight whether the constant is stored as {@code [out,in]}
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
