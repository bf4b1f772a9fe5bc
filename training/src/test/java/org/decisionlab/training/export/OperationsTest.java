// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.transformer.IdEmbedding;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every array operation that is exported, by itself: DJL against every runtime. */
class OperationsTest extends ArrayOperations {

  Stream<Named<UnaryOperator<NDArray>>> ofRows() {
    return named(this::functions, this::arithmetic, this::truths);
  }

  private void functions() {
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
    operation(
        "atan2",
        x ->
            x.atan2(x.mul(x).sub(1)).add(x.round().atan2(x.mul(0))).add(x.mul(0).atan2(x.round())));
    operation("xlogy", x -> x.round().xlogy(x.abs().add(0.1)));
    operation("isInfinite", x -> number(x.div(x.gt(0)).isInfinite()));
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

  private void arithmetic() {
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
    operation("rmod", x -> x.abs().add(0.1).getNDArrayInternal().rmod(5));
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

  private void truths() {
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

  Stream<Named<UnaryOperator<NDArray>>> ofArrays() {
    return named(this::movements, this::reductions, this::products, this::orders, this::picks);
  }

  private void movements() {
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
    operation("diagonal", x -> x.diagonal(0, 1, 2));
    operation("diagonal above", x -> x.diagonal(2, 2, 1));
    operation("diagonal below", x -> x.diagonal(-1, 1, 2));
    for (int times = -1; times < 3; times++) {
      int quarters = times;
      operation("rotate90 " + times, x -> x.rotate90(quarters, new int[] {1, 2}));
      operation("rotate90 back " + times, x -> x.rotate90(quarters, new int[] {2, 1}));
    }
    operation("pad", x -> x.pad(new Shape(1, 2, 0, 1), 0.5));
  }

  private static NDArray parts(NDList parts) {
    return parts.get(0).mul(parts.get(1));
  }

  private void reductions() {
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
    operation("cumProd", x -> x.cumProd(1).add(x.cumProd(2)));
    operation("diff", x -> x.diff(1, 2));
    operation("diff twice", x -> x.diff(2, 1));
    operation("countNonzero", x -> number(x.round().countNonzero(2)));
    operation("softmax of merged", x -> x.reshape(-1, 4).softmax(1).reshape(-1, 12));
  }

  /** Rounded, so that many are equal. */
  private static NDArray ties(NDArray x) {
    return x.mul(2).round();
  }

  private void orders() {
    operation("sort", x -> x.sort().add(ties(x).sort(1)));
    operation("sort of merged", x -> x.reshape(-1, 4).sort(1).reshape(-1, 12));
    operation("argSort", x -> number(x.argSort(1, true)));
    operation("argSort down", x -> number(x.argSort(2, false)));
    operation("argSort of equals", x -> number(ties(x).argSort(2)));
    operation("argSort of equals down", x -> number(ties(x).argSort(2, false)));
    operation("topK", x -> x.topK(2, 2).get(0));
    operation("topK smallest", x -> x.topK(3, 1, false, true).get(0));
    operation("argMax", x -> number(x.argMax(1)));
    operation("argMax of equals", x -> number(ties(x).argMax(2)));
    operation("argMin of equals", x -> number(ties(x).argMin(-1)));
    operation("median", x -> x.median(new int[] {1}));
    operation("median of four", x -> x.median(new int[] {2}));
    operation("percentile", x -> x.percentile(30, new int[] {2}));
    operation("percentile exact", x -> x.percentile(50, new int[] {1}));
  }

  private void picks() {
    operation("gather", x -> x.gather(x.argSort(2), 2));
    operation("gather few", x -> x.gather(x.abs().minimum(2).toType(DataType.INT64, false), 1));
    operation("gather part", x -> x.gather(x.get(":, :, :2").argSort(2), 2));
    operation("gather constant", x -> x.gather(constantIndex(x), 2));
  }

  private static NDArray constantIndex(NDArray x) {
    return x.getManager()
        .create(new long[] {3, 0, 1, 1, 2, 3}, new Shape(1, 3, 2))
        .repeat(0, x.size(0));
  }

  private void products() {
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

  @Test
  void idEmbedding() throws Exception {
    Block block =
        new SequentialBlock()
            .add(new IdEmbedding.Builder().setDictionarySize(5).setEmbeddingSize(3).build())
            .add(Blocks.batchFlattenBlock());
    Judge judge = new Judge(manager, 12);
    judge.initialise(block, new Shape(4));
    judge.check(block, new Shape(4), true, folder, 1, 3, 257);
  }

  private void check(UnaryOperator<NDArray> function, Shape row) throws Exception {
    LambdaBlock block = LambdaBlock.singleton(x -> function.apply(x).reshape(x.size(0), -1));
    Judge judge = new Judge(manager, 11);
    judge.initialise(block, row);
    judge.check(block, row, false, folder, 1, 3);
  }
}
