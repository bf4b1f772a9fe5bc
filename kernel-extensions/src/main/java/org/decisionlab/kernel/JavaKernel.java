// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.decisionlab.kernel.assist.Assistant;
import org.decisionlab.kernel.assist.Completeness;
import org.decisionlab.kernel.assist.Completers;
import org.decisionlab.kernel.assist.Explanation;
import org.decisionlab.kernel.cell.CarriedCode;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.cell.CellSession;
import org.decisionlab.kernel.cell.JarAddition;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.cell.Mention;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.completion.FilePaths;
import org.decisionlab.kernel.completion.MagicCompleter;
import org.decisionlab.kernel.display.KernelRenderer;
import org.decisionlab.kernel.engine.CellEngine;
import org.decisionlab.kernel.engine.CellText;
import org.decisionlab.kernel.engine.CodeAssistant;
import org.decisionlab.kernel.magic.KernelMagics;
import org.decisionlab.kernel.widgets.Widgets;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel as extensions see it: magics registry, renderer, comms, and the scope of the cells.
 * Requests of clients are answered by {@link Requests}.
 */
final class JavaKernel extends BaseKernel implements KernelScope {

  private static final Logger LOG = LoggerFactory.getLogger(JavaKernel.class);

  private final CellEngine engine;
  private final CellTurns cells;
  private final CarriedCode code;
  private final Completers completers = new Completers(FilePaths.ofNotebook());
  private final Assistant assistant;
  private final Mentions mentions = new Mentions();
  private final ClassPathJars jars = new ClassPathJars();
  private final Extensions services;
  private final CellRunner runner;
  private final Map<Class<?>, Object> shared = new HashMap<>();

  /**
   * @param engine runs the Java of cells
   * @param code how the code of cells reaches executors
   * @param renderer draws values
   * @param beforeCells what stands for the running cell before there is one
   */
  JavaKernel(
      CellEngine engine, CarriedCode code, KernelRenderer renderer, RunningCell beforeCells) {
    super(
        KernelInfo.NAME,
        KernelInfo.version(),
        KernelInfo.language(),
        KernelInfo.helpLinks(System.getenv()),
        null,
        new JupyterIO(UTF_8),
        new KernelComms(),
        renderer,
        new MagicParser("(?<=(?:\\r?\\n|^|=))[ \\t]*%", "%%", new MagicTranspiler()),
        new KernelMagics(),
        true,
        new StringStyler.Builder().build());
    this.engine = engine;
    this.code = code;
    this.cells = new CellTurns(engine, beforeCells);
    this.assistant = new Assistant(new CodeAssistant(engine), magics(), completers, cells::busy);
    Widgets.register(commManager);
    this.runner = new CellRunner(this, engine);
    this.services = new Extensions(this, magics());
    MagicList.install(magics());
    completers.magic("help", MagicList.names(magics()));
  }

  /**
   * Imports what every cell may use and installs the extensions of the class path. This happens on
   * the cell thread, before the first cell, and is not waited for.
   */
  void startUp() {
    engine
        .thread()
        .execute(
            () -> {
              try {
                engine.addImports(KernelInfo.IMPORTS);
              } catch (Exception e) {
                LOG.error("the imports of all cells failed", e);
              }
              onStartup();
            });
    engine.warmUp();
    engine
        .thread()
        .whenIdle(
            () -> {
              ProcessLog.start();
              return false;
            });
  }

  /** The comms of this kernel. */
  KernelComms comms() {
    return (KernelComms) commManager;
  }

  @Override
  public void openComm(Comm comm, JsonObject data, JsonObject metadata) {
    comms().open(comm, data, metadata);
  }

  @Override
  public void showError(Throwable failure) {
    RunningCell cell = cellOfThread();
    LOG.warn("code that {} called failed", cell.label(), failure);
    cell.publish("error", ExecuteRequests.error(engine.traces().report(failure)));
  }

  /** The magics there are. */
  KernelMagics magics() {
    return (KernelMagics) magicsRegistry;
  }

  @Override
  public RunningCell cell() {
    return cells.running();
  }

  @Override
  public @Nullable Object evaluate(String code) throws Exception {
    return evaluate("code of an extension", code);
  }

  /** The value of an expression; errors name it by the label. */
  @Nullable Object evaluate(String label, String code) throws Exception {
    return engine
        .thread()
        .call(
            () -> {
              CellText text = new CellText(label, code);
              return KernelSession.value(engine.run(engine.plan(text, code, 0)));
            });
  }

