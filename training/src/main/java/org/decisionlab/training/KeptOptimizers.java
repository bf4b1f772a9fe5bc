// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * DJL's optimisers with a state that checkpoints can keep. Each is a class of its own, and what
 * keeps the state overrides protected methods: that is why the three say the same.
 */
final class KeptOptimizers {

  private KeptOptimizers() {}

  /**
   * An optimiser and its state.
   *
   * @param state null where it is not known
   */
  record Kept(Optimizer optimizer, @Nullable OptimizerState state) {
    void close() {
      if (state != null) {
        state.close();
      }
    }
  }

  static Kept of(Adam.Builder builder) {
    OptimizerState state = new OptimizerState();
    return new Kept(new KeptAdam(builder, state), state);
  }

  static Kept of(AdamW.Builder builder) {
    OptimizerState state = new OptimizerState();
    return new Kept(new KeptAdamW(builder, state), state);
  }

  static Kept of(Sgd.Builder builder) {
    OptimizerState state = new OptimizerState();
    return new Kept(new KeptSgd(builder, state), state);
  }

  private static final class KeptAdam extends Adam {

    private final OptimizerState state;

    KeptAdam(Adam.Builder builder, OptimizerState state) {
      super(builder);
      this.state = state;
    }

    @Override
    protected int updateCount(String id) {
      return state.count(id);
    }

    @Override
    protected NDArray withDefaultState(
        Map<String, Map<Device, NDArray>> kind,
        String id,
        Device device,
        Function<String, NDArray> first) {
      return state.seen(kind, id, super.withDefaultState(kind, id, device, first));
    }
  }

  private static final class KeptAdamW extends AdamW {

    private final OptimizerState state;

    KeptAdamW(AdamW.Builder builder, OptimizerState state) {
      super(builder);
      this.state = state;
    }

    @Override
    protected int updateCount(String id) {
      return state.count(id);
    }

    @Override
    protected NDArray withDefaultState(
        Map<String, Map<Device, NDArray>> kind,
        String id,
        Device device,
        Function<String, NDArray> first) {
      return state.seen(kind, id, super.withDefaultState(kind, id, device, first));
    }
  }

  private static final class KeptSgd extends Sgd {

    private final OptimizerState state;

    KeptSgd(Sgd.Builder builder, OptimizerState state) {
      super(builder);
      this.state = state;
    }

    @Override
    protected int updateCount(String id) {
      return state.count(id);
    }

    @Override
    protected NDArray withDefaultState(
        Map<String, Map<Device, NDArray>> kind,
        String id,
        Device device,
        Function<String, NDArray> first) {
      return state.seen(kind, id, super.withDefaultState(kind, id, device, first));
    }
  }
}
