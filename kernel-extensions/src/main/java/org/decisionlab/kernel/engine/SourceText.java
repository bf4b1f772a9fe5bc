// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.net.URI;
import javax.tools.SimpleJavaFileObject;

/** Java source in memory, as the compiler reads it. */
final class SourceText extends SimpleJavaFileObject {

  private final String text;

  SourceText(String name, String text) {
    super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
    this.text = text;
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }
}
