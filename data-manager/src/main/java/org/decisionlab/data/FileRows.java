// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.AccessSource;
import org.decisionlab.core.access.ReadLimits;
import org.decisionlab.core.access.ReadReport;
import org.jspecify.annotations.Nullable;

/**
 * The rows of some files, one file after another, each ending with its outcome. A file that cannot
 * be read to its end is an outcome too, not a failed task: the driver tells the user all of them.
 */
final class FileRows implements Iterator<Row> {

  /** A file being read. */
  private record OpenFile(InputFile file, AccessSource source, Iterator<AccessRecord> records) {}

  private final Iterator<InputFile> files;
  private final ReadLimits limits;
  private @Nullable OpenFile current;
  private @Nullable Row next;
  private long row;

  FileRows(Iterator<InputFile> files, ReadLimits limits) {
    this.files = files;
    this.limits = limits;
  }

  /** The rows of a task's files; what is open is closed when the task ends, however it ends. */
  static Iterator<Row> inTask(Iterator<InputFile> files, ReadLimits limits) {
    FileRows rows = new FileRows(files, limits);
    TaskCompletionListener closing = ended -> rows.close();
    TaskContext.get().addTaskCompletionListener(closing);
    return rows;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = advance();
    }
    return next != null;
  }

  @Override
  public Row next() {
    Row result = next == null ? advance() : next;
    next = null;
    if (result == null) {
      throw new NoSuchElementException();
    }
    return result;
  }

  private @Nullable Row advance() {
    OpenFile open = current;
    if (open == null) {
      if (!files.hasNext()) {
        return null;
      }
      InputFile file = files.next();
      row = 0;
      try {
        AccessSource source = file.format().open(Path.of(file.path()), limits);
        open = new OpenFile(file, source, source.records().iterator());
        current = open;
      } catch (IOException e) {
        return outcome(file, ReadReport.EMPTY, e);
      }
    }
    try {
      if (open.records.hasNext()) {
        return RecordRows.of(open.records.next(), open.file.sequence(row++));
      }
      return finish(open, null);
    } catch (UncheckedIOException e) {
      return finish(open, e.getCause());
    }
  }

  private Row finish(OpenFile open, @Nullable IOException failure) {
    current = null;
    IOException shown = failure;
    try {
      open.source.close();
    } catch (IOException e) {
      shown = failure == null ? e : failure;
    }
    return outcome(open.file, open.source.report(), shown);
  }

  private Row outcome(InputFile file, ReadReport report, @Nullable IOException failure) {
    String why = failure == null ? null : String.valueOf(failure.getMessage());
    return RecordRows.of(new FileOutcome(file.index(), report, why), file.sequence(row));
  }

  private void close() {
    OpenFile open = current;
    if (open != null) {
      finish(open, null);
    }
  }
}
