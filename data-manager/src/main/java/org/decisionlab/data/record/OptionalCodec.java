// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data.record;

import java.io.Serial;
import java.util.Optional;
import org.apache.spark.sql.catalyst.encoders.Codec;
import scala.Option;
import scala.runtime.AbstractFunction0;

/** Java's optional as Scala's, which Spark keeps as a value or null; executors run it. */
final class OptionalCodec<T> extends AbstractFunction0<Codec<? super Optional<T>, Option<T>>>
    implements Codec<Optional<T>, Option<T>> {

  @Serial private static final long serialVersionUID = 1;

  @Override
  public OptionalCodec<T> apply() {
    return this;
  }

  @Override
  public Option<T> encode(Optional<T> value) {
    return value.isPresent() ? Option.apply(value.get()) : Option.empty();
  }

  @Override
  public Optional<T> decode(Option<T> value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value.get());
  }
}
