// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.decisionlab.data.Neighbours;
import org.decisionlab.data.record.Records;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.display.DisplayLimits;
import org.decisionlab.kernel.display.TableView;
import org.decisionlab.kernel.display.ValueFailedException;
import org.decisionlab.magics.arguments.CommandCompleter;
import org.decisionlab.magics.arguments.MagicFamily;
import org.decisionlab.magics.spark.jobs.CellJobs;
import org.decisionlab.magics.spark.jobs.KeptShuffles;
import org.decisionlab.magics.spark.jobs.SparkMonitor;
import org.decisionlab.magics.spark.profile.SparkProfiles;
import org.decisionlab.magics.spark.progress.ProgressBoard;
import org.decisionlab.magics.spark.sql.SqlCompleter;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** Brings {@code %spark}, {@code %%sql}, tables of datasets and progress of jobs into a kernel. */
public final class SparkExtension implements Extension {

  private static final String UI_FILTERS = "spark.ui.filters";

  private final CellJobs jobs = new CellJobs();
  private final KeptShuffles shuffles = new KeptShuffles(jobs);
  private final SparkMonitor monitor = new SparkMonitor();
  private final SparkService spark =
      new SparkService(
          context -> {
            monitor.adopt(context);
            shuffles.adopt(context);
            jobs.adopt(context);
          },
          new SparkLog(System::getenv),
          new SparkPages(System::getenv));
  private final ProgressBoard progress = new ProgressBoard(jobs, spark::link);
  private final CellListener jars =
      new CellListener() {
        @Override
        public void jarsAdded(List<Path> added) {
          spark.addJars(added);
        }
      };

  private CellListener forgetting = new CellListener() {};

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    if (!Neighbours.present()) {
      // Read by every SparkContext of this JVM: its executors load the classes of cells from there.
      // Those of a local master are in this JVM and need it not.
      System.setProperty("spark.repl.class.outputDir", scope.cellClasses().toString());
    }
    if (System.getenv(PagesDoor.KEY) != null && System.getProperty(UI_FILTERS) == null) {
      // Also read by every SparkContext of this JVM, those that cells make by themselves included.
      System.setProperty(UI_FILTERS, PagesDoor.class.getName());
    }
    ExecutorClasses.copy(Records.executorClasses(), scope.cellClasses());
    SparkWords words =
        new SparkWords(
            spark,
            scope,
            System::getenv,
            SparkProfiles.Places.of(
                System::getenv, Path.of(System.getProperty("user.home")), Path.of("")));
    SparkTools tools = new SparkTools(spark, words, jobs, shuffles, scope);
    magics(kernel, tools);
    draw(kernel.getRenderer());
    kernel.getCommManager().registerTarget(SparkMonitor.TARGET, monitor);
    scope.addListener(jobs);
    scope.addListener(progress);
    shuffles.follow(scope);
    scope.addListener(jars);
    forgetting =
        new CellListener() {
          @Override
          public void declarationsForgotten() {
            words.forgotten();
          }
        };
    scope.addListener(forgetting);
    // The threads of tasks serve all cells, whichever has started the session.
    scope.addOutputOwner(() -> TaskContext.get() == null ? null : scope.cell());
    spark.addJars(scope.addedJars());
    scope.onMention("spark", () -> words.mentioned("spark"));
    scope.onMention("sc", () -> words.mentioned("sc"));
  }

  private void magics(BaseKernel kernel, SparkTools tools) {
    KernelScope scope = tools.scope();
    MagicFamily family = new MagicFamily("Spark", kernel);
    family.line(() -> new SparkMagic(spark, tools.words(), jobs, progress));
    family.cell(body -> new SqlMagic(tools, body));
    scope.completions(
        "sql",
        new SqlCompleter(
            new CommandCompleter(() -> new SqlMagic(tools, ""), scope::paths), new SessionNames()));
  }

  private void draw(Renderer renderer) {
    renderer
        .createRegistration(Dataset.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(
            (dataset, context) -> {
              shuffles.beforeAction();
              TableView table = firstRows(dataset, DisplayLimits.of(context));
              table.render(context);
            });
    ProgressBoard.register(renderer);
  }

  @Override
  public void uninstall(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    scope.removeListener(jobs);
    scope.removeListener(progress);
    shuffles.leave(scope);
    scope.removeListener(jars);
    scope.removeListener(forgetting);
    kernel.getCommManager().unregisterTarget(SparkMonitor.TARGET);
    progress.close();
    monitor.close();
    spark.close();
  }

  /** A dataset is lazy: showing it runs its jobs, which may fail or be cancelled. */
  private static TableView firstRows(Dataset<?> dataset, DisplayLimits limits) {
    try {
      return DatasetTable.of(dataset, limits);
    } catch (Exception e) {
      throw new ValueFailedException(e);
    }
  }
}
