// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The bytes of a checkpoint of a net. */
final class CheckpointFile implements Checkpoints.Form<Checkpoint> {

  /** "DLCP", and the number of the form. */
  private static final long KIND = 0x444c_4350_0000_0002L;

  @Override
  public Map<String, String> identity(Checkpoint checkpoint) {
    return checkpoint.identity();
  }

  @Override
  public int done(Checkpoint checkpoint) {
    return checkpoint.history().size();
  }

  @Override
  public byte[] write(Checkpoint checkpoint) {
    return CheckpointParts.sealed(
        KIND,
        out -> {
          CheckpointParts.writeMap(
              out, checkpoint.identity(), text -> CheckpointParts.writeText(out, text));
          CheckpointParts.writeHistory(out, checkpoint.history());
          CheckpointParts.writeMap(out, checkpoint.now().values(), array -> write(out, array));
          CheckpointParts.writeMap(out, checkpoint.best().values(), array -> write(out, array));
          CheckpointParts.writeMap(out, checkpoint.optimizer().counts(), out::writeInt);
          CheckpointParts.writeMap(
              out, checkpoint.optimizer().arrays(), arrays -> write(out, arrays));
        });
  }

  @Override
  public Checkpoint read(byte[] bytes) throws IOException {
    DataInputStream in = CheckpointParts.opened(KIND, bytes);
    Map<String, String> identity = CheckpointParts.readMap(in, () -> CheckpointParts.readText(in));
    List<EpochResult> history = CheckpointParts.readHistory(in);
    Snapshot now = new Snapshot(CheckpointParts.readMap(in, () -> readArray(in)));
    Snapshot best = new Snapshot(CheckpointParts.readMap(in, () -> readArray(in)));
    Map<String, Integer> counts = CheckpointParts.readMap(in, in::readInt);
    Map<String, List<float[]>> arrays = CheckpointParts.readMap(in, () -> readArrays(in));
    return new Checkpoint(identity, history, now, best, new OptimizerState.Saved(counts, arrays));
  }

  private static void write(DataOutputStream out, List<float[]> arrays) throws IOException {
    out.writeInt(arrays.size());
    for (float[] array : arrays) {
      write(out, array);
    }
  }

  private static List<float[]> readArrays(DataInputStream in) throws IOException {
    List<float[]> list = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      list.add(readArray(in));
    }
    return list;
  }

  private static void write(DataOutputStream out, float[] array) throws IOException {
    out.writeInt(array.length);
    for (float value : array) {
      out.writeFloat(value);
    }
  }

  private static float[] readArray(DataInputStream in) throws IOException {
    float[] array = new float[in.readInt()];
    for (int i = 0; i < array.length; i++) {
      array[i] = in.readFloat();
    }
    return array;
  }
}
