// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every array operation that is exported, by itself: DJL against every runtime. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsTest {

  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @TempDir private Path folder;

  @AfterAll
  void close() {
    manager.close();
  }

  private static final List<Named<UnaryOperator<NDArray>>> CASES = new ArrayList<>();

  private static void operation(String name, UnaryOperator<NDArray> function) {
    CASES.add(Named.of(name, function));
  }

  static Stream<Named<UnaryOperator<NDArray>>> ofRows() {
    CASES.clear();
    functions();
    arithmetic();
    truths();
    return List.copyOf(CASES).stream();
  }

  private static void functions() {
    operation("neg", NDArray::neg);
    operation("abs", NDArray::abs);
    operation("sign", NDArray::sign);
    operation("exp", NDArray::exp);
    operation("log", x -> x.abs().add(0.1).log());
    operation("log10", x -> x.abs().add(0.1).log10());
    operation("log2", x -> x.abs().add(0.1).log2());
    operation("sqrt", x -> x.abs().sqrt());
    operation("cbrt", x -> x.abs().cbrt());
    operation("square", NDArray::square);
    operation("floor", NDArray::floor);
    operation("ceil", NDArray::ceil);
    operation("round", NDArray::round);
    operation("trunc", NDArray::trunc);
    operation("erf", NDArray::erf);
    operation("sin", NDArray::sin);
    operation("cos", NDArray::cos);
    operation("tan", x -> x.mul(0.3).tan());
    operation("asin", x -> x.tanh().asin());
    operation("acos", x -> x.tanh().acos());
    operation("atan", NDArray::atan);
    operation("sinh", NDArray::sinh);
    operation("cosh", NDArray::cosh);
    operation("degrees", x -> x.toDegrees().toRadians());
    operation("softPlus", x -> x.mul(8).getNDArrayInternal().softPlus());
    operation("softSign", x -> x.getNDArrayInternal().softSign());
    operation("leakyRelu", x -> x.getNDArrayInternal().leakyRelu(0.2f));
    operation("elu", x -> x.getNDArrayInternal().elu(1.3f));
    operation("selu", x -> x.getNDArrayInternal().selu());
    operation("gelu", x -> x.getNDArrayInternal().gelu());
    operation("swish", x -> x.getNDArrayInternal().swish(0.7f));
    operation("mish", x -> x.getNDArrayInternal().mish());
    operation("duplicate", x -> x.duplicate().add(x.stopGradient()));
  }

  private static void arithmetic() {
    operation("pow", x -> x.abs().pow(1.5));
    operation("powOfArray", x -> x.abs().pow(x));
    operation("square by pow", x -> x.pow(2));
    operation("rpow", x -> x.getNDArrayInternal().rpow(2));
    operation("mod", x -> x.mod(0.7));
    operation("mod negative", x -> x.mod(-0.7));
    operation("maximum", x -> x.maximum(0.3).add(x.maximum(x.neg())));
    operation("minimum", x -> x.minimum(0.3).add(x.minimum(x.neg())));
    operation("clip", x -> x.clip(-0.5, 0.8));
    operation("rsub", x -> NDArrays.sub(1, x).mul(NDArrays.div(2, x.abs().add(1))));
    operation("left constant", x -> x.getManager().create(2f).mul(x));
    operation("left vector", x -> x.getManager().create(new float[] {1, 2, 3, 4, 5, 6}).sub(x));
    operation("ones", x -> x.add(x.onesLike()).mul(x.getManager().ones(x.getShape())));
    operation("zeros", x -> x.add(x.zerosLike()));
    operation("concat constant", x -> x.concat(x.onesLike(), 1));
    operation("double", x -> x.mul(0.1).add(1.0 / 3));
    operation("whole", x -> x.mul(3).toType(DataType.INT64, false).toType(DataType.FLOAT32, false));
    operation("oneHot", x -> oneHot(x.abs().minimum(3)));
    operation("buckets", x -> buckets(x, 0.5f, -1, 0.75f));
  }

  private static NDArray oneHot(NDArray x) {
    return x.toType(DataType.INT64, false).oneHot(4, DataType.FLOAT32).flatten(1, 2);
  }

  private static NDArray buckets(NDArray x, float... bounds) {
    NDArray sum = x.mul(0);
    for (float bound : bounds) {
      sum = sum.add(x.gte(bound).toType(DataType.FLOAT32, false));
    }
    return sum;
  }

  private static NDArray number(NDArray truth) {
    return truth.toType(DataType.FLOAT32, false);
  }

  private static void truths() {
    operation("lt", x -> number(x.lt(0)).add(number(x.lt(x.neg()))));
    operation("lte", x -> number(x.lte(0)));
    operation("gt", x -> number(x.gt(0.5)));
    operation("gte", x -> number(x.gte(0.5)));
    operation("eq", x -> number(x.floor().eq(0)));
    operation("neq", x -> number(x.floor().neq(0)));
    operation("and", x -> number(x.gt(0).logicalAnd(x.lt(1))));
    operation("or", x -> number(x.gt(1).logicalOr(x.lt(-1))));
    operation("xor", x -> number(x.gt(1).logicalXor(x.lt(0))));
    operation("not", x -> number(x.gt(1).logicalNot()));
    operation("where", x -> NDArrays.where(x.gt(0), x.mul(2), x.neg()));
    operation("truth times number", x -> x.mul(x.gt(0)));
    operation("boolean", x -> number(x.floor().toType(DataType.BOOLEAN, false)));
  }

  static Stream<Named<UnaryOperator<NDArray>>> ofArrays() {
    CASES.clear();
    movements();
    reductions();
    products();
    return List.copyOf(CASES).stream();
  }

  private static void movements() {
    operation("transpose", x -> x.transpose(0, 2, 1));
    operation("swapAxes", x -> x.swapAxes(1, -1));
    operation("reshape", x -> x.reshape(-1, 2, 6).mul(2));
    operation("merged", x -> x.reshape(-1, 4).mul(x.getManager().create(4f)).reshape(-1, 3, 4));
    operation("squeeze", x -> x.expandDims(1).mul(3).squeeze(1));
    operation("slice", x -> x.get(":, 1:3, ::2"));
    operation("pick", x -> x.get(":, 1"));
    operation("pick last", x -> x.get("..., -1"));
    operation("split", x -> NDArrays.add(parts(x.split(2, 2)), parts(x.split(new long[] {2}, 2))));
    operation("concat", x -> x.concat(x.mul(2), 1));
    operation("concat last", x -> NDArrays.concat(new NDList(x, x.neg(), x), -1));
    operation("stack", x -> NDArrays.stack(new NDList(x, x.neg()), 1));
    operation("stack last", x -> NDArrays.stack(new NDList(x, x.neg()), -1));
    operation("flip", x -> x.flip(1, 2));
    operation("broadcast", x -> x.expandDims(1).broadcast(new Shape(x.size(0), 2, 3, 4)));
    operation("tile", x -> x.tile(new long[] {1, 2, 3}));
    operation("repeat", x -> x.repeat(1, 2));
    operation("pad", x -> x.pad(new Shape(1, 2, 0, 1), 0.5));
  }

  private static NDArray parts(NDList parts) {
    return parts.get(0).mul(parts.get(1));
  }

  private static void reductions() {
    operation("sum", x -> x.sum(new int[] {1}));
    operation("sum of two", x -> x.sum(new int[] {1, 2}, true));
    operation("mean", x -> x.mean(new int[] {2}, true));
    operation("max", x -> x.max(new int[] {1}));
    operation("min", x -> x.min(new int[] {-1}, true));
    operation("prod", x -> x.prod(new int[] {2}));
    operation("norm", x -> x.norm(new int[] {2}, true));
    operation("normalize", x -> x.normalize(2, 1));
    operation("softmax", x -> x.softmax(1));
    operation("softmax last", x -> x.softmax(-1));
    operation("logSoftmax", x -> x.logSoftmax(2));
    operation("logSoftmax inner", x -> x.mul(20).logSoftmax(1));
    operation("cumSum", x -> x.cumSum(1));
    operation("cumSum last", x -> x.cumSum(2));
    operation("softmax of merged", x -> x.reshape(-1, 4).softmax(1).reshape(-1, 12));
  }

  private static void products() {
    operation("matMul", x -> x.matMul(x.transpose(0, 2, 1)));
    operation("batchMatMul", x -> x.batchMatMul(x.transpose(0, 2, 1)));
    operation("matMul constant", x -> x.matMul(matrix(x, 4, 2)));
    operation("constant matMul", x -> matrix(x, 2, 3).matMul(x));
    operation("heads", x -> x.reshape(-1, 3, 2, 2).matMul(matrix(x, 12, 1).reshape(3, 2, 2)));
    operation("merged matMul", x -> x.reshape(-1, 4).matMul(matrix(x, 4, 5)).reshape(-1, 15));
    operation(
        "merged by batch",
        x -> {
          NDArray heads = x.reshape(-1, 2, 2);
          return heads.matMul(heads.transpose(0, 2, 1)).softmax(2).reshape(-1, 12);
        });
  }

  private static NDArray matrix(NDArray x, int rows, int columns) {
    return x.getManager()
        .arange(rows * columns)
        .toType(DataType.FLOAT32, false)
        .sub(3)
        .div(5)
        .reshape(rows, columns);
  }

  @ParameterizedTest
  @MethodSource("ofRows")
  void ofRows(UnaryOperator<NDArray> function) throws Exception {
    check(function, new Shape(6));
  }

  @ParameterizedTest
  @MethodSource("ofArrays")
  void ofArrays(UnaryOperator<NDArray> function) throws Exception {
    check(function, new Shape(3, 4));
  }

  private void check(UnaryOperator<NDArray> function, Shape row) throws Exception {
    LambdaBlock block = LambdaBlock.singleton(x -> function.apply(x).reshape(x.size(0), -1));
    Judge judge = new Judge(manager, 11);
    judge.initialise(block, row);
    judge.check(block, row, false, folder, 1, 3);
  }
}
