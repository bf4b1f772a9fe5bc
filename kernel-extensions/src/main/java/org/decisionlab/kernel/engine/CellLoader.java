// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Defines the classes of cells, and finds those of libraries that were added while running. */
final class CellLoader extends URLClassLoader {

  private final Map<String, byte[]> classFiles = new ConcurrentHashMap<>();

  CellLoader(ClassLoader parent) {
    super("cells", new URL[0], parent);
  }

  /** Makes a class known; it is defined when it is first asked for. */
  void add(String name, byte[] bytes) {
    classFiles.put(name, bytes);
  }

  void addPath(URL jarOrFolder) {
    addURL(jarOrFolder);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classFiles.get(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    if (name.endsWith(".class")) {
      String className = name.substring(0, name.length() - ".class".length()).replace('/', '.');
      byte[] bytes = classFiles.get(className);
      if (bytes != null) {
        return new ByteArrayInputStream(bytes);
      }
    }
    return super.getResourceAsStream(name);
  }
}
