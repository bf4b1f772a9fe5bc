// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;

/**
 * A jar of the class path. It is read once for the names of its packages; it is opened for good
 * when a compiler looks into one of them. In a jar of several releases, this JVM's is seen.
 */
final class JarOfClasses implements ClassPath.ClassSource {

  private static final String CLASS = ".class";
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String VERSIONS = "META-INF/versions/";

  private final Path path;
  private final Set<String> packages;
  private final List<Path> more;
  private @Nullable JarFile jar;
  private @Nullable Map<String, Set<String>> names;

  JarOfClasses(Path path) throws IOException {
    this.path = path;
    try (ZipFile zip = new ZipFile(path.toFile())) {
      String manifest = manifest(zip);
      this.more = manifest.contains("Class-Path:") ? classPath() : List.of();
      if (manifest.contains("Multi-Release:")) {
        try (JarFile releases = open()) {
          this.packages = packages(releases.versionedStream().map(JarEntry::getName));
        }
      } else {
        this.packages = packages(zip.stream().map(entry -> entry.getName()));
      }
    }
  }

  private static String manifest(ZipFile zip) throws IOException {
    var entry = zip.getEntry(MANIFEST);
    if (entry == null) {
      return "";
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readAllBytes(), ISO_8859_1);
    }
  }

  private static Set<String> packages(Stream<String> entries) {
    Set<String> found = new HashSet<>();
    String last = "/";
    for (Iterator<String> each = entries.iterator(); each.hasNext(); ) {
      String name = each.next();
      int slash = name.lastIndexOf('/');
      boolean known = slash == last.length() && name.startsWith(last);
      if (!known && name.endsWith(CLASS) && !name.startsWith(VERSIONS)) {
        last = name.substring(0, Math.max(0, slash));
        found.add(last.replace('/', '.'));
      }
    }
    return Set.copyOf(found);
  }

  /** The jars that the manifest names, relative to this one. */
  private List<Path> classPath() throws IOException {
    try (JarFile opened = open()) {
      String value = opened.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      List<Path> found = new ArrayList<>();
      for (String each : value == null ? new String[0] : value.trim().split(" +", -1)) {
        URI uri = path.toUri().resolve(each);
        if ("file".equals(uri.getScheme())) {
          found.add(new File(uri.getPath()).toPath());
        }
      }
      return found;
    } catch (IllegalArgumentException e) {
      throw new IOException("its manifest has a Class-Path that is no list of addresses", e);
    }
  }

  private JarFile open() throws IOException {
    return new JarFile(path.toFile(), false, ZipFile.OPEN_READ, Runtime.version());
  }

  @Override
  public Set<String> packages() {
    return packages;
  }

  @Override
  public List<Path> more() {
    return more;
  }

  @Override
  public synchronized void addTo(Map<String, JavaFileObject> classes, String packageName)
      throws IOException {
    if (!packages.contains(packageName)) {
      return;
    }
    for (String name : names(packageName)) {
      classes.computeIfAbsent(name, key -> file(packageName, name));
    }
  }

  @Override
  public boolean mayHave(String packageName) {
    return packages.contains(packageName);
  }

  @Override
  public boolean has(String packageName) {
    return packages.contains(packageName);
  }

  @Override
  public synchronized boolean hasAny(String packageName, Set<String> simpleNames)
      throws IOException {
    Set<String> there = names(packageName);
    return simpleNames.stream().anyMatch(each -> there.contains(each + CLASS));
  }

  private synchronized Set<String> names(String packageName) throws IOException {
    Map<String, Set<String>> known = names;
    if (known == null) {
      known = names(opened());
      names = known;
    }
    return known.getOrDefault(packageName, Set.of());
  }

  private static Map<String, Set<String>> names(JarFile opened) {
    Map<String, Set<String>> found = new HashMap<>();
    opened
        .versionedStream()
        .map(JarEntry::getName)
        .filter(name -> name.endsWith(CLASS))
        .forEach(
            name -> {
              int slash = name.lastIndexOf('/');
              found
                  .computeIfAbsent(
                      name.substring(0, Math.max(0, slash)).replace('/', '.'),
                      key -> new HashSet<>())
                  .add(name.substring(slash + 1));
            });
    return found;
  }

  @Override
  public List<LibraryClass> named(String simpleName) throws IOException {
    List<LibraryClass> found = new ArrayList<>();
    String name = simpleName + CLASS;
    try (ZipFile zip = new ZipFile(path.toFile())) {
      for (String each : packages) {
        String in = each.isEmpty() ? "" : each.replace('.', '/') + "/";
        if (zip.getEntry(in + name) != null) {
          found.add(file(each, name));
        }
      }
    }
    return found;
  }

  private LibraryClass file(String packageName, String name) {
    String before = packageName.isEmpty() ? "" : packageName + ".";
    String entry = before.replace('.', '/') + name;
    String simple = name.substring(0, name.length() - CLASS.length());
    return new LibraryClass(before + simple, () -> uri(entry), () -> stream(entry));
  }

  private URI uri(String entry) {
    try {
      return new URI("jar", path.toUri() + "!/" + entry, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no address can be made of " + path + " and " + entry, e);
    }
  }

  private synchronized InputStream stream(String entry) throws IOException {
    JarFile opened = opened();
    JarEntry found = opened.getJarEntry(entry);
    if (found == null) {
      throw new IOException(path + " has no " + entry + " any more");
    }
    return opened.getInputStream(found);
  }

  private synchronized JarFile opened() throws IOException {
    JarFile opened = jar;
    if (opened == null) {
      opened = open();
      jar = opened;
    }
    return opened;
  }
}
