// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.recurrent.RNN;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent layers, unrolled over the steps of the sequence. Parameters come as PyTorch keeps them:
 * for each layer and direction the weights of input and state, then their biases where there are
 * any; gates lie one behind the other.
 */
final class RecurrentOperators {

  static final Map<String, Operator> ALL =
      Map.of(
          "rnn(NDArray,NDArray,NDList,boolean,int,Activation,double,boolean,boolean,boolean)",
              RecurrentOperators::rnn,
          "gru(NDArray,NDArray,NDList,boolean,int,double,boolean,boolean,boolean)",
              RecurrentOperators::gru,
          "lstm(NDArray,NDList,NDList,boolean,int,double,boolean,boolean,boolean)",
              RecurrentOperators::lstm);

  private RecurrentOperators() {}

  /** What the steps of a cell do: from projected input and states to the new states. */
  @FunctionalInterface
  private interface Cell {
    /**
     * One step.
     *
     * @param input the input times its weights, with bias
     * @param states what the cell remembers, its output first
     * @param weights those of this layer and direction
     */
    List<Node> step(Node input, List<Node> states, Weights weights);
  }

  /** Weights of one layer in one direction; biases may be absent. */
  private record Weights(
      Node input, Node state, @Nullable Node inputBias, @Nullable Node stateBias) {}

  /** How a layer is built. */
  private record Settings(boolean biases, int layers, boolean bidirectional) {
    static Settings of(OperatorCall call, int first, int afterwards) {
      if (!Boolean.TRUE.equals(call.arguments().get(afterwards + 2))) {
        throw call.refusal("the batch must be the first dimension (batchFirst)");
      }
      call.requireInference(afterwards);
      return new Settings(
          (Boolean) call.argument(first),
          call.integer(first + 1),
          (Boolean) call.argument(afterwards + 1));
    }

    int directions() {
      return bidirectional ? 2 : 1;
    }
  }

  private static List<@Nullable Node> rnn(OperatorCall call) {
    UnaryFunction function =
        call.argument(5) == RNN.Activation.RELU ? UnaryFunction.RELU : UnaryFunction.TANH;
    return run(
        call,
        Settings.of(call, 3, 7),
        List.of(call.operand(1)),
        (input, states, weights) -> {
          GraphWords graph = call.graph();
          Node sum = graph.add(input, projected(graph, states.get(0), weights));
          return List.of(graph.apply(function, sum));
        });
  }

  /** Gates: reset, update, new. */
  private static List<@Nullable Node> gru(OperatorCall call) {
    return run(
        call,
        Settings.of(call, 3, 6),
        List.of(call.operand(1)),
        (input, states, weights) -> {
          GraphWords graph = call.graph();
          Node before = states.get(0);
          Node remembered = projected(graph, before, weights);
          int size = before.shape().width();
          Node gates =
              graph.apply(
                  UnaryFunction.SIGMOID,
                  graph.add(
                      graph.slice(input, 1, 0, 2 * size), graph.slice(remembered, 1, 0, 2 * size)));
          Node reset = graph.slice(gates, 1, 0, size);
          Node update = graph.slice(gates, 1, size, 2 * size);
          Node proposed =
              graph.apply(
                  UnaryFunction.TANH,
                  graph.add(
                      graph.slice(input, 1, 2 * size, 3 * size),
                      graph.multiply(reset, graph.slice(remembered, 1, 2 * size, 3 * size))));
          Node change = graph.multiply(update, graph.subtract(before, proposed));
          return List.of(graph.add(proposed, change));
        });
  }

  /** Gates: input, forget, cell, output. */
  private static List<@Nullable Node> lstm(OperatorCall call) {
    NDList states = (NDList) call.argument(1);
    return run(
        call,
        Settings.of(call, 3, 6),
        states.stream().map(call.tracer()::operand).toList(),
        (input, before, weights) -> {
          GraphWords graph = call.graph();
          Node sum = graph.add(input, projected(graph, before.get(0), weights));
          int size = before.get(0).shape().width();
          Node take = gate(graph, sum, 0, size);
          Node keep = gate(graph, sum, 1, size);
          Node give = gate(graph, sum, 3, size);
          Node proposed = graph.apply(UnaryFunction.TANH, graph.slice(sum, 1, 2 * size, 3 * size));
          Node cell =
              graph.add(graph.multiply(keep, before.get(1)), graph.multiply(take, proposed));
          Node output = graph.multiply(give, graph.apply(UnaryFunction.TANH, cell));
          return List.of(output, cell);
        });
  }

