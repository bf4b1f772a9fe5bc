// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bytes of a checkpoint: what it holds in Java's data format, and its SHA-256 behind it. */
final class CheckpointFile {

  private static final int MAGIC = 0x444c_4350;
  private static final int FORMAT = 1;
  private static final int DIGEST_BYTES = 32;

  private CheckpointFile() {}

  /** Writes one thing. */
  @FunctionalInterface
  private interface Writer<T> {
    void write(T value) throws IOException;
  }

  /** Reads one thing. */
  @FunctionalInterface
  private interface Reader<T> {
    T read() throws IOException;
  }

  static byte[] write(Checkpoint checkpoint) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(FORMAT);
      writeMap(out, checkpoint.identity(), out::writeUTF);
      out.writeInt(checkpoint.history().size());
      for (EpochResult result : checkpoint.history()) {
        write(out, result);
      }
      writeMap(out, checkpoint.now().values(), array -> write(out, array));
      writeMap(out, checkpoint.best().values(), array -> write(out, array));
      writeMap(out, checkpoint.optimizer().counts(), out::writeInt);
      writeMap(
          out,
          checkpoint.optimizer().arrays(),
          list -> {
            out.writeInt(list.size());
            for (float[] array : list) {
              write(out, array);
            }
          });
      out.flush();
      out.write(digest(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads the bytes.
   *
   * @throws IOException when they are not a whole checkpoint
   */
  static Checkpoint read(byte[] bytes) throws IOException {
    int length = bytes.length - DIGEST_BYTES;
    if (length < 0
        || !Arrays.equals(digest(bytes, length), Arrays.copyOfRange(bytes, length, bytes.length))) {
      throw new IOException("it is damaged: its checksum does not fit");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
    if (in.readInt() != MAGIC || in.readInt() != FORMAT) {
      throw new IOException("it is no checkpoint of this version");
    }
    Map<String, String> identity = readMap(in, in::readUTF);
    List<EpochResult> history = new ArrayList<>();
    int epochs = in.readInt();
    for (int i = 0; i < epochs; i++) {
      history.add(readResult(in));
    }
    Snapshot now = new Snapshot(readMap(in, () -> readArray(in)));
    Snapshot best = new Snapshot(readMap(in, () -> readArray(in)));
    Map<String, Integer> counts = readMap(in, in::readInt);
    Map<String, List<float[]>> arrays =
        readMap(
            in,
            () -> {
              List<float[]> list = new ArrayList<>();
              int count = in.readInt();
              for (int i = 0; i < count; i++) {
                list.add(readArray(in));
              }
              return list;
            });
    return new Checkpoint(identity, history, now, best, new OptimizerState.Saved(counts, arrays));
  }

  private static void write(DataOutputStream out, EpochResult result) throws IOException {
    out.writeInt(result.epoch());
    out.writeDouble(result.trainLoss());
    out.writeDouble(result.validationLoss());
    out.writeDouble(result.validationAuc());
    writeMap(out, result.metrics(), out::writeDouble);
    out.writeDouble(result.seconds());
    out.writeBoolean(result.best());
  }

  private static EpochResult readResult(DataInputStream in) throws IOException {
    return new EpochResult(
        in.readInt(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        readMap(in, in::readDouble),
        in.readDouble(),
        in.readBoolean());
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

  private static <T> void writeMap(DataOutputStream out, Map<String, T> map, Writer<T> writer)
      throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, T> entry : map.entrySet()) {
      out.writeUTF(entry.getKey());
      writer.write(entry.getValue());
    }
  }

  private static <T> Map<String, T> readMap(DataInputStream in, Reader<T> reader)
      throws IOException {
    Map<String, T> map = new LinkedHashMap<>();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      map.put(in.readUTF(), reader.read());
    }
    return map;
  }

  private static byte[] digest(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
