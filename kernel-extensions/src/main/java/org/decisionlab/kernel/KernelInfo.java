// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.List;
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

  static List<HelpLink> helpLinks() {
    String api =
        "https://docs.oracle.com/en/java/javase/" + Runtime.version().feature() + "/docs/api/";
    return List.of(new HelpLink("Java API", api));
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
    reply.add("help_links", gson.toJsonTree(helpLinks()));
    reply.addProperty("debugger", false);
    reply.add("supported_features", gson.toJsonTree(List.of("kernel subshells")));
    return reply;
  }
}