  @Override
  public void addImports(List<String> names) throws Exception {
    engine.addImports(names);
  }

  @Override
  public void bind(String name, String type, @Nullable Object value) throws Exception {
    engine.bind(name, type, value);
  }

  @Override
  public void completions(String magicName, MagicCompleter completer) {
    completers.magic(magicName, completer);
  }

  @Override
  public void pathCompletions(String scheme, MagicCompleter completer) {
    completers.scheme(scheme, completer);
  }

  @Override
  public Candidates paths(String typed) {
    return completers.paths(typed);
  }

  @Override
  public void addOutputOwner(Supplier<? extends @Nullable CellContext> owner) {
    cells.addOutputOwner(owner);
  }

  @Override
  public RunningCell cellOfThread() {
    return cells.printing();
  }

  /** The turns of cells and callbacks. */
  CellTurns cells() {
    return cells;
  }

  /** Whether a cell runs. */
  boolean busy() {
    return cells.busy();
  }

  /** Completes and explains what is being typed. */
  Assistant assistant() {
    return assistant;
  }

  @Override
  public void onMention(String word, Mention mention) {
    mentions.add(word, mention);
  }

  /** Tells of the words that a cell uses; called on the cell thread before it is compiled. */
  void tellMentions(String java) throws Exception {
    mentions.tell(java);
  }

  @Override
  public Path cellClasses() {
    return code.cellClasses();
  }

  @Override
  public CarriedCode carried() {
    return code;
  }

  @Override
  public void addListener(CellListener listener) {
    cells.add(listener);
  }

  @Override
  public void removeListener(CellListener listener) {
    cells.remove(listener);
  }

  @Override
  public void interrupt() {
    cells.interrupt();
  }

  @Override
  public void display(DisplayData data) {
    cellOfThread().display(data);
  }

  @Override
  public @Nullable Object evalRaw(String source) {
    try {
      return evaluate(source);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public @Nullable DisplayData inspect(String code, int at, boolean extraDetail) {
    try {
      Explanation found = assistant.inspect(code, at, extraDetail);
      return found == null ? null : new DisplayData(found.plain());
    } catch (Exception e) {
      throw new IllegalStateException("cannot inspect", e);
    }
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    try {
      Candidates found = assistant.complete(code, at);
      List<String> texts = found.candidates().stream().map(Candidate::text).toList();
      return new ReplacementOptions(texts, found.start(), found.end());
    } catch (Exception e) {
      throw new IllegalStateException("cannot complete", e);
    }
  }

  @Override
  public String isComplete(String code) {
    try {
      Completeness answer = assistant.completeness(code);
      return switch (answer.status()) {
        case "complete" -> IS_COMPLETE_YES;
        case "invalid" -> IS_COMPLETE_BAD;
        case "incomplete" -> answer.indent();
        default -> IS_COMPLETE_MAYBE;
      };
    } catch (Exception e) {
      throw new IllegalStateException("cannot tell whether the code is complete", e);
    }
  }

  /** Runs the cells. */
  CellRunner runner() {
    return runner;
  }

  @Override
  public <T> T shared(Class<T> type, Supplier<? extends T> make) {
    synchronized (shared) {
      Object known = shared.get(type);
      if (known == null) {
        known = make.get();
        shared.put(type, known);
      }
      return type.cast(known);
    }
  }

  @Override
  public CellSession session() {
    return new KernelSession(
        engine,
        runner,
        () -> cells.tell("forgetting of names", CellListener::declarationsForgotten));
  }

  @Override
  public JarAddition addJars(List<Path> added) throws Exception {
    return engine
        .thread()
        .call(
            () -> {
              ClassLoader loader = engine.thread().getContextClassLoader();
              JarAddition addition = jars.examine(added, loader);
              if (addition.added().isEmpty()) {
                return addition;
              }
              engine.addJars(addition.added());
              jars.remember(addition.added());
              cells.tell("adding of jars", listener -> listener.jarsAdded(addition.added()));
              List<String> warnings = new ArrayList<>(addition.warnings());
              warnings.addAll(services.installFrom(loader));
              return new JarAddition(addition.added(), warnings);
            });
  }

  @Override
  public List<Path> addedJars() {
    return jars.list();
  }

  @Override
  protected void installExtensions(ClassLoader classLoader) {
    services.installFrom(classLoader);
  }

  @Override
  protected void uninstallExtension() {
    services.uninstallAll();
  }
}
