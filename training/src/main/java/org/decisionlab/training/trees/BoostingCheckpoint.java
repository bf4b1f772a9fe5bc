// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.decisionlab.training.CheckpointParts;
import org.decisionlab.training.Checkpoints;
import org.decisionlab.training.EpochResult;

/**
 * A boosting between two rounds.
 *
 * @param identity what the training is, by what it is about
 * @param history the rounds so far
 * @param model all trees so far, as the library writes them
 */
@SuppressWarnings("ArrayRecordComponent") // written and read whole
record BoostingCheckpoint(Map<String, String> identity, List<EpochResult> history, byte[] model) {

  /** "DLBT", and the number of the form. */
  private static final long KIND = 0x444c_4254_0000_0002L;

  /** Its bytes. */
  static final class Form implements Checkpoints.Form<BoostingCheckpoint> {

    @Override
    public Map<String, String> identity(BoostingCheckpoint checkpoint) {
      return checkpoint.identity;
    }

    @Override
    public int done(BoostingCheckpoint checkpoint) {
      return checkpoint.history.size();
    }

    @Override
    public byte[] write(BoostingCheckpoint checkpoint) {
      return CheckpointParts.sealed(
          KIND,
          out -> {
            CheckpointParts.writeMap(
                out, checkpoint.identity, text -> CheckpointParts.writeText(out, text));
            CheckpointParts.writeHistory(out, checkpoint.history);
            out.writeInt(checkpoint.model.length);
            out.write(checkpoint.model);
          });
    }

    @Override
    public BoostingCheckpoint read(byte[] bytes) throws IOException {
      DataInputStream in = CheckpointParts.opened(KIND, bytes);
      Map<String, String> identity =
          CheckpointParts.readMap(in, () -> CheckpointParts.readText(in));
      List<EpochResult> history = CheckpointParts.readHistory(in);
      byte[] model = new byte[in.readInt()];
      in.readFully(model);
      return new BoostingCheckpoint(identity, history, model);
    }
  }
}
