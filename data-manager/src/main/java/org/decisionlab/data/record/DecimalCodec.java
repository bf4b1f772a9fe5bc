// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data.record;

import java.io.Serial;
import java.math.BigDecimal;
import org.apache.spark.sql.catalyst.encoders.Codec;
import scala.runtime.AbstractFunction0;

/** Keeps Spark from rounding decimals, or making them null, without a word; executors run it. */
final class DecimalCodec extends AbstractFunction0<Codec<? super BigDecimal, BigDecimal>>
    implements Codec<BigDecimal, BigDecimal> {

  /** Digits of Spark's own decimal for Java, and how many of them stand after the point. */
  static final int PRECISION = 38;

  static final int SCALE = 18;

  @Serial private static final long serialVersionUID = 1;

  @Override
  public DecimalCodec apply() {
    return this;
  }

  @Override
  public BigDecimal encode(BigDecimal value) {
    BigDecimal plain = value.stripTrailingZeros();
    if (plain.scale() > SCALE || plain.precision() - plain.scale() > PRECISION - SCALE) {
      throw new ArithmeticException(
          value
              + " does not fit into a column: Spark keeps "
              + (PRECISION - SCALE)
              + " digits before the point and "
              + SCALE
              + " after it; round it with setScale, or keep it as a String");
    }
    return plain;
  }

  @Override
  public BigDecimal decode(BigDecimal value) {
    BigDecimal plain = value.stripTrailingZeros();
    return plain.scale() < 0 ? plain.setScale(0) : plain;
  }
}
