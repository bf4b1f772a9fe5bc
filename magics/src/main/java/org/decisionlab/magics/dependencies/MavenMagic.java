// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.decisionlab.kernel.cell.JarAddition;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.HelpText;
import org.decisionlab.magics.arguments.LineOrCellMagic;
import org.decisionlab.magics.dependencies.MavenRequest.Library;
import org.eclipse.aether.artifact.Artifact;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %maven} and {@code %%maven}: adds libraries with all they need. */
@Command(
    description = {
      "Adds libraries, with all they need, to the class path of the cells and of running executors.",
      "What the local repository has is taken from there. In %%%%maven the body names them: coordinates, a line each,"
          + " or a piece of a POM. A library that the kernel has already stays as it is."
    })
final class MavenMagic extends LineOrCellMagic implements Callable<HelpText> {

  @Parameters(
      paramLabel = "GROUP:ARTIFACT:VERSION",
      arity = "0..*",
      description = "What to add; GROUP:ARTIFACT:EXTENSION:CLASSIFIER:VERSION where needed.")
  private @Nullable List<String> coordinates;

  @Option(
      names = {"-x", "--exclude"},
      paramLabel = "GROUP:ARTIFACT",
      description = "Left out, wherever it occurs; * stands for any. May be given several times.")
  private @Nullable List<String> exclusions;

  @Option(
      names = "--repo",
      paramLabel = "URL",
      description = "A repository to ask first, https: or file:. May be given several times.")
  private @Nullable List<String> repositories;

  @Option(names = "--offline", description = "Looks into the local repository alone.")
  private boolean offline;

  MavenMagic(String name, KernelScope scope, String body) {
    super(name, scope, body);
  }

  @Override
  public HelpText call() throws Exception {
    List<Library> libraries = new ArrayList<>();
    for (String each : orEmpty(coordinates)) {
      libraries.add(new Library(each, List.of()));
    }
    libraries.addAll(MavenBody.read(body()));
    if (libraries.isEmpty()) {
      throw new MagicUsageException(name() + ": name what to add, as GROUP:ARTIFACT:VERSION");
    }
    MavenRequest request =
        new MavenRequest(libraries, orEmpty(exclusions), orEmpty(repositories), offline);
    Path folder = Path.of(System.getProperty("user.home"), ".m2");
    MavenResolver resolver = new MavenResolver(MavenSettings.read(folder));
    Resolution resolution = new Resolution(resolver, scope().cell());
    return add(resolution.of(request), resolution.downloaded());
  }

  private HelpText add(List<Artifact> artifacts, String downloaded) throws Exception {
    KernelLibraries present = KernelLibraries.of(scope().addedJars());
    List<Path> jars = new ArrayList<>();
    List<String> added = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    for (Artifact artifact : artifacts) {
      Optional<String> version =
          present.version(artifact.getArtifactId(), artifact.getClassifier());
      if (version.isEmpty() && artifact.getExtension().equals("jar")) {
        jars.add(artifact.getPath());
        added.add(artifact.getArtifactId() + " " + artifact.getVersion());
      } else if (version.isPresent() && !version.get().equals(artifact.getVersion())) {
        kept.add(
            artifact.getArtifactId()
                + " "
                + version.get()
                + " instead of "
                + artifact.getVersion());
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        added.isEmpty()
            ? "nothing new: the kernel has all of it"
            : "added " + String.join(", ", added) + downloaded);
    if (!kept.isEmpty()) {
      lines.add(
          "warning: the kernel has other versions, which are used: " + String.join(", ", kept));
    }
    if (!jars.isEmpty()) {
      JarAddition addition = scope().addJars(jars);
      addition.warnings().forEach(warning -> lines.add("warning: " + warning));
    }
    return new HelpText(String.join("\n", lines));
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }
}
