// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardLocation;

/** What the compiler reads and writes: the class path, and the classes of cells in memory. */
final class CellFiles extends ForwardingJavaFileManager<ClassPathFiles> {

  private static final String PACKAGE = "REPL";

  private Map<String, byte[]> visible = Map.of();
  private final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

  /**
   * @param libraries all that is no class of a cell
   */
  CellFiles(ClassPathFiles libraries) {
    super(libraries);
  }

  /** Begins a run that sees these classes of cells. */
  void begin(Map<String, byte[]> classes) {
    visible = classes;
    written.clear();
  }

  /** The classes that the run has made, by binary name. */
  Map<String, byte[]> written() {
    Map<String, byte[]> classes = new LinkedHashMap<>();
    written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
    return classes;
  }

  @Override
  public Iterable<JavaFileObject> list(
      Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
      throws IOException {
    if (location != StandardLocation.CLASS_PATH || !packageName.equals(PACKAGE)) {
      return super.list(location, packageName, kinds, recurse);
    }
    List<JavaFileObject> found = new ArrayList<>();
    if (kinds.contains(JavaFileObject.Kind.CLASS)) {
      visible.forEach((name, bytes) -> found.add(new ClassFile(name, bytes)));
    }
    return found;
  }

  @Override
  public String inferBinaryName(Location location, JavaFileObject file) {
    return file instanceof ClassFile known ? known.name : super.inferBinaryName(location, file);
  }

  @Override
  public JavaFileObject getJavaFileForOutput(
      Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
    return new Written(className);
  }

  @Override
  public boolean isSameFile(FileObject a, FileObject b) {
    return a.toUri().equals(b.toUri());
  }

  private static URI uri(String className) {
    return URI.create("cell:///" + className.replace('.', '/') + ".class");
  }

  /** A class of a cell. */
  private static final class ClassFile extends SimpleJavaFileObject {

    private final String name;
    private final byte[] bytes;

    ClassFile(String name, byte[] bytes) {
      super(uri(name), Kind.CLASS);
      this.name = name;
      this.bytes = bytes;
    }

    @Override
    public InputStream openInputStream() {
      return new ByteArrayInputStream(bytes);
    }
  }

  /** A class that the compiler writes. */
  private final class Written extends SimpleJavaFileObject {

    private final String name;

    Written(String name) {
      super(uri(name), Kind.CLASS);
      this.name = name;
    }

    @Override
    public OutputStream openOutputStream() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      written.put(name, out);
      return out;
    }
  }
}
