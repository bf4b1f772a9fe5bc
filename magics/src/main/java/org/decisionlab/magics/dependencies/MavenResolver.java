// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.dependencies.MavenRequest.Library;
import org.eclipse.aether.ConfigurationProperties;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.DependencyFilter;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.eclipse.aether.util.filter.ScopeDependencyFilter;

/**
 * Resolves coordinates with Maven's own library: what is in the local repository is taken from
 * there, whoever has put it there; the rest is downloaded and its checksums are compared.
 * Repositories that POMs of libraries name are not asked.
 */
final class MavenResolver {

  private static final String CENTRAL = "https://repo.maven.apache.org/maven2";
  private static final int CONNECT_MILLIS = 15_000;
  private static final int REQUEST_MILLIS = 60_000;

  private final MavenSettings settings;

  MavenResolver(MavenSettings settings) {
    this.settings = settings;
  }

  /** The artifacts of a request and all they need at run time, the requested ones first. */
  List<Artifact> resolve(MavenRequest request, Downloads downloads) throws MagicUsageException {
    List<RemoteRepository> asked = repositories(request);
    CollectRequest collect = new CollectRequest();
    for (Library library : request.libraries()) {
      collect.addDependency(dependency(library, request.exclusions()));
    }
    try (RepositorySystem system = new RepositorySystemSupplier().get();
        RepositorySystemSession.CloseableSession session = session(system, request, downloads)) {
      collect.setRepositories(system.newResolutionRepositories(session, asked));
      DependencyFilter runtime = new ScopeDependencyFilter("provided", "system", "test");
      return system
          .resolveDependencies(session, new DependencyRequest(collect, runtime))
          .getArtifactResults()
          .stream()
          .map(ArtifactResult::getArtifact)
          .toList();
    } catch (DependencyResolutionException e) {
      throw new MagicUsageException(explain(e, request, collect.getRepositories()));
    }
  }

  private RepositorySystemSession.CloseableSession session(
      RepositorySystem system, MavenRequest request, Downloads downloads) {
    return new SessionBuilderSupplier(system)
        .get()
        .withLocalRepositoryBaseDirectories(settings.localRepository())
        .setOffline(isOffline(request))
        .setTransferListener(downloads)
        .setMirrorSelector(settings.mirrors())
        .setProxySelector(settings.proxies())
        .setAuthenticationSelector(settings.credentials())
        .setIgnoreArtifactDescriptorRepositories(true)
        .setSystemProperties(System.getProperties())
        .setConfigProperty(ConfigurationProperties.CONNECT_TIMEOUT, CONNECT_MILLIS)
        .setConfigProperty(ConfigurationProperties.REQUEST_TIMEOUT, REQUEST_MILLIS)
        // Under a name of our own: what Maven has downloaded from anywhere counts as there.
        .setConfigProperty(
            "aether.enhancedLocalRepository.trackingFilename", "_decisionlab.repositories")
        .build();
  }

  private boolean isOffline(MavenRequest request) {
    return request.offline() || settings.offline();
  }

  private List<RemoteRepository> repositories(MavenRequest request) throws MagicUsageException {
    List<RemoteRepository> repositories = new ArrayList<>();
    for (String url : request.repositories()) {
      repositories.add(repository("repo" + (repositories.size() + 1), checked(url)));
    }
    settings
        .repositories()
        .forEach(each -> repositories.add(repository(each.getId(), each.getUrl())));
    repositories.add(repository("central", CENTRAL));
    return repositories;
  }

  private static RemoteRepository repository(String id, String url) {
    // A folder of this machine has been written by its user, often without checksums.
    String checksums =
        url.startsWith("file:")
            ? RepositoryPolicy.CHECKSUM_POLICY_IGNORE
            : RepositoryPolicy.CHECKSUM_POLICY_FAIL;
    return new RemoteRepository.Builder(id, "default", url)
        .setPolicy(new RepositoryPolicy(true, RepositoryPolicy.UPDATE_POLICY_DAILY, checksums))
        .build();
  }

  private static String checked(String url) throws MagicUsageException {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new MagicUsageException("%maven: --repo is no address: " + e.getMessage());
    }
    if (uri.getUserInfo() != null) {
      throw new MagicUsageException(
          "%maven: credentials do not belong into --repo; settings.xml takes them");
    }
    if (!"https".equals(uri.getScheme()) && !"file".equals(uri.getScheme())) {
      throw new MagicUsageException("%maven: --repo takes https: and file: addresses, not " + url);
    }
    return url;
  }

  private static Dependency dependency(Library library, List<String> everywhere)
      throws MagicUsageException {
    String coordinates = library.coordinates();
    Artifact artifact;
    try {
      artifact = new DefaultArtifact(coordinates);
    } catch (IllegalArgumentException e) {
      throw new MagicUsageException(
          "%maven: expected GROUP:ARTIFACT:VERSION, not '" + coordinates + "'");
    }
    List<Exclusion> exclusions = new ArrayList<>();
    for (String exclusion :
        Stream.concat(library.exclusions().stream(), everywhere.stream()).toList()) {
      String[] parts = exclusion.split(":", -1);
      if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        throw new MagicUsageException(
            "%maven: expected GROUP:ARTIFACT to exclude, not '" + exclusion + "'");
      }
      exclusions.add(new Exclusion(parts[0], parts[1], "*", "*"));
    }
    return new Dependency(artifact, "compile", false, exclusions);
  }

  private String explain(
      DependencyResolutionException e, MavenRequest request, List<RemoteRepository> asked) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String wanted =
        request.libraries().stream().map(Library::coordinates).collect(Collectors.joining(", "));
    return "%maven: cannot resolve "
        + wanted
        + ". Tried: "
        + tried(request, asked)
        + ". Reason: "
        + withoutLogins(String.valueOf(cause.getMessage()).strip())
        + (isOffline(request)
            ? ". Without '--offline', the repositories are asked"
            : ". Check the coordinates and the network, or name another repository with '--repo'");
  }

  private String tried(MavenRequest request, List<RemoteRepository> asked) {
    String local = "the local repository " + settings.localRepository();
    if (isOffline(request)) {
      return local;
    }
    return Stream.concat(Stream.of(local), asked.stream().map(MavenResolver::named))
        .collect(Collectors.joining(", "));
  }

  private static String named(RemoteRepository repository) {
    String mirrored =
        repository.getMirroredRepositories().stream()
            .map(RemoteRepository::getId)
            .collect(Collectors.joining(", "));
    String url = withoutLogins(repository.getUrl());
    return mirrored.isEmpty() ? url : url + " (mirror of " + mirrored + ")";
  }

  private static String withoutLogins(String text) {
    return text.replaceAll("(?<=://)[^/@\\s]+@", "");
  }
}
