// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;
import org.decisionlab.models.ModelFormatException;

/** Unpacked bytes of an archive, refused beyond a total and beyond a ratio to the packed ones. */
final class BoundedInput extends FilterInputStream {

  private static final long RATIO_JUDGED_FROM = 1 << 20;

  private final ArchiveLimits limits;
  private final LongSupplier packed;
  private long count;

  /**
   * Bounds a stream.
   *
   * @param in unpacked bytes
   * @param limits what is tolerated
   * @param packed number of packed bytes read so far
   */
  BoundedInput(InputStream in, ArchiveLimits limits, LongSupplier packed) {
    super(in);
    this.limits = limits;
    this.packed = packed;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      charge(1);
    }
    return value;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    int read = super.read(bytes, from, length);
    charge(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long wanted) throws IOException {
    byte[] buffer = new byte[(int) Math.min(8192, Math.max(0, wanted))];
    return Math.max(0, read(buffer, 0, buffer.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void charge(int read) throws ModelFormatException {
    count += read;
    if (count > limits.maxBytes()) {
      throw new ModelFormatException("the archive holds more than " + limits.maxBytes() + " bytes");
    }
    if (count > RATIO_JUDGED_FROM && count / limits.maxRatio() > packed.getAsLong()) {
      throw new ModelFormatException(
          "the archive unpacks to more than " + limits.maxRatio() + " times its size");
    }
  }
}
