// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What checkpoints of all kinds are made of, in Java's data format: a number that says which kind,
 * maps, the history, and at the end a SHA-256 of all before it.
 */
public final class CheckpointParts {

  private static final int DIGEST_BYTES = 32;

  private CheckpointParts() {}

  /** Writes one thing. */
  @FunctionalInterface
  public interface Writer<T> {
    /** Writes it. */
    void write(T value) throws IOException;
  }

  /** Reads one thing. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Reads it. */
    T read() throws IOException;
  }

  /**
   * The bytes of a checkpoint.
   *
   * @param kind tells which kind and form it is
   * @param content writes what it holds
   */
  public static byte[] sealed(long kind, Writer<DataOutputStream> content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(kind);
      content.write(out);
      out.flush();
      out.write(digest(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * What a checkpoint holds, to be read.
   *
   * @throws IOException when it is not a whole checkpoint of this kind
   */
  public static DataInputStream opened(long kind, byte[] bytes) throws IOException {
    int length = bytes.length - DIGEST_BYTES;
    if (length < 0
        || !Arrays.equals(digest(bytes, length), Arrays.copyOfRange(bytes, length, bytes.length))) {
      throw new IOException("it is damaged: its checksum does not fit");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
    if (in.readLong() != kind) {
      throw new IOException("it is no checkpoint of this kind and version");
    }
    return in;
  }

  /** Writes the epochs or rounds. */
  public static void writeHistory(DataOutputStream out, List<EpochResult> history)
      throws IOException {
    out.writeInt(history.size());
    for (EpochResult result : history) {
      out.writeInt(result.epoch());
      out.writeDouble(result.trainLoss());
      out.writeDouble(result.validationLoss());
      out.writeDouble(result.validationAuc());
      writeMap(out, result.metrics(), out::writeDouble);
      out.writeDouble(result.seconds());
      out.writeBoolean(result.best());
    }
  }

  /** The reverse of {@link #writeHistory}. */
  public static List<EpochResult> readHistory(DataInputStream in) throws IOException {
    List<EpochResult> history = new ArrayList<>();
    int epochs = in.readInt();
    for (int i = 0; i < epochs; i++) {
      history.add(
          new EpochResult(
              in.readInt(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble(),
              readMap(in, in::readDouble),
              in.readDouble(),
              in.readBoolean()));
    }
    return history;
  }

  /** Writes a text of any length. */
  public static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** The reverse of {@link #writeText}. */
  public static String readText(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Writes what is known by names. */
  public static <T> void writeMap(DataOutputStream out, Map<String, T> map, Writer<T> writer)
      throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, T> entry : map.entrySet()) {
      out.writeUTF(entry.getKey());
      writer.write(entry.getValue());
    }
  }

  /** The reverse of {@link #writeMap}. */
  public static <T> Map<String, T> readMap(DataInputStream in, Reader<T> reader)
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
