// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import java.time.DayOfWeek;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.decisionlab.core.access.AccessRecord;

/**
 * CMS-like analysis: users start tasks on datasets by popularity, read all of a dataset or a part,
 * repeat readings, come back in the days after, and a few requests stray anywhere. Days are made
 * one at a time as they are reached.
 */
final class CmsWorkload implements Iterator<AccessRecord> {

  /** Days made before the first one, so that it starts with tasks under way. */
  private static final int RUN_UP = 40;

  /** Days after which a user is no longer expected back. */
  private static final int FORGOTTEN = 40;

  private static final int USERS = 120;

  /** Monday to Sunday, relative to the mean. */
  private static final double[] WEEKDAYS = {1.15, 1.03, 1.03, 1.03, 1.03, 0.96, 0.77};

  private final CmsShape shape;
  private final Span span;
  private final Catalogue catalogue;
  private final double[] users = falling(USERS);
  private final double[] sites;

  /** Mean number of visits that follow from one, itself included. */
  private final double visitsPerSubmission;

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final List<Visit> visits = new ArrayList<>();
  private int day = -RUN_UP;
  private long sequence;

  /** A user's last task on a dataset. */
  private record Visit(int user, int dataset, int day) {}

  CmsWorkload(CmsShape shape, Span span) {
    this.shape = shape;
    this.span = span;
    catalogue = new Catalogue(shape, span);
    sites = falling(shape.sites().size());
    double noReturn = 1;
    for (int days = 1; days <= FORGOTTEN; days++) {
      noReturn *= 1 - returnChance(days);
    }
    visitsPerSubmission = 1 / noReturn;
    while (day < 0) {
      makeDay();
    }
    advance();
  }

  @Override
  public boolean hasNext() {
    Task first = tasks.peek();
    return first != null && first.nextMillis() < span.dayMillis(span.days());
  }

  @Override
  public AccessRecord next() {
    Task first = tasks.poll();
    if (first == null) {
      throw new NoSuchElementException();
    }
    AccessRecord record = first.take();
    if (!first.done()) {
      tasks.add(first);
    }
    advance();
    return record;
  }

  /** Makes days until the next reading is not after the days made, and drops the run-up. */
  private void advance() {
    while (true) {
      Task first = tasks.peek();
      if (first != null && first.nextMillis() < span.dayMillis(0)) {
        tasks.poll();
        first.skip();
        if (!first.done()) {
          tasks.add(first);
        }
      } else if (day < span.days()
          && (first == null || first.nextMillis() >= span.dayMillis(day))) {
        makeDay();
      } else {
        return;
      }
    }
  }

  private void makeDay() {
    SeededRandom random = SeededRandom.of(span.seed(), 1_000 + day);
    double wanted = span.requestsPerDay() * WEEKDAYS[weekday() - 1] * random.logNormal(0.92, 0.4);
    comeBack(random);
    double[] popularity = catalogue.popularity(day);
    double perSubmission =
        catalogue.meanFiles(day)
            * 0.82
            / (1 - shape.repeatShare())
            * shape.tasksPerSubmission()
            * visitsPerSubmission;
    int submissions = random.poisson(wanted * (1 - shape.strayShare()) / perSubmission);
    for (int i = 0; i < submissions; i++) {
      submit(random.pick(users), random.pick(popularity), random);
    }
    int strays = random.poisson(wanted * shape.strayShare());
    for (int i = 0; i < strays; i++) {
      stray(random);
    }
    day++;
  }

  private int weekday() {
    DayOfWeek first = span.start().atOffset(ZoneOffset.UTC).getDayOfWeek();
    return first.plus(day).getValue();
  }

  /** Users of earlier days come back to their datasets. */
  private void comeBack(SeededRandom random) {
    List<Visit> earlier = new ArrayList<>(visits);
    visits.clear();
    for (Visit visit : earlier) {
      int days = day - visit.day();
      if (random.chance(returnChance(days))) {
        submit(visit.user(), visit.dataset(), random);
      } else if (days < FORGOTTEN) {
        visits.add(visit);
      }
    }
  }

  private double returnChance(int days) {
    return shape.returnRate() * StrictMath.exp(-days / 10.0);
  }

  /** A user starts one or more tasks on a dataset within a few hours. */
  private void submit(int user, int dataset, SeededRandom random) {
    visits.add(new Visit(user, dataset, day));
    int count = 1 + random.poisson(shape.tasksPerSubmission() - 1);
    double started = random.nextDouble();
    boolean remote = random.chance(shape.remoteShare());
    String site = shape.sites().get(random.pick(sites));
    for (int i = 0; i < count; i++) {
      double at = Math.min(0.999, started + 0.1 * i * random.nextDouble());
      long millis = span.dayMillis(day) + (long) (at * 86_400_000);
      Task.Who who = new Task.Who(userName(user), site, remote, sequence++);
      tasks.add(task(who, catalogue.get(dataset), millis, random));
    }
  }

  private Task task(Task.Who who, Dataset dataset, long start, SeededRandom random) {
    double hours = Math.min(120, random.logNormal(7, 1));
    int from = 0;
    int count = dataset.files();
    if (random.chance(0.35)) {
      count = Math.max(1, (int) (dataset.files() * random.nextDouble()));
      from = random.nextInt(dataset.files() - count + 1);
    }
    long[] readings = new long[count * 2];
    int made = 0;
    for (int i = 0; i < count; i++) {
      double at = random.nextDouble() * hours * 3_600_000;
      do {
        if (made == readings.length) {
          readings = Arrays.copyOf(readings, made * 2);
        }
        readings[made++] = Task.reading(start + (long) at, from + i);
        at += random.exponential() * 1_200_000;
      } while (random.chance(shape.repeatShare()));
    }
    return new Task(
        who,
        dataset,
        Arrays.copyOf(readings, made),
        SeededRandom.of(span.seed() + 1, who.sequence()));
  }

  private void stray(SeededRandom random) {
    Dataset dataset = catalogue.anyByFiles(random);
    int file = random.nextInt(dataset.files());
    long millis = span.dayMillis(day) + random.nextInt(86_400_000);
    if (dataset.createdDay() > day) {
      return;
    }
    Task.Who who =
        new Task.Who(
            userName(random.pick(users)),
            shape.sites().get(random.pick(sites)),
            random.chance(shape.remoteShare()),
            sequence++);
    long[] readings = {Task.reading(millis, file)};
    tasks.add(new Task(who, dataset, readings, SeededRandom.of(span.seed() + 1, who.sequence())));
  }

  private static String userName(int user) {
    return "cmsuser" + (100 + user);
  }

  /** Cumulative weights that fall as 1 / (rank + 3). */
  private static double[] falling(int count) {
    double[] sums = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += 1.0 / (i + 3);
      sums[i] = sum;
    }
    return sums;
  }
}
