// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;

/**
 * A pass over the byte code of cells, then another that is told of the classes, too.
 *
 * @param first rewrites only
 * @param second the other one
 */
record RewriteChain(ClassRewrite first, ClassRewrite second) implements ClassRewrite {

  @Override
  public byte[] rewrite(String name, byte[] bytes) {
    return second.rewrite(name, first.rewrite(name, bytes));
  }

  @Override
  public void announce(String name, byte[] bytes) {
    second.announce(name, bytes);
  }

  @Override
  public void loaded(Class<?> type) {
    second.loaded(type);
  }

  @Override
  public void ran(Class<?> type) {
    second.ran(type);
  }

  @Override
  public List<String> notes() {
    return second.notes();
  }
}
