// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import org.decisionlab.kernel.assist.Assistant;
import org.decisionlab.kernel.assist.Completeness;
import org.decisionlab.kernel.assist.Explanation;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.jspecify.annotations.Nullable;

/** Answers questions about code: contents of requests in, contents of replies out. */
record CodeRequests(Assistant assistant) {

  /** Content of a {@code complete_reply}. */
  JsonObject complete(JsonObject content) throws Exception {
    String code = RequestContent.text(content, "code");
    Candidates found = assistant.complete(code, cursor(content, code));
    int start = code.codePointCount(0, found.start());
    int end = code.codePointCount(0, found.end());
    JsonArray matches = new JsonArray();
    JsonArray types = new JsonArray();
    for (Candidate candidate : found.candidates()) {
      matches.add(candidate.text());
      JsonObject typed = new JsonObject();
      typed.addProperty("start", start);
      typed.addProperty("end", end);
      typed.addProperty("text", candidate.text());
      typed.addProperty("type", candidate.type());
      types.add(typed);
    }
    JsonObject metadata = new JsonObject();
    metadata.add("_jupyter_types_experimental", types);
    JsonObject reply = Requests.ok();
    reply.add("matches", matches);
    reply.addProperty("cursor_start", start);
    reply.addProperty("cursor_end", end);
    reply.add("metadata", metadata);
    return reply;
  }

  /** Content of an {@code inspect_reply}. */
  JsonObject inspect(JsonObject content) throws Exception {
    String code = RequestContent.text(content, "code");
    boolean detailed = RequestContent.number(content, "detail_level", 0) > 0;
    @Nullable Explanation found = assistant.inspect(code, cursor(content, code), detailed);
    JsonObject reply = Requests.ok();
    reply.addProperty("found", found != null);
    JsonObject data = new JsonObject();
    if (found != null) {
      data.addProperty("text/plain", found.plain());
      data.addProperty("text/markdown", found.markdown());
      data.addProperty("text/html", found.html());
    }
    reply.add("data", data);
    reply.add("metadata", new JsonObject());
    return reply;
  }

  /** Content of an {@code is_complete_reply}. */
  JsonObject isComplete(JsonObject content) throws Exception {
    Completeness answer = assistant.completeness(RequestContent.text(content, "code"));
    JsonObject reply = new JsonObject();
    reply.addProperty("status", answer.status());
    if (answer.status().equals("incomplete")) {
      reply.addProperty("indent", answer.indent());
    }
    return reply;
  }

  /** The cursor as an index of characters; the protocol counts Unicode code points. */
  private static int cursor(JsonObject content, String code) {
    int points = code.codePointCount(0, code.length());
    int wanted = RequestContent.number(content, "cursor_pos", points);
    return code.offsetByCodePoints(0, Math.min(Math.max(wanted, 0), points));
  }
}
