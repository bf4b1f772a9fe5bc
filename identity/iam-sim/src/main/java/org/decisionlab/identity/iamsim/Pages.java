// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/** The pages that people see: log in, type a device's code, done. */
@RestController
final class Pages {

  private static final String FRAME =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>%1$s - IAM simulator</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <style>
      :root { color-scheme: light dark; --ink: #1b2733; --paper: #fff; --back: #e9eef3; --main: #0b5d8a; --soft: #5b6b7a; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6edf3; --paper: #18222c; --back: #0e151b; --main: #4aa8d8; --soft: #9bacbb; } }
      body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back);
        color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
      main { width: min(25rem, 88vw); background: var(--paper); border-radius: .8rem; padding: 2rem;
        box-shadow: 0 .5rem 2rem #0003; }
      h1 { font-size: 1.4rem; margin: 0 0 .2rem; }
      p.note { margin: 0 0 1.2rem; color: var(--soft); font-size: .9rem; }
      label { display: block; font-weight: 600; margin-top: .9rem; }
      label.tick { font-weight: 400; }
      input[type=text], input[type=password] { width: 100%%; box-sizing: border-box; padding: .6rem;
        margin-top: .25rem; font: inherit; color: inherit; background: transparent;
        border: 1px solid var(--soft); border-radius: .4rem; }
      input:focus-visible, button:focus-visible { outline: 3px solid var(--main); outline-offset: 1px; }
      button { width: 100%%; margin-top: 1.3rem; padding: .7rem; font: inherit; font-weight: 600; color: #fff;
        background: #0b5d8a; border: 0; border-radius: .4rem; cursor: pointer; }
      p.problem { padding: .6rem .8rem; border-left: .3rem solid #c0392b; background: #c0392b22; }
      table { margin-top: 1.4rem; font-size: .85rem; color: var(--soft); border-collapse: collapse; }
      td { padding: .1rem .8rem .1rem 0; vertical-align: top; } code { font-size: .95em; }
      </style></head><body><main><h1>%1$s</h1>
      <p class="note">IAM simulator: for development and tests on this machine. This is not INDIGO IAM.</p>
      %2$s</main></body></html>
      """;

  private final SimUsers users;

  Pages(SimUsers users) {
    this.users = users;
  }

  @GetMapping(path = "/login", produces = MediaType.TEXT_HTML_VALUE)
  String login(
      @RequestParam(name = "problem", required = false) @Nullable String problem, CsrfToken csrf) {
    String policy =
        "policy".equals(problem)
            ? """
              <label class="tick"><input type="checkbox" name="policy" value="signed">
              I sign the acceptable use policy</label>
              """
            : "";
    return page(
        "Log in",
        problem(problem)
            + "<form method=\"post\" action=\"/login\">"
            + hidden(csrf)
            + """
              <label for="username">User name</label>
              <input type="text" id="username" name="username" autocomplete="username" autofocus required>
              <label for="password">Password</label>
              <input type="password" id="password" name="password" autocomplete="current-password" required>
              """
            + policy
            + "<button type=\"submit\">Log in</button></form><table>"
            + users.all().stream().map(Pages::row).collect(Collectors.joining())
            + "</table>");
  }

  @GetMapping(path = "/device", produces = MediaType.TEXT_HTML_VALUE)
  String device(
      @RequestParam(name = "user_code", required = false) @Nullable String code, CsrfToken csrf) {
    return page(
        "Connect a program",
        "<p>Type the code that a program of yours shows. It will act in your name.</p>"
            + "<form method=\"post\" action=\"/device/verify\">"
            + hidden(csrf)
            + "<label for=\"user_code\">Code</label>"
            + "<input type=\"text\" id=\"user_code\" name=\"user_code\" required autofocus value=\""
            + HtmlUtils.htmlEscape(code == null ? "" : code)
            + "\"><button type=\"submit\">Connect</button></form>");
  }

  @GetMapping(path = "/device/done", produces = MediaType.TEXT_HTML_VALUE)
  String done() {
    return page("Connected", "<p>You can close this page and go back to the program.</p>");
  }

  @GetMapping(path = "/device/failed", produces = MediaType.TEXT_HTML_VALUE)
  String failed() {
    return page(
        "Not connected",
        "<p class=\"problem\">This code is not known, or it is too old.</p>"
            + "<p><a href=\"/device\">Type it again</a></p>");
  }

  @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
  String home() {
    return page(
        "You are logged in",
        "<form method=\"get\" action=\"/device\"><button>Connect a program" + "</button></form>");
  }

  private static String page(String title, String body) {
    return FRAME.formatted(title, body);
  }

  private static String problem(@Nullable String problem) {
    return switch (problem == null ? "" : problem) {
      case "" -> "";
      case "suspended" -> "<p class=\"problem\">This account is suspended.</p>";
      case "policy" ->
          "<p class=\"problem\">The acceptable use policy has to be signed again. Tick the box and"
              + " log in once more.</p>";
      default -> "<p class=\"problem\">User name or password is wrong.</p>";
    };
  }

  private static String hidden(CsrfToken csrf) {
    return "<input type=\"hidden\" name=\""
        + csrf.getParameterName()
        + "\" value=\""
        + HtmlUtils.htmlEscape(csrf.getToken())
        + "\">";
  }

  private static String row(SimUser user) {
    return "<tr><td><code>"
        + HtmlUtils.htmlEscape(user.name())
        + "</code></td><td>"
        + HtmlUtils.htmlEscape(String.join(" ", user.groups()))
        + "</td></tr>";
  }
}
