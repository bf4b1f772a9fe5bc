// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data.record;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.ArrayEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.EncoderField;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.InstantEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.IterableEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.JavaDecimalEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.JavaEnumEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.LocalDateEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.MapEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.OptionEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.ProductEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.TransformingEncoder;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.Metadata;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/** Finds Spark's own encoder for each component of a record. */
final class RecordEncoders {

  private static final Map<Class<?>, AgnosticEncoder<?>> PLAIN =
      Map.ofEntries(
          Map.entry(boolean.class, AgnosticEncoders.PrimitiveBooleanEncoder$.MODULE$),
          Map.entry(byte.class, AgnosticEncoders.PrimitiveByteEncoder$.MODULE$),
          Map.entry(short.class, AgnosticEncoders.PrimitiveShortEncoder$.MODULE$),
          Map.entry(int.class, AgnosticEncoders.PrimitiveIntEncoder$.MODULE$),
          Map.entry(long.class, AgnosticEncoders.PrimitiveLongEncoder$.MODULE$),
          Map.entry(float.class, AgnosticEncoders.PrimitiveFloatEncoder$.MODULE$),
          Map.entry(double.class, AgnosticEncoders.PrimitiveDoubleEncoder$.MODULE$),
          Map.entry(Boolean.class, AgnosticEncoders.BoxedBooleanEncoder$.MODULE$),
          Map.entry(Byte.class, AgnosticEncoders.BoxedByteEncoder$.MODULE$),
          Map.entry(Short.class, AgnosticEncoders.BoxedShortEncoder$.MODULE$),
          Map.entry(Integer.class, AgnosticEncoders.BoxedIntEncoder$.MODULE$),
          Map.entry(Long.class, AgnosticEncoders.BoxedLongEncoder$.MODULE$),
          Map.entry(Float.class, AgnosticEncoders.BoxedFloatEncoder$.MODULE$),
          Map.entry(Double.class, AgnosticEncoders.BoxedDoubleEncoder$.MODULE$),
          Map.entry(String.class, AgnosticEncoders.StringEncoder$.MODULE$),
          Map.entry(byte[].class, AgnosticEncoders.BinaryEncoder$.MODULE$),
          Map.entry(Instant.class, new InstantEncoder(false)),
          Map.entry(LocalDate.class, new LocalDateEncoder(false)),
          Map.entry(LocalDateTime.class, AgnosticEncoders.LocalDateTimeEncoder$.MODULE$),
          Map.entry(Duration.class, AgnosticEncoders.DayTimeIntervalEncoder$.MODULE$),
          Map.entry(BigDecimal.class, decimal()));

  /** The records around the one that is looked at. */
  private final Set<Class<?>> around = new LinkedHashSet<>();

  private RecordEncoders() {}

  static <R extends Record> AgnosticEncoder<R> of(Class<R> type) {
    return new RecordEncoders().product(type);
  }

