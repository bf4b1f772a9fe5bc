// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;

/** A class file of the class path. */
final class LibraryClass implements JavaFileObject {

  private final String binaryName;
  private final Supplier<URI> uri;
  private final Content content;

  /** Opens a class file. */
  @FunctionalInterface
  interface Content {

    /** A new stream of its bytes. */
    InputStream open() throws IOException;
  }

  /**
   * @param binaryName name of the class
   * @param uri where it is; asked for only in messages
   * @param content its bytes
   */
  LibraryClass(String binaryName, Supplier<URI> uri, Content content) {
    this.binaryName = binaryName;
    this.uri = uri;
    this.content = content;
  }

  String binaryName() {
    return binaryName;
  }

  /** Its name without the package. */
  String simpleName() {
    return binaryName.substring(binaryName.lastIndexOf('.') + 1);
  }

  @Override
  public InputStream openInputStream() throws IOException {
    return content.open();
  }

  @Override
  public URI toUri() {
    return uri.get();
  }

  @Override
  public String getName() {
    return toUri().toString();
  }

  @Override
  public Kind getKind() {
    return Kind.CLASS;
  }

  @Override
  public boolean isNameCompatible(String simpleName, Kind kind) {
    return kind == Kind.CLASS && simpleName.equals(simpleName());
  }

  @Override
  public @Nullable NestingKind getNestingKind() {
    return null;
  }

  @Override
  public @Nullable Modifier getAccessLevel() {
    return null;
  }

  @Override
  public Reader openReader(boolean ignoreEncodingErrors) throws IOException {
    return new InputStreamReader(openInputStream(), StandardCharsets.UTF_8);
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    throw new UnsupportedOperationException("a class file has no text");
  }

  @Override
  public OutputStream openOutputStream() {
    throw new UnsupportedOperationException("a library is not written");
  }

  @Override
  public Writer openWriter() {
    throw new UnsupportedOperationException("a library is not written");
  }

  @Override
  public long getLastModified() {
    return 0;
  }

  @Override
  public boolean delete() {
    return false;
  }
}
