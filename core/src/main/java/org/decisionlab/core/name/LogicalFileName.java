// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.name;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a file's name says by the grammar of CMS logical file names, {@code
 * /store/CLASS/ERA/PRIMARY/TIER/PROCESSING-vN/COUNTER/GUID.root}.
 *
 * <p>Parsing never fails: a part that the name does not tell is {@value #UNKNOWN}. Site prefixes
 * ({@code root://host//eos/cms}) and doubled slashes are removed first. A folder called store below
 * anything else than the experiment's area of a site, such as the copies in two users' homes, is no
 * such name and is left whole: two files stay two. So is a web address that is not such a name.
 *
 * @param path the cleaned name, from {@code /store} on where only a site's prefix stands before it
 * @param storeClass first element: data, mc, user, ...
 * @param era era of data taking, or campaign of a simulation
 * @param primaryDataset primary dataset, or process of a simulation
 * @param tier data tier, such as MINIAODSIM
 * @param processing processing string with its version
 * @param dataset {@code /primary/era-processing/tier}
 * @param group what the file belongs together with: its dataset; for other names its directory
 *     without trailing counters; a name without a directory is alone
 */
public record LogicalFileName(
    String path,
    String storeClass,
    String era,
    String primaryDataset,
    String tier,
    String processing,
    String dataset,
    String group) {

  /** Stands for what a name does not tell. */
  public static final String UNKNOWN = "unknown";

  /** Classes whose names follow the full grammar. */
  private static final Set<String> DATASET_CLASSES =
      Set.of(
          "data", "mc", "hidata", "himc", "express", "relval", "generator", "unmerged", "results");

  private static final Set<String> OTHER_CLASSES = Set.of("user", "group", "temp", "test", "lumi");

  /** Size of one event by tier, in kB (IRIS-HEP report on LHC data access patterns, 2020). */
  private static final Map<String, Double> EVENT_KILOBYTES =
      Map.of(
          "AOD", 400.0,
          "AODSIM", 400.0,
          "MINIAOD", 40.0,
          "MINIAODSIM", 40.0,
          "NANOAOD", 1.5,
          "NANOAODSIM", 1.5);

  /** Parses a name. Never throws, whatever the text. */
  public static LogicalFileName parse(String name) {
    String path = clean(name);
    List<String> parts = elements(path);
    if (parts.size() < 2 || !parts.get(0).equals("store")) {
      return other(path, UNKNOWN);
    }
    String storeClass = parts.get(1);
    if (OTHER_CLASSES.contains(storeClass)) {
      return other(path, storeClass);
    }
    if (!DATASET_CLASSES.contains(storeClass)) {
      return other(path, UNKNOWN);
    }
    return ofDataset(path, storeClass, parts);
  }

  /** Size of one event of the tier in kB, where it is known. */
  public OptionalDouble eventKilobytes() {
    Double size = EVENT_KILOBYTES.get(tier);
    return size == null ? OptionalDouble.empty() : OptionalDouble.of(size);
  }

  private static LogicalFileName ofDataset(String path, String storeClass, List<String> parts) {
    String era = part(parts, 2);
    String primary = part(parts, 3);
    String tier = NameGrammar.isTier(part(parts, 4)) ? parts.get(4) : UNKNOWN;
    String processing = NameGrammar.isVersioned(part(parts, 5)) ? parts.get(5) : UNKNOWN;
    if (tier.equals(UNKNOWN) || processing.equals(UNKNOWN)) {
      String group = directory(path);
      return new LogicalFileName(path, storeClass, era, primary, tier, processing, UNKNOWN, group);
    }
    String dataset = "/" + primary + "/" + era + "-" + processing + "/" + tier;
    return new LogicalFileName(path, storeClass, era, primary, tier, processing, dataset, dataset);
  }

  private static LogicalFileName other(String path, String storeClass) {
    return new LogicalFileName(
        path, storeClass, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, directory(path));
  }

  /** An element that is a directory of the name; the last element is the file itself. */
  private static String part(List<String> parts, int index) {
    return index < parts.size() - 1 ? parts.get(index) : UNKNOWN;
  }

  private static String clean(String spelling) {
    String told = spelling.strip();
    int start = NameGrammar.afterHost(told);
    String path = NameGrammar.singleSlashes(told.substring(start));
    if (path.startsWith("store/")) {
      path = "/" + path;
    }
    int store = path.indexOf("/store/");
    if (store > 0) {
      String name = path.substring(store);
      path = NameGrammar.isSitePrefix(path, store, isOfKnownClass(name)) ? name : path;
    }
    return start > 0 && NameGrammar.isWeb(told) && !isOfKnownClass(path) ? told : path;
  }

  private static boolean isOfKnownClass(String path) {
    String[] parts = path.split("/", 4);
    return parts.length == 4
        && parts[1].equals("store")
        && (DATASET_CLASSES.contains(parts[2]) || OTHER_CLASSES.contains(parts[2]));
  }

  private static List<String> elements(String path) {
    List<String> elements = new ArrayList<>();
    int from = 0;
    while (from < path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      if (to > from) {
        elements.add(path.substring(from, to));
      }
      from = to + 1;
    }
    return elements;
  }

  private static String directory(String path) {
    int end = path.lastIndexOf('/');
    if (end < 0) {
      return path;
    }
    int slash = path.lastIndexOf('/', end - 1);
    while (slash > 0 && NameGrammar.isCounter(path, slash + 1, end)) {
      end = slash;
      slash = path.lastIndexOf('/', end - 1);
    }
    return end == 0 ? "/" : path.substring(0, end);
  }
}