  private static Node gate(GraphWords graph, Node sum, int which, int size) {
    return graph.apply(
        UnaryFunction.SIGMOID, graph.slice(sum, 1, which * size, (which + 1) * size));
  }

  private static Node projected(GraphWords graph, Node state, Weights weights) {
    Node product = graph.product(state, weights.state(), true);
    return weights.stateBias() == null ? product : graph.add(product, weights.stateBias());
  }

  /** The outputs of all steps; the last states have the batch inside and must not be used. */
  private static List<@Nullable Node> run(
      OperatorCall call, Settings settings, List<TracedArray> begin, Cell cell) {
    if (call.tracer().operand((NDArray) call.argument(0)).merged() > 0) {
      throw call.refusal("the batch has been merged with another dimension");
    }
    List<Tensor> states =
        begin.stream().map(each -> beginning(call, call.constant(each, "first state"))).toList();
    List<Node> parameters = new ArrayList<>();
    for (NDArray parameter : (NDList) call.argument(2)) {
      parameters.add(
          call.graph().constant(call.constant(call.tracer().operand(parameter), "parameter")));
    }
    Node sequence = call.traced(0, "sequence");
    for (int layer = 0; layer < settings.layers(); layer++) {
      List<Node> directions = new ArrayList<>();
      for (int d = 0; d < settings.directions(); d++) {
        int index = layer * settings.directions() + d;
        Weights weights = weights(parameters, index, settings.biases());
        directions.add(
            pass(
                call.graph(),
                sequence,
                first(call, states, index, sequence),
                weights,
                cell,
                d == 1));
      }
      sequence = call.graph().concat(2, directions);
    }
    List<@Nullable Node> results = new ArrayList<>(Arrays.asList(new Node[call.results().size()]));
    results.set(0, sequence);
    return results;
  }

  private static Weights weights(List<Node> parameters, int index, boolean biases) {
    int at = index * (biases ? 4 : 2);
    return new Weights(
        parameters.get(at),
        parameters.get(at + 1),
        biases ? parameters.get(at + 2) : null,
        biases ? parameters.get(at + 3) : null);
  }

  /** Begin states of shape (layers, batch, size), the same for the whole batch. */
  private static Tensor beginning(OperatorCall call, Tensor states) {
    Shape shape = states.shape();
    int layers = shape.dimension(0);
    int rows = shape.dimension(1);
    int size = shape.dimension(2);
    float[] first = new float[layers * size];
    for (int i = 0; i < states.size(); i++) {
      int to = i / (rows * size) * size + i % size;
      if (i / size % rows == 0) {
        first[to] = states.get(i);
      } else if (first[to] != states.get(i)) {
        throw call.refusal("its first state is not the same for all rows");
      }
    }
    return Tensor.of(first, layers, size);
  }

  private static List<Node> first(
      OperatorCall call, List<Tensor> states, int index, Node sequence) {
    List<Node> first = new ArrayList<>();
    for (Tensor all : states) {
      int size = all.shape().dimension(1);
      float[] own = Arrays.copyOfRange(all.toArray(), index * size, (index + 1) * size);
      first.add(call.graph().everyRow(Tensor.vector(own), sequence));
    }
    return first;
  }

  private static Node pass(
      GraphWords graph,
      Node sequence,
      List<Node> begin,
      Weights weights,
      Cell cell,
      boolean backwards) {
    Node projected = graph.product(sequence, weights.input(), true);
    if (weights.inputBias() != null) {
      projected = graph.add(projected, weights.inputBias());
    }
    int steps = sequence.shape().dimension(1);
    Node[] outputs = new Node[steps];
    List<Node> states = begin;
    for (int i = 0; i < steps; i++) {
      int step = backwards ? steps - 1 - i : i;
      states = cell.step(graph.pick(projected, step), states, weights);
      Node output = states.get(0);
      outputs[step] = graph.reshape(output, List.of(1, output.shape().width()));
    }
    return graph.concat(1, List.of(outputs));
  }
}
