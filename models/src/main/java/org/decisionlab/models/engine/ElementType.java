// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

/** Numbers that go into models and come out of them. */
public enum ElementType {
  /** IEEE 754, 32 bits. */
  FLOAT32(4),
  /** IEEE 754, 64 bits. */
  FLOAT64(8),
  /** Signed, 32 bits. */
  INT32(4),
  /** Signed, 64 bits. */
  INT64(8);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }
}
