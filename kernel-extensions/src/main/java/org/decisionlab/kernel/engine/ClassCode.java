// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.Arrays;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/** Compares class files by what they do. */
final class ClassCode {

  private ClassCode() {}

  /** Whether two class files differ in nothing but line numbers and names for debuggers. */
  static boolean isSame(byte[] one, byte[] other) {
    return Arrays.equals(one, other) || Arrays.equals(bare(one), bare(other));
  }

  /** Written anew, so that the order of the constants is that of their use. */
  private static byte[] bare(byte[] bytes) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(bytes).accept(writer, ClassReader.SKIP_DEBUG);
    return writer.toByteArray();
  }
}
