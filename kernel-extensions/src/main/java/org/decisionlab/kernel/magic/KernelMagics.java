// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The magics of a kernel. It knows which extension has brought which magic, so that they go when
 * the extension goes. Usable from any thread.
 */
public final class KernelMagics extends MagicsRegistry implements MagicWords {

  private static final Logger LOG = LoggerFactory.getLogger(KernelMagics.class);
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]*");
  private static final String CELLS = "the cells";

  private final Map<String, Entry> magics = new TreeMap<>();
  private String owner = CELLS;

  /** A magic with the class name of the extension that has brought it. */
  private record Entry(Object magic, String owner) {}

  /**
   * What there is to say of a magic.
   *
   * @param word its name with its {@code %} or {@code %%}
   * @param owner class name of the extension that has brought it
   * @param magic the magic itself
   */
  public record Listed(String word, String owner, Object magic) {

    /** What the magic tells of itself. */
    public Optional<MagicDescription> description() {
      return magic instanceof MagicDescription description
          ? Optional.of(description)
          : Optional.empty();
    }
  }

  @Override
  public MagicsRegistry registerLineMagic(String name, LineMagic<?, ?> magic) {
    put("%" + checked(name), magic);
    return this;
  }

  @Override
  public MagicsRegistry registerCellMagic(String name, CellMagic<?, ?> magic) {
    put("%%" + checked(name), magic);
    return this;
  }

  /** Runs the installation of an extension: what it registers is its own. */
  public void installing(String extension, Runnable installation) {
    ownedBy(extension);
    try {
      installation.run();
    } finally {
      ownedBy(CELLS);
    }
  }

  private synchronized void ownedBy(String extension) {
    owner = extension;
  }

  /** Removes what an extension has brought. */
  public synchronized void removeAllOf(String extension) {
    magics.values().removeIf(entry -> entry.owner.equals(extension));
  }

  /** All magics, by their names. */
  public synchronized List<Listed> list() {
    List<Listed> list = new ArrayList<>();
    magics.forEach((word, entry) -> list.add(new Listed(word, entry.owner, entry.magic)));
    return list;
  }

  /** The magic of a word such as {@code %spark} or {@code %%sql}. */
  public synchronized Optional<Listed> find(String word) {
    return Optional.ofNullable(magics.get(word))
        .map(entry -> new Listed(word, entry.owner, entry.magic));
  }

  @Override
  public boolean isLineMagic(String name) {
    return find("%" + name).isPresent();
  }

  @Override
  public boolean takesText(String word) {
    return find(word).flatMap(Listed::description).filter(MagicDescription::takesText).isPresent();
  }

  /**
   * Checks that there is a magic.
   *
   * @param prefix {@code %} or {@code %%}
   * @throws MagicUsageException with what may have been meant
   */
  public void require(String prefix, String name) throws MagicUsageException {
    if (find(prefix + name).isPresent()) {
      return;
    }
    String other = prefix.equals("%") ? "%%" : "%";
    String help =
        find(other + name).isPresent()
            ? "; there is " + other + name
            : Suggestion.question(prefix, name, names(prefix));
    throw new MagicUsageException(
        "there is no magic " + prefix + name + help + " (%lsmagic lists them)");
  }

  @Override
  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals"
  }) // the registry's contract: the caller knows the type of the value
  public <T, K extends BaseKernel> T evalLineMagic(K kernel, String name, List<String> arguments)
      throws Exception {
    require("%", name);
    Object magic = find("%" + name).orElseThrow().magic();
    return ((LineMagic<T, K>) magic).eval(kernel, arguments);
  }

  @Override
  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals"
  }) // the registry's contract: the caller knows the type of the value
  public <T, K extends BaseKernel> T evalCellMagic(
      K kernel, String name, List<String> arguments, String body) throws Exception {
    require("%%", name);
    Object magic = find("%%" + name).orElseThrow().magic();
    return ((CellMagic<T, K>) magic).eval(kernel, arguments, body);
  }

  @Override
  public Set<String> getLineMagicNames() {
    return names("%");
  }

  @Override
  public Set<String> getCellMagicNames() {
    return names("%%");
  }

  private synchronized Set<String> names(String prefix) {
    Set<String> names = new TreeSet<>();
    for (String word : magics.keySet()) {
      String name = word.substring(word.startsWith("%%") ? 2 : 1);
      if (word.equals(prefix + name)) {
        names.add(name);
      }
    }
    return names;
  }

  private synchronized void put(String word, Object magic) {
    Entry before = magics.put(word, new Entry(magic, owner));
    if (before != null && !before.owner.equals(owner)) {
      LOG.warn("the magic {} of {} is replaced by that of {}", word, before.owner, owner);
    }
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not the name of a magic: '" + name + "'");
    }
    return name;
  }
}
