// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The libraries that the cells have, known by the names of their jars: {@code
 * ARTIFACT-VERSION.jar}.
 *
 * @param names names of the jars
 */
record KernelLibraries(List<String> names) {

  KernelLibraries {
    names = List.copyOf(names);
  }

  /**
   * What is on the class path of this process and what was added.
   *
   * @param added jars added since the start
   */
  static KernelLibraries of(List<Path> added) {
    String path = System.getProperty("java.class.path", "");
    Stream<Path> own = Arrays.stream(path.split(File.pathSeparator)).map(Path::of);
    return new KernelLibraries(
        Stream.concat(own, added.stream())
            .map(Path::getFileName)
            .filter(name -> name != null && name.toString().endsWith(".jar"))
            .map(Path::toString)
            .toList());
  }

  /**
   * The version of an artifact that is there.
   *
   * @param artifact artifact id, with {@code -CLASSIFIER} behind the version where there is one
   * @param classifier its classifier, or an empty text
   */
  Optional<String> version(String artifact, String classifier) {
    String tail = classifier.isEmpty() ? "" : "-" + Pattern.quote(classifier);
    Pattern jar = Pattern.compile(Pattern.quote(artifact) + "-(\\d[\\w.+-]*?)" + tail + "\\.jar");
    return names.stream()
        .map(jar::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1))
        .findFirst();
  }
}
