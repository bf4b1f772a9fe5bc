// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.decisionlab.kernel.channels.WireMessage;
import org.dflib.jjava.jupyter.kernel.HelpLink;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.jspecify.annotations.Nullable;

/** What the kernel says of itself, and what every cell may use without an import. */
final class KernelInfo {

  static final String NAME = "decisionlab";

  /** What every cell may use without an import. */
  static final List<String> IMPORTS =
      List.of(
          "java.io.*",
          "java.math.*",
          "java.nio.file.*",
          "java.time.*",
          "java.util.*",
          "java.util.function.*",
          "java.util.stream.*",
          "org.decisionlab.kernel.progress.Progress",
          "org.decisionlab.kernel.widgets.*",
          "static org.decisionlab.kernel.cell.Notebook.*");

  private KernelInfo() {}

  /** Version of the jar, {@code 0} where it runs from class files. */
  static String version() {
    @Nullable String version = KernelInfo.class.getPackage().getImplementationVersion();
    return version == null ? "0" : version;
  }

  static LanguageInfo language() {
    return new LanguageInfo.Builder("java")
        .version(Runtime.version().toString())
        .mimetype("text/x-java")
        .fileExtension(".jshell")
        .pygments("java")
        .codemirror("text/x-java")
        .build();
  }

  /**
   * What a front end offers as help. Where a hub's user server shows the lab's documentation,
   * {@code DECISIONLAB_HELP_PAGES} holds the path to it below the user's address.
   */
  static List<HelpLink> helpLinks(Map<String, String> environment) {
    List<HelpLink> links = new ArrayList<>();
    String prefix = environment.getOrDefault("JUPYTERHUB_SERVICE_PREFIX", "");
    String pages = environment.getOrDefault("DECISIONLAB_HELP_PAGES", "");
    if (prefix.startsWith("/") && prefix.endsWith("/") && !pages.isBlank()) {
      links.add(new HelpLink("Java Kernel", prefix + pages + "/kernel"));
      links.add(new HelpLink("Magics", prefix + pages + "/magics"));
      links.add(new HelpLink("Spark in Cells", prefix + pages + "/spark"));
    }
    String api =
        "https://docs.oracle.com/en/java/javase/" + Runtime.version().feature() + "/docs/api/";
    links.add(new HelpLink("Java API", api));
    return List.copyOf(links);
  }

  /** Content of a {@code kernel_info_reply}. */
  static JsonObject reply() {
    Gson gson = new Gson();
    JsonObject reply = new JsonObject();
    reply.addProperty("status", "ok");
    reply.addProperty("protocol_version", WireMessage.PROTOCOL_VERSION);
    reply.addProperty("implementation", NAME);
    reply.addProperty("implementation_version", version());
    reply.add("language_info", gson.toJsonTree(language()));
    reply.addProperty(
        "banner", "Decision Lab " + version() + ", Java " + Runtime.version().feature());
    reply.add("help_links", gson.toJsonTree(helpLinks(System.getenv())));
    reply.addProperty("debugger", false);
    reply.add("supported_features", gson.toJsonTree(List.of("kernel subshells")));
    return reply;
  }
}
