// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Counts what a {@link RecordReader} yields and hands on the records. */
final class FileAccessSource implements AccessSource {

  private final String file;
  private final RecordReader reader;
  private final ReadLimits limits;
  private final Map<String, Long> passedOver = new TreeMap<>();
  private final List<MalformedRecord> samples = new ArrayList<>();
  private long rows;
  private long records;
  private long malformed;
  private boolean taken;

  FileAccessSource(String file, RecordReader reader, ReadLimits limits) {
    this.file = file;
    this.reader = reader;
    this.limits = limits;
  }

  @Override
  public Stream<AccessRecord> records() {
    if (taken) {
      throw new IllegalStateException(file + ": records() may be called once; open the file again");
    }
    taken = true;
    int traits = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE;
    return StreamSupport.stream(
        new Spliterators.AbstractSpliterator<AccessRecord>(Long.MAX_VALUE, traits) {
          @Override
          public boolean tryAdvance(Consumer<? super AccessRecord> action) {
            return advance(action);
          }
        },
        false);
  }

  private boolean advance(Consumer<? super AccessRecord> action) {
    try {
      RecordReader.Row row;
      while ((row = reader.next()) != null) {
        rows++;
        if (row instanceof RecordReader.Row.Parsed parsed) {
          records++;
          action.accept(parsed.access());
          return true;
        } else if (row instanceof RecordReader.Row.PassedOver left) {
          passedOver.merge(left.reason(), 1L, Long::sum);
        } else if (row instanceof RecordReader.Row.Malformed bad) {
          keep(bad.what());
        }
      }
      if (malformed > limits.maxMalformedShare() * rows) {
        throw new TooManyMalformedException(file, report(), limits);
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keep(MalformedRecord what) throws TooManyMalformedException {
    malformed++;
    if (samples.size() < ReadReport.KEPT_SAMPLES) {
      samples.add(what);
    }
    if (limits.hopeless(malformed, rows)) {
      throw new TooManyMalformedException(file, report(), limits);
    }
  }

  @Override
  public ReadReport report() {
    return new ReadReport(rows, records, malformed, passedOver, samples);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
