// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;

/** Reads the value of one variable, with the classes of the loader of its snapshot. */
final class ValueInput extends ObjectInputStream {

  private final CellSnapshot enclosing;

  ValueInput(InputStream in, CellSnapshot enclosing) throws IOException {
    super(in);
    this.enclosing = enclosing;
  }

  CellSnapshot enclosing() {
    return enclosing;
  }

  @Override
  protected Class<?> resolveClass(ObjectStreamClass described)
      throws IOException, ClassNotFoundException {
    ClassLoader loader = enclosing.loader();
    try {
      return loader == null
          ? super.resolveClass(described)
          : Class.forName(described.getName(), false, loader);
    } catch (ClassNotFoundException e) {
      return super.resolveClass(described);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // no other way gives the class of a proxy, as in the JDK itself
  protected Class<?> resolveProxyClass(String[] interfaces)
      throws IOException, ClassNotFoundException {
    ClassLoader loader = enclosing.loader();
    Class<?>[] types = new Class<?>[interfaces.length];
    for (int i = 0; i < interfaces.length; i++) {
      types[i] = Class.forName(interfaces[i], false, loader);
    }
    return Proxy.getProxyClass(loader, types);
  }
}
