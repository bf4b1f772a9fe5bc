// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.completion.MagicCompleter;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.jspecify.annotations.Nullable;

/**
 * What an extension may ask of this kernel beyond the magics registry and the renderer. An
 * extension gets it in {@code install(kernel)} by {@link #of(BaseKernel)}.
 */
public interface KernelScope {

  /** The running cell, or the last one when none runs. */
  CellContext cell();

  /**
   * The cell of the calling thread: under it appears what the thread prints and shows. On the cell
   * thread it is the running cell; a thread that a cell has started belongs to that cell, also when
   * it has ended.
   */
  CellContext cellOfThread();

  /**
   * Evaluates Java in the scope of the cells, on the cell thread: imports, declarations,
   * expressions. Called from another thread, it waits until the running cell has ended.
   *
   * @return the value of the last expression, {@code null} where there is none
   * @throws Exception what the code threw, or the reason why it does not compile
   */
  @Nullable Object evaluate(String code) throws Exception;

  /**
   * Adds imports for all cells. It costs nothing as long as no cell uses them.
   *
   * @param names such as {@code java.util.*} or {@code static java.lang.Math.*}
   * @throws IllegalArgumentException if one names no package that is there
   */
  void addImports(List<String> names) throws Exception;

  /**
   * Declares a variable of the cells, or replaces it. Assigning anew under the same type keeps the
   * code that uses the variable valid.
   *
   * @param name a Java identifier
   * @param type its declared type as Java source, such as {@code Dataset<Row>}; names must be
   *     qualified or imported in the cells
   * @param value its value
   * @throws Exception if the declaration does not compile or the value is of another type
   */
  void bind(String name, String type, @Nullable Object value) throws Exception;

  /**
   * Registers what completes and explains a magic: its arguments, and its body where it has one. A
   * later registration replaces an earlier one. A magic without completer offers paths of files.
   *
   * @param magicName name of a line or a cell magic, without {@code %}
   */
  void completions(String magicName, MagicCompleter completer);

  /**
   * Registers what completes paths of a file system, in strings of Java and in arguments of magics
   * that take paths. The completer's {@code line} is the path as far as it is typed, with its
   * scheme; its {@code body} is empty.
   *
   * @param scheme such as {@code hdfs}, without colon
   */
  void pathCompletions(String scheme, MagicCompleter completer);

  /**
   * The paths that begin with what is typed: of files, relative to the folder of the notebook, or
   * of a registered file system where a scheme is typed. For completers of magics that take paths.
   */
  Candidates paths(String typed);

  /**
   * Adds a rule by which output of threads belongs to cells. A thread prints under the cell that
   * has started it; a thread of a pool that many cells share does better with such a rule. It is
   * asked on the thread that prints, and must be quick.
   *
   * @param owner gives a cell of this kernel, or {@code null} where the rule does not apply
   */
  void addOutputOwner(Supplier<? extends @Nullable CellContext> owner);

  /**
   * Registers who hears of a word before a cell is compiled that uses it as a variable and does not
   * declare it: so the word can exist as soon as it is mentioned. A later registration of a word
   * replaces an earlier one.
   *
   * @param word a Java identifier
   */
  void onMention(String word, Mention mention);

  /**
   * The directory from which executors load the classes of cells; it is complete before a class is
   * used.
   */
  Path cellClasses();

  /** How the code of the cells reaches executors. */
  CarriedCode carried();

  /** Adds a listener of cells; adding it twice has no further effect. */
  void addListener(CellListener listener);

  /** Removes a listener of cells. */
  void removeListener(CellListener listener);

  /**
   * Opens a comm of the Jupyter protocol in the front end.
   *
   * @param comm the comm; from now on it hears what the front end sends
   * @param data what the target needs to begin
   * @param metadata metadata of the message, such as a protocol version
   */
  void openComm(Comm comm, JsonObject data, JsonObject metadata);

  /** Shows what code has thrown under the running cell, as if it had ended the cell. */
  void showError(Throwable failure);

  /**
   * Adds jars to the class path of the cells: to that of the compiler and to that of the running
   * code. Extensions in them are installed, each class once; a jar that is there already is left
   * out. Called from another thread than the cell's, it waits until the running cell has ended.
   *
   * @param jars local files
   * @return what is new, and what the user should know
   * @throws java.io.IOException naming the file that is missing or no jar; none is added then
   */
  JarAddition addJars(List<Path> jars) throws Exception;

  /** The jars added so far, absolute, in their order: what a new place for cell code needs too. */
  List<Path> addedJars();

  /** What the cells have declared, and runs of more code among it. */
  CellSession session();

  /**
   * What the extensions of one kernel have in common, such as its source of tokens: one object of
   * each type. An extension that owns what is to be closed closes it in {@code uninstall}.
   *
   * @param type its type
   * @param make makes it when it is first asked for; must be quick
   */
  <T> T shared(Class<T> type, Supplier<? extends T> make);

  /**
   * The scope of a kernel.
   *
   * @throws IllegalArgumentException if the kernel is not a Decision Lab kernel
   */
  static KernelScope of(BaseKernel kernel) {
    if (kernel instanceof KernelScope scope) {
      return scope;
    }
    throw new IllegalArgumentException(
        "this extension needs the Decision Lab kernel, but was installed in "
            + kernel.getClass().getName());
  }
}
