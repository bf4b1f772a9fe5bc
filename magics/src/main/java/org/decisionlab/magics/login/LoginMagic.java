// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.login;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.HelpText;
import org.decisionlab.magics.system.ChildEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code %login}: whose tokens this kernel has, and where they come from. */
@Command(
    name = "%login",
    description = {
      "Tells who you are logged in as, and how long that lasts; logs in by device code; hands a"
          + " fresh token to programs.",
      "Without a verb it tells what the token says of itself. A token itself is never shown."
    })
final class LoginMagic implements Callable<@Nullable Object> {

  private static final String EXPORTED = "BEARER_TOKEN_FILE";

  private final KernelTokens tokens;
  private final ChildEnvironment children;

  @Option(
      names = "--audience",
      paramLabel = "URL",
      description = "The service that the token is to be for (default: whatever comes).")
  private @Nullable String audience;

  LoginMagic(KernelTokens tokens, ChildEnvironment children) {
    this.tokens = tokens;
    this.children = children;
  }

  @Override
  public Object call() throws Exception {
    return status(request(audience, TokenRequest.ANY));
  }

  @Command(
      name = "device",
      description = {
        "Logs in by device code: open the page that is shown, anywhere, and enter the code.",
        "The tokens of that login come first from then on."
      })
  HelpText device(
      @Option(
              names = "--scope",
              paramLabel = "SCOPE",
              description =
                  "What to ask for, several times for several scopes (default: the usual).")
          @Nullable List<String> scopes)
      throws Exception {
    try {
      tokens.login(scopes == null ? List.of() : scopes);
    } catch (IllegalArgumentException e) {
      throw new MagicUsageException("%login device: " + e.getMessage());
    }
    return status(exported(tokens.ofFiles()));
  }

  @Command(
      name = "export",
      description = {
        "Keeps a file with a fresh token, and tells its name to %%%%bash and other processes in"
            + " BEARER_TOKEN_FILE.",
        "Only you can read it; it is replaced before the token ends, and deleted with the kernel."
      })
  HelpText export(
      @Option(
              names = "--audience",
              paramLabel = "URL",
              description = "The service that the token is to be for (default: that of storage).")
          @Nullable String service)
      throws Exception {
    return status(exported(request(service, tokens.ofFiles())));
  }

  @Command(name = "end", description = "Ends the login by device code and deletes the token file.")
  String end() throws Exception {
    boolean exported = tokens.exported().isPresent();
    tokens.end();
    if (exported) {
      children.set(EXPORTED, null);
    }
    return "logged out here" + (exported ? ", and the token file is deleted" : "");
  }

  private TokenRequest exported(TokenRequest request) throws Exception {
    Path file = tokens.export(request);
    children.set(EXPORTED, file.toString());
    return request;
  }

  private HelpText status(TokenRequest request) throws Exception {
    return new HelpText(LoginStatus.of(tokens, request).text());
  }

  private static TokenRequest request(@Nullable String audience, TokenRequest otherwise)
      throws MagicUsageException {
    try {
      return audience == null ? otherwise : TokenRequest.of(audience, List.of());
    } catch (IllegalArgumentException e) {
      throw new MagicUsageException("%login: " + e.getMessage());
    }
  }
}
