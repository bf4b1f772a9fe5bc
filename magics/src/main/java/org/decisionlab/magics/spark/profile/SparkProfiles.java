// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.profile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Suggestion;
import org.jspecify.annotations.Nullable;

/** The profiles of the site, overridden by those of the user, as far as the site allows. */
public final class SparkProfiles {

  private static final String FILE = "spark-profiles.yaml";

  private final Map<String, SparkProfile> profiles;
  private final List<Path> files;

  private SparkProfiles(Map<String, SparkProfile> profiles, List<Path> files) {
    this.profiles = profiles;
    this.files = files;
  }

  /**
   * Where profiles are looked for; later files override earlier ones.
   *
   * @param site the file of the site, which may fix settings
   * @param siteRequired whether it must be there
   * @param users the files of the user
   */
  public record Places(Path site, boolean siteRequired, List<Path> users) {

    /** Copies its list. */
    public Places {
      users = List.copyOf(users);
    }

    /**
     * {@code DECISIONLAB_SPARK_PROFILES} or {@code /etc/decisionlab/spark-profiles.yaml}; then the
     * user's {@code decisionlab/spark-profiles.yaml} under {@code XDG_CONFIG_HOME} or {@code
     * ~/.config}; then {@code spark-profiles.yaml} in the folder of the notebook.
     *
     * @param environment the value of an environment variable, or null
     * @param home the user's home
     * @param notebook the folder of the notebook
     */
    public static Places of(UnaryOperator<@Nullable String> environment, Path home, Path notebook) {
      String site = environment.apply("DECISIONLAB_SPARK_PROFILES");
      String config = environment.apply("XDG_CONFIG_HOME");
      Path user = config == null || config.isBlank() ? home.resolve(".config") : Path.of(config);
      boolean named = site != null && !site.isBlank();
      return new Places(
          Path.of(named ? String.valueOf(site) : "/etc/decisionlab/" + FILE),
          named,
          List.of(user.resolve("decisionlab").resolve(FILE), notebook.resolve(FILE)));
    }
  }

  /**
   * Reads all files that are there.
   *
   * @throws MagicUsageException naming file, line and key of what is wrong
   */
  public static SparkProfiles read(Places places) throws MagicUsageException {
    Map<String, SparkProfile> all = new TreeMap<>();
    List<Path> read = new ArrayList<>();
    if (Files.exists(places.site)) {
      all.putAll(ProfileFile.read(places.site, true));
      read.add(places.site);
    } else if (places.siteRequired) {
      throw new MagicUsageException(
          places.site + ", which DECISIONLAB_SPARK_PROFILES names, is not there");
    }
    for (Path file : places.users) {
      if (Files.exists(file)) {
        for (SparkProfile profile : ProfileFile.read(file, false).values()) {
          SparkProfile known = all.get(profile.name());
          all.put(profile.name(), known == null ? profile : known.overriddenBy(profile));
        }
        read.add(file);
      }
    }
    return new SparkProfiles(all, read);
  }

  /** All of them, by name. */
  public Collection<SparkProfile> all() {
    return profiles.values();
  }

  /** The files they come from. */
  public List<Path> files() {
    return List.copyOf(files);
  }

  /**
   * A profile.
   *
   * @param name its name; null for the one named {@link SparkProfile#DEFAULT}, which need not be
   *     there
   * @throws MagicUsageException when there is none of that name
   */
  public SparkProfile get(@Nullable String name) throws MagicUsageException {
    if (name == null) {
      return profiles.getOrDefault(SparkProfile.DEFAULT, SparkProfile.none());
    }
    SparkProfile known = profiles.get(name);
    if (known == null) {
      throw new MagicUsageException(
          "there is no Spark profile '"
              + name
              + "'"
              + (profiles.isEmpty()
                  ? "; no file of profiles is there"
                  : Suggestion.question("", name, profiles.keySet())
                      + " (%spark profiles lists them)"));
    }
    return known;
  }
}
