// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.profile;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Suggestion;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads one file of profiles (YAML 1.1, so JSON too). What it does not know is refused with its
 * line.
 */
final class ProfileFile {

  /** The words of a profile and the Spark settings that they stand for. */
  static final Map<String, String> WORDS =
      Map.of(
          "master", "spark.master",
          "driver-host", "spark.driver.host",
          "bind-address", "spark.driver.bindAddress",
          "driver-port", "spark.driver.port",
          "block-manager-port", "spark.blockManager.port",
          "ui-port", "spark.ui.port");

  private static final Set<String> OTHER_WORDS = Set.of("description", "conf", "final");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][\\w.-]{0,63}");
  private static final Pattern SETTING = Pattern.compile("spark\\.[\\w.\\-/]+");

  /** Far more than a file of profiles holds. */
  private static final long MOST_BYTES = 1 << 20;

  private final Path file;
  private final boolean admin;

  private ProfileFile(Path file, boolean admin) {
    this.file = file;
    this.admin = admin;
  }

  /**
   * The profiles of a file.
   *
   * @param file the file
   * @param admin whether it is the site's, which may fix settings
   * @throws MagicUsageException naming file, line and key of what is wrong
   */
  static Map<String, SparkProfile> read(Path file, boolean admin) throws MagicUsageException {
    return new ProfileFile(file, admin).profiles();
  }

  private Map<String, SparkProfile> profiles() throws MagicUsageException {
    Map<String, SparkProfile> profiles = new TreeMap<>();
    Node root = compose();
    if (root == null) {
      return profiles;
    }
    for (Map.Entry<ScalarNode, Node> top : entries(root, "the file")) {
      if (!top.getKey().getValue().equals("profiles")) {
        throw wrong(
            top.getKey(), "unknown key '" + top.getKey().getValue() + "'; 'profiles' is meant");
      }
      for (Map.Entry<ScalarNode, Node> each : entries(top.getValue(), "profiles")) {
        String name = each.getKey().getValue();
        if (!NAME.matcher(name).matches()) {
          throw wrong(each.getKey(), "'" + name + "' is no name: letters, digits, '.', '_', '-'");
        }
        profiles.put(name, profile(name, each.getValue()));
      }
    }
    return profiles;
  }

  private @Nullable Node compose() throws MagicUsageException {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(10);
    options.setCodePointLimit((int) MOST_BYTES);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new MagicUsageException(file + " is larger than " + MOST_BYTES + " bytes");
      }
      try (Reader reader = Files.newBufferedReader(file)) {
        return new Yaml(options).compose(reader);
      }
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw new MagicUsageException(file + ", line " + line + ": " + e.getProblem());
    } catch (IOException | RuntimeException e) {
      throw new MagicUsageException(file + " cannot be read: " + e);
    }
  }

  private SparkProfile profile(String name, Node node) throws MagicUsageException {
    Map<String, SparkProfile.Setting> settings = new TreeMap<>();
    String description = "";
    Node fixed = null;
    for (Map.Entry<ScalarNode, Node> each : entries(node, "profile '" + name + "'")) {
      String word = each.getKey().getValue();
      if (WORDS.containsKey(word)) {
        put(settings, WORDS.get(word), each.getKey(), text(each.getValue(), word));
      } else if (word.equals("description")) {
        description = text(each.getValue(), word);
      } else if (word.equals("conf")) {
        conf(settings, each.getValue());
      } else if (word.equals("final")) {
        fixed = each.getValue();
      } else {
        Set<String> known = new HashSet<>(WORDS.keySet());
        known.addAll(OTHER_WORDS);
        throw wrong(
            each.getKey(), "unknown key '" + word + "'" + Suggestion.question("", word, known));
      }
    }
    if (fixed != null) {
      fix(settings, fixed);
    }
    return new SparkProfile(name, description, settings);
  }

  private void conf(Map<String, SparkProfile.Setting> settings, Node node)
      throws MagicUsageException {
    for (Map.Entry<ScalarNode, Node> each : entries(node, "conf")) {
      String setting = each.getKey().getValue();
      if (!SETTING.matcher(setting).matches()) {
        throw wrong(each.getKey(), "'" + setting + "' is no Spark setting (spark. ...)");
      }
      for (Map.Entry<String, String> word : WORDS.entrySet()) {
        if (word.getValue().equals(setting)) {
          throw wrong(each.getKey(), "write '" + word.getKey() + "' instead of '" + setting + "'");
        }
      }
      put(settings, setting, each.getKey(), text(each.getValue(), setting));
    }
  }

  private void fix(Map<String, SparkProfile.Setting> settings, Node node)
      throws MagicUsageException {
    if (!admin) {
      throw wrong(node, "only the file of the site may say 'final'");
    }
    List<String> names = new ArrayList<>();
    if (node instanceof SequenceNode list) {
      for (Node each : list.getValue()) {
        names.add(text(each, "final"));
      }
    } else if (text(node, "final").equals("true")) {
      names.addAll(settings.keySet());
    } else {
      throw wrong(node, "'final' is a list of keys, or true for all of the profile");
    }
    for (String name : names) {
      String setting = WORDS.getOrDefault(name, name);
      SparkProfile.Setting known = settings.get(setting);
      if (known == null) {
        throw wrong(node, "'final' names '" + name + "', which the profile does not set");
      }
      settings.put(setting, known.asFixed());
    }
  }

  private void put(
      Map<String, SparkProfile.Setting> settings, String name, ScalarNode key, String value) {
    settings.put(name, new SparkProfile.Setting(value, place(key), false));
  }

  private List<Map.Entry<ScalarNode, Node>> entries(Node node, String what)
      throws MagicUsageException {
    if (!(node instanceof MappingNode mapping)) {
      throw wrong(node, what + " must hold keys with values");
    }
    List<Map.Entry<ScalarNode, Node>> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw wrong(tuple.getKeyNode(), "a key must be a word");
      }
      if (!seen.add(key.getValue())) {
        throw wrong(key, "'" + key.getValue() + "' is there twice");
      }
      entries.add(Map.entry(key, tuple.getValueNode()));
    }
    return entries;
  }

  private String text(Node node, String key) throws MagicUsageException {
    if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
      return scalar.getValue().strip();
    }
    throw wrong(node, "'" + key + "' must have a value in one line");
  }

  private String place(Node node) {
    return file + ", line " + (node.getStartMark().getLine() + 1);
  }

  private MagicUsageException wrong(Node node, String what) {
    return new MagicUsageException(place(node) + ": " + what);
  }
}
