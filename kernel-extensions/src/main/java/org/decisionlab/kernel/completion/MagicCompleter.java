// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.completion;

import org.jspecify.annotations.Nullable;

/**
 * Completes and explains what is being typed into a magic. It is asked on the thread that answers
 * requests, also while a cell runs, and must answer at once: what takes longer than a tenth of a
 * second disturbs typing.
 *
 * <p>Both methods see the text after the name of the magic: its {@code line}, without the line's
 * end, and the {@code body} below it, empty for a line magic. Positions count characters of the
 * text {@code line + "\n" + body}.
 */
@FunctionalInterface
public interface MagicCompleter {

  /**
   * What may stand at the cursor.
   *
   * @param line what stands behind the name of the magic
   * @param body what stands below
   * @param cursor position in {@code line + "\n" + body}
   * @throws Exception if the question cannot be answered; the user sees no candidates, the log
   *     tells why
   */
  Candidates complete(String line, String body, int cursor) throws Exception;

  /**
   * Help on what stands at the cursor, or on the magic as a whole.
   *
   * @param line what stands behind the name of the magic
   * @param body what stands below
   * @param cursor position in {@code line + "\n" + body}
   * @return plain text in lines, or {@code null} where there is nothing to say
   * @throws Exception as {@link #complete} does
   */
  default @Nullable String inspect(String line, String body, int cursor) throws Exception {
    return null;
  }
}
