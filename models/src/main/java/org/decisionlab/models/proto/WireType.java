// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.proto;

/** How the value of a field is stored, with the numbers of the protobuf wire format. */
final class WireType {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private WireType() {}
}
