// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.dependencies.MavenRequest.Library;

/** Reads the body of {@code %%maven}: coordinates, a line each, or a piece of a POM. */
final class MavenBody {

  private MavenBody() {}

  /** The libraries that a body names. */
  static List<Library> read(String body) throws MagicUsageException {
    String text = body.strip();
    return text.startsWith("<") ? pom(text) : lines(text);
  }

  private static List<Library> lines(String text) {
    List<Library> libraries = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String coordinates = line.replaceFirst("(#|//).*", "").strip();
      if (!coordinates.isEmpty()) {
        libraries.add(new Library(coordinates, List.of()));
      }
    }
    return libraries;
  }

  /** A whole project, its dependencies, or one or more of them. */
  private static List<Library> pom(String text) throws MagicUsageException {
    String project = text.replaceFirst("^<\\?xml[^>]*>", "").strip();
    if (project.startsWith("<dependency>")) {
      project = "<dependencies>" + project + "</dependencies>";
    }
    if (!project.startsWith("<project")) {
      project = "<project>" + project + "</project>";
    }
    Model model;
    try {
      model = new MavenXpp3Reader().read(new StringReader(project), false);
    } catch (IOException | XmlPullParserException e) {
      throw new MagicUsageException("%%maven: the body is no piece of a POM: " + e.getMessage());
    }
    List<Library> libraries = new ArrayList<>();
    for (Dependency dependency : model.getDependencies()) {
      if (!"test".equals(dependency.getScope())) {
        libraries.add(library(dependency));
      }
    }
    return libraries;
  }

  private static Library library(Dependency dependency) throws MagicUsageException {
    String version = dependency.getVersion();
    if (version == null || version.contains("${")) {
      throw new MagicUsageException(
          "%%maven: write out the version of " + dependency.getManagementKey());
    }
    String classifier = dependency.getClassifier();
    String middle =
        classifier != null
            ? ":" + dependency.getType() + ":" + classifier
            : dependency.getType().equals("jar") ? "" : ":" + dependency.getType();
    return new Library(
        dependency.getGroupId() + ":" + dependency.getArtifactId() + middle + ":" + version,
        dependency.getExclusions().stream()
            .map(each -> each.getGroupId() + ":" + each.getArtifactId())
            .toList());
  }
}
