// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.decisionlab.sidecar.fault.RefusedException;

/**
 * The types of the Open Inference Protocol, and how their values become the floats of 32 bits that
 * rows have.
 */
enum Datatype {
  BOOL,
  INT8(7, true),
  INT16(15, true),
  INT32(31, true),
  INT64(63, true),
  UINT8(8, false),
  UINT16(16, false),
  UINT32(32, false),
  UINT64(64, false),
  FP16,
  BF16,
  FP32,
  FP64;

  private static final float MOST_FP16 = 65_504;
  private static final float MOST_BF16 = 0x1.FEp127f;

  private final BigInteger least;
  private final BigInteger most;

  Datatype() {
    this(0, false);
  }

  Datatype(int bits, boolean signed) {
    this.most = BigInteger.TWO.pow(bits).subtract(BigInteger.ONE);
    this.least = signed ? BigInteger.TWO.pow(bits).negate() : BigInteger.ZERO;
  }

  /**
   * The type of a name.
   *
   * @throws RefusedException when there is no such type of numbers
   */
  static Datatype of(String name, String where) {
    return Arrays.stream(values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                RefusedException.malformed(
                    where
                        + ": 'datatype' must be a type of numbers such as FP32, found '"
                        + name
                        + "'"));
  }

  /**
   * A value of this type.
   *
   * @return the float of 32 bits next to it; "not a number" for null, by which floats tell that one
   *     is missing
   * @throws RefusedException when it is none of the type, or beyond floats of 32 bits
   */
  float value(JsonNode value, String where) {
    return switch (this) {
      case BOOL -> {
        if (!value.isBoolean()) {
          throw wrong(value, where, "true or false");
        }
        yield value.asBoolean() ? 1 : 0;
      }
      case FP16 -> within(MOST_FP16, value, where);
      case BF16 -> within(MOST_BF16, value, where);
      case FP32, FP64 -> StrictJson.float32OrMissing(value, where);
      default -> {
        if (!value.isIntegralNumber()
            || value.bigIntegerValue().compareTo(least) < 0
            || value.bigIntegerValue().compareTo(most) > 0) {
          throw wrong(value, where, "a whole number from " + least + " to " + most);
        }
        yield StrictJson.float32(value, where);
      }
    };
  }

  private float within(float largest, JsonNode value, String where) {
    float number = StrictJson.float32OrMissing(value, where);
    if (Math.abs(number) > largest) {
      throw wrong(value, where, "a number from -" + largest + " to " + largest);
    }
    return number;
  }

  /** Whether values are floats of 32 bits or fewer, which nothing more can be told of. */
  boolean isNarrow() {
    return this == FP16 || this == BF16 || this == FP32;
  }

  /** Whether a value of this type is a number that no float of 32 bits tells. */
  boolean isLost(JsonNode value, float number) {
    if (!value.isNumber() || isNarrow()) {
      return false;
    }
    List<BigDecimal> both = List.of(value.decimalValue(), new BigDecimal(number));
    return this == FP64 ? !isTold(both) : !isSame(both);
  }

  private static boolean isSame(List<BigDecimal> both) {
    return both.get(0).compareTo(both.get(1)) == 0;
  }

  /** The same number, or the shortest text of the float: 0.1 is told by both. */
  private static boolean isTold(List<BigDecimal> both) {
    return isSame(both)
        || both.get(0).compareTo(new BigDecimal(Float.toString(both.get(1).floatValue()))) == 0
        || both.get(0).doubleValue() == both.get(1).doubleValue();
  }

  private RefusedException wrong(JsonNode value, String where, String expected) {
    return RefusedException.malformed(
        where + " must be " + expected + " for " + this + ", found " + StrictJson.shown(value));
  }
}
