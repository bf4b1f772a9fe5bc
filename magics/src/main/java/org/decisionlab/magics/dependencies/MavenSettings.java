// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.settings.Mirror;
import org.apache.maven.settings.Profile;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Repository;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.apache.maven.settings.crypto.DefaultSettingsDecrypter;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.eclipse.aether.repository.AuthenticationSelector;
import org.eclipse.aether.repository.MirrorSelector;
import org.eclipse.aether.repository.ProxySelector;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.sonatype.plexus.components.cipher.PBECipher;
import org.sonatype.plexus.components.cipher.PlexusCipherException;
import org.sonatype.plexus.components.sec.dispatcher.SecDispatcherException;
import org.sonatype.plexus.components.sec.dispatcher.SecUtil;

/**
 * What {@code settings.xml} of the user says of repositories (Maven documentation, "Settings
 * Reference"): the local one, mirrors, proxies, credentials, repositories of active profiles.
 */
final class MavenSettings {

  /** What Maven encrypts the master password with; it only keeps it from being seen by chance. */
  private static final String MASTER = "settings.security";

  /** What is encrypted stands in braces; a brace behind a backslash is a character. */
  private static final Pattern ENCRYPTED = Pattern.compile("(?<!\\\\)\\{(.*?)(?<!\\\\)}");

  private final Path folder;
  private final Settings settings;
  private final SettingsDecryptionResult secrets;

  private MavenSettings(Path folder, Settings settings, SettingsDecryptionResult secrets) {
    this.folder = folder;
    this.settings = settings;
    this.secrets = secrets;
  }

  /**
   * Reads {@code settings.xml} of a folder, if it is there.
   *
   * @param folder Maven's own folder of the user, {@code ~/.m2}
   * @throws MagicUsageException if the file cannot be read
   */
  static MavenSettings read(Path folder) throws MagicUsageException {
    DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest();
    Path file = folder.resolve("settings.xml");
    if (Files.exists(file)) {
      request.setUserSettingsFile(file.toFile());
    }
    Properties properties = new Properties();
    properties.putAll(System.getProperties());
    System.getenv().forEach((name, value) -> properties.setProperty("env." + name, value));
    request.setSystemProperties(properties);
    try {
      Settings settings =
          new DefaultSettingsBuilderFactory().newInstance().build(request).getEffectiveSettings();
      return new MavenSettings(folder, settings, decrypted(folder, settings));
    } catch (SettingsBuildingException e) {
      throw new MagicUsageException("%maven: " + file + " cannot be used: " + problems(e));
    }
  }

  private static String problems(SettingsBuildingException e) {
    return String.join(
        "; ", e.getProblems().stream().map(each -> each.getMessage().strip()).toList());
  }

  private static SettingsDecryptionResult decrypted(Path folder, Settings settings) {
    return new DefaultSettingsDecrypter(password -> decrypted(folder, password))
        .decrypt(new DefaultSettingsDecryptionRequest(settings));
  }

  /** As {@code mvn --encrypt-password} has encrypted it, with the master password beside it. */
  private static String decrypted(Path folder, String password) throws SecDispatcherException {
    Matcher encrypted = ENCRYPTED.matcher(password);
    if (!encrypted.find()) {
      return password;
    }
    String file = folder.resolve("settings-security.xml").toString();
    Matcher master = ENCRYPTED.matcher(SecUtil.read(file, true).getMaster());
    if (!master.find()) {
      throw new SecDispatcherException(file + " holds no encrypted master password");
    }
    PBECipher cipher = new PBECipher();
    try {
      String key = cipher.decrypt64(master.group(1), MASTER);
      return cipher.decrypt64(encrypted.group(1), key);
    } catch (PlexusCipherException e) {
      throw new SecDispatcherException("a password of settings.xml cannot be decrypted", e);
    }
  }

  /** The local repository: {@code maven.repo.local}, that of the settings, or the usual one. */
  Path localRepository() {
    String property = System.getProperty("maven.repo.local");
    String configured = property != null ? property : settings.getLocalRepository();
    return configured != null ? Path.of(configured) : folder.resolve("repository");
  }

  boolean offline() {
    return settings.isOffline();
  }

  /** Name and address of the repositories of active profiles. */
  List<Repository> repositories() {
    List<Repository> repositories = new ArrayList<>();
    for (Profile profile : settings.getProfiles()) {
      boolean byDefault =
          profile.getActivation() != null && profile.getActivation().isActiveByDefault();
      if (byDefault || settings.getActiveProfiles().contains(profile.getId())) {
        repositories.addAll(profile.getRepositories());
      }
    }
    return repositories;
  }

  MirrorSelector mirrors() {
    DefaultMirrorSelector selector = new DefaultMirrorSelector();
    for (Mirror mirror : settings.getMirrors()) {
      selector.add(
          mirror.getId(),
          mirror.getUrl(),
          mirror.getLayout(),
          false,
          mirror.isBlocked(),
          mirror.getMirrorOf(),
          mirror.getMirrorOfLayouts());
    }
    return selector;
  }

  ProxySelector proxies() {
    DefaultProxySelector selector = new DefaultProxySelector();
    for (Proxy proxy : secrets.getProxies()) {
      if (proxy.isActive()) {
        AuthenticationBuilder login =
            new AuthenticationBuilder()
                .addUsername(proxy.getUsername())
                .addPassword(proxy.getPassword());
        selector.add(
            new org.eclipse.aether.repository.Proxy(
                proxy.getProtocol(), proxy.getHost(), proxy.getPort(), login.build()),
            proxy.getNonProxyHosts());
      }
    }
    return selector;
  }

  AuthenticationSelector credentials() {
    DefaultAuthenticationSelector selector = new DefaultAuthenticationSelector();
    for (Server server : secrets.getServers()) {
      AuthenticationBuilder login =
          new AuthenticationBuilder()
              .addUsername(server.getUsername())
              .addPassword(server.getPassword());
      if (server.getPrivateKey() != null) {
        login.addPrivateKey(server.getPrivateKey(), server.getPassphrase());
      }
      selector.add(server.getId(), login.build());
    }
    return selector;
  }
}
