// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.progress;

import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.decisionlab.kernel.cell.Notebook;

/**
 * A loop with a progress bar under the cell: {@code for (var file : Progress.of(files)) { ... }}. A
 * loop that ends early, by {@code break} or an exception, leaves a bar that says how far it came.
 *
 * <p>Where there is no loop to follow, {@link #step()} counts, from any thread: {@code try (var p =
 * Progress.of(1000)) { tasks.parallelStream().forEach(t -> { t.run(); p.step(); }); }}.
 *
 * @param <T> type of the elements
 */
public final class Progress<T> implements Iterable<T>, AutoCloseable {

  private final Iterable<T> source;
  private final Bar bar;
  private final Board board;

  private Progress(Iterable<T> source, long total) {
    this.source = source;
    this.bar = new Bar(total, System::nanoTime);
    this.board = Board.of(Notebook.cell());
  }

  /**
   * Follows the elements of a collection, the files of a directory, the rows of a table. Of what is
   * no collection, the number of elements is not known beforehand: see {@link #total(long)}.
   */
  public static <T> Progress<T> of(Iterable<T> elements) {
    // Nothing else is asked: some sources, such as DirectoryStream, give their elements only once.
    return new Progress<>(
        elements, elements instanceof Collection<?> collection ? collection.size() : Bar.UNKNOWN);
  }

  /** Follows the entries of a map. */
  public static <K, V> Progress<Map.Entry<K, V>> of(Map<K, V> map) {
    return of(map.entrySet());
  }

  /** Follows what is left of an iterator. */
  public static <T> Progress<T> of(Iterator<T> elements) {
    return new Progress<>(() -> elements, Bar.UNKNOWN);
  }

  /** Follows the elements of an array. */
  public static <T> Progress<T> of(T[] elements) {
    return of(Arrays.asList(elements));
  }

  /** Follows the elements of an array. */
  public static Progress<Integer> of(int[] elements) {
    return of(IntStream.of(elements));
  }

  /** Follows the elements of an array. */
  public static Progress<Long> of(long[] elements) {
    return of(LongStream.of(elements));
  }

  /** Follows the elements of an array. */
  public static Progress<Double> of(double[] elements) {
    return of(Arrays.stream(elements));
  }

  /** Follows the elements of a stream, which is consumed by the loop. */
  public static <T> Progress<T> of(BaseStream<T, ?> stream) {
    Spliterator<T> elements = stream.spliterator();
    return new Progress<>(() -> Spliterators.iterator(elements), elements.getExactSizeIfKnown());
  }

  /** Counts from 0 to a total, which is left out; by a loop or by {@link #step()}. */
  public static Progress<Integer> of(int total) {
    return range(0, total);
  }

  /** Counts from 0 to a total, which is left out; by a loop or by {@link #step()}. */
  public static Progress<Long> of(long total) {
    return new Progress<>(() -> LongStream.range(0, total).iterator(), Math.max(0, total));
  }

  /** Counts from the first number to the second, which is left out. */
  public static Progress<Integer> range(int from, int to) {
    return new Progress<>(
        () -> IntStream.range(from, to).iterator(), Math.max(0L, (long) to - from));
  }

  /** Text before the bar; never taken for HTML. */
  public Progress<T> label(String text) {
    bar.label(text);
    return this;
  }

  /** Says how many elements there will be, where the source does not know. */
  public Progress<T> total(long elements) {
    bar.total(elements);
    return this;
  }

  /** One element more is done. From any thread. */
  public void step() {
    step(1);
  }

  /** So many elements more are done. From any thread. */
  public void step(long elements) {
    board.begin(bar);
    bar.add(elements);
    board.changed();
  }

  /** Ends the bar: as finished when all of a known total is done, else as stopped. */
  @Override
  public void close() {
    board.begin(bar);
    bar.end(bar.isComplete());
    board.changed();
  }

  @Override
  public Iterator<T> iterator() {
    board.begin(bar);
    return new Followed(source.iterator());
  }

  /** Counts an element as done when the loop asks for what comes after it. */
  private final class Followed implements Iterator<T> {

    private final Iterator<T> elements;
    private boolean underWay;

    Followed(Iterator<T> elements) {
      this.elements = elements;
    }

    @Override
    public boolean hasNext() {
      done();
      boolean more = elements.hasNext();
      if (!more) {
        bar.end(true);
        board.changed();
      }
      return more;
    }

    @Override
    public T next() throws NoSuchElementException {
      done();
      T element = elements.next();
      underWay = true;
      return element;
    }

    private void done() {
      if (underWay) {
        underWay = false;
        board.advanced(bar);
        bar.add(1);
        board.changed();
      }
    }
  }

  /** The text form of the bar. */
  @Override
  public String toString() {
    return bar.text();
  }
}