  private <R> AgnosticEncoder<R> product(Class<R> type) {
    requireRow(type);
    List<EncoderField> fields = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (!names.add(component.getName().toLowerCase(Locale.ROOT))) {
        throw refused(
            type,
            "has two components "
                + component.getName()
                + "; to Spark, capitals and small letters are the same");
      }
      AgnosticEncoder<?> encoder = column(new Place(type, component), component.getGenericType());
      fields.add(
          new EncoderField(
              component.getName(),
              encoder,
              !component.getType().isPrimitive(),
              Metadata.empty(),
              Option.empty(),
              Option.empty()));
    }
    around.remove(type);
    return new ProductEncoder<>(
        ClassTag.apply(type), CollectionConverters.asScala(fields).toSeq(), Option.empty());
  }

  private void requireRow(Class<?> type) {
    if (type.getTypeParameters().length > 0) {
      throw refused(
          type, "has type parameters, so that its columns have no types; declare a record without");
    }
    if (type.getRecordComponents().length == 0) {
      throw refused(type, "has no components, so that its rows had no columns");
    }
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (!Modifier.isPublic(each.getModifiers())) {
        throw refused(
            type, "cannot be made by Spark, since " + each.getSimpleName() + " is not public");
      }
    }
    if (!around.add(type)) {
      throw refused(type, "holds itself, by " + words(around) + "; a row cannot");
    }
  }

  private AgnosticEncoder<?> column(Place place, Type type) {
    if (type instanceof Class<?> plain) {
      return plainColumn(place, plain);
    }
    if (type instanceof ParameterizedType generic) {
      return genericColumn(place, generic);
    }
    if (type instanceof GenericArrayType array) {
      return array(column(place, array.getGenericComponentType()), true);
    }
    throw place.refused(type, "is not known before the program runs");
  }

  private AgnosticEncoder<?> plainColumn(Place place, Class<?> type) {
    AgnosticEncoder<?> plain = PLAIN.get(type);
    if (plain != null) {
      return plain;
    }
    if (type.isRecord()) {
      return product(type);
    }
    if (type.isEnum()) {
      return new JavaEnumEncoder<>(ClassTag.apply(type));
    }
    if (type.isArray()) {
      Class<?> element = type.getComponentType();
      return array(plainColumn(place, element), !element.isPrimitive());
    }
    if (type.getTypeParameters().length > 0) {
      throw place.refused(
          type, "does not say what is in it; write " + type.getSimpleName() + "<...>");
    }
    throw place.refused(type, "has no column type in Spark");
  }

  private AgnosticEncoder<?> genericColumn(Place place, ParameterizedType type) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (raw == List.class || raw == Set.class) {
      return iterable(raw, column(place, arguments[0]));
    }
    if (raw == Map.class) {
      return map(column(place, arguments[0]), column(place, arguments[1]));
    }
    if (raw == Optional.class) {
      AgnosticEncoder<?> value = column(place, arguments[0]);
      if (value instanceof TransformingEncoder<?, ?> && !(arguments[0] instanceof Class<?>)) {
        throw place.refused(type, "cannot tell its two kinds of nothing apart in one column");
      }
      return optional(value);
    }
    throw place.refused(type, "has no column type in Spark");
  }

  private static <E> AgnosticEncoder<?> array(AgnosticEncoder<E> element, boolean containsNull) {
    return new ArrayEncoder<>(element, containsNull);
  }

  private static <E> AgnosticEncoder<?> iterable(Class<?> type, AgnosticEncoder<E> element) {
    return new IterableEncoder<>(ClassTag.apply(type), element, true, false);
  }

  private static <K, V> AgnosticEncoder<?> map(AgnosticEncoder<K> key, AgnosticEncoder<V> value) {
    return new MapEncoder<>(ClassTag.apply(Map.class), key, value, true);
  }

  private static <T> AgnosticEncoder<?> optional(AgnosticEncoder<T> value) {
    return new TransformingEncoder<Optional<T>, Option<T>>(
        ClassTag.apply(Optional.class), new OptionEncoder<>(value), new OptionalCodec<>(), true);
  }

  private static AgnosticEncoder<?> decimal() {
    DecimalType type = new DecimalType(DecimalCodec.PRECISION, DecimalCodec.SCALE);
    return new TransformingEncoder<BigDecimal, BigDecimal>(
        ClassTag.apply(BigDecimal.class),
        new JavaDecimalEncoder(type, false),
        new DecimalCodec(),
        true);
  }

  private static String words(Set<Class<?>> types) {
    return String.join(", ", types.stream().map(Class::getSimpleName).toList());
  }

  private static IllegalArgumentException refused(Class<?> type, String why) {
    return new IllegalArgumentException("record " + type.getSimpleName() + " " + why);
  }

  /** A component of a record. */
  private record Place(Class<?> owner, RecordComponent component) {

    IllegalArgumentException refused(Type type, String why) {
      return RecordEncoders.refused(
          owner,
          "cannot be a row: component "
              + component.getName()
              + " is of type "
              + component.getGenericType().getTypeName()
              + ", of which "
              + (type instanceof Class<?> plain ? plain.getSimpleName() : type.getTypeName())
              + " "
              + why);
    }
  }
}
