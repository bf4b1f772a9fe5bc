// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.javadoc;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The documentation of what JShell names by a signature. */
public final class Javadoc {

  private static final Logger LOG = LoggerFactory.getLogger(Javadoc.class);

  private final SourceArchives archives;

  Javadoc(SourceArchives archives) {
    this.archives = archives;
  }

  /** Documentation from the sources of this JDK and from those beside jars. */
  public static Javadoc ofSourcesAtHand() {
    return new Javadoc(SourceArchives.ofThisJdk());
  }

  /** Finds classes. */
  @FunctionalInterface
  public interface Classes {
    /**
     * The class that a name means in the cells.
     *
     * @param name simple or qualified, with dots
     * @throws Exception if the cells cannot be asked
     */
    Optional<Class<?>> find(String name) throws Exception;
  }

  /**
   * The documentation of a class, method, constructor or field as Markdown; empty where no source
   * is at hand or nothing is written in it.
   *
   * @param signature such as {@code String String.substring(int beginIndex)}
   * @param classes what its names mean
   */
  public Optional<String> markdown(String signature, Classes classes) throws Exception {
    Signature wanted = Signature.of(signature);
    Optional<Class<?>> type = classes.find(wanted.owner());
    if (type.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> source = archives.source(type.get());
    if (source.isEmpty()) {
      return Optional.empty();
    }
    try {
      return DocComments.find(source.get(), type.get(), wanted)
          .map(DocText::of)
          .filter(text -> !text.isEmpty());
    } catch (IOException e) {
      LOG.warn("the source of {} cannot be parsed", type.get(), e);
      return Optional.empty();
    }
  }
}
