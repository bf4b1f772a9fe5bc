// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.login;

import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.function.Supplier;
import org.decisionlab.identity.tokens.source.LoginPrompt;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.DisplayHandle;
import org.decisionlab.kernel.display.HtmlTable;
import org.decisionlab.kernel.display.Markup;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.jspecify.annotations.Nullable;

/** Shows under the cell where to log in; when that is over, how it has ended stands there. */
final class CellPrompt implements LoginPrompt {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final Supplier<CellContext> cell;
  private @Nullable DisplayHandle shown;

  CellPrompt(Supplier<CellContext> cell) {
    this.cell = cell;
  }

  @Override
  public synchronized void show(URI address, URI direct, String code, Instant until) {
    shown = cell.get().display(new Code(address, direct, code, until));
  }

  @Override
  public synchronized void done(String outcome) {
    if (shown != null) {
      shown.update(Markup.plain("login: " + outcome));
      shown = null;
    }
  }

  /**
   * A code to enter.
   *
   * @param address the page to open
   * @param direct the same page with the code filled in
   * @param code the code to enter there
   * @param until when the code ends
   */
  record Code(URI address, URI direct, String code, Instant until)
      implements DisplayDataRenderable {

    @Override
    public Set<MIMEType> getSupportedRenderTypes() {
      return Set.of(MIMEType.TEXT_HTML, MIMEType.TEXT_PLAIN);
    }

    @Override
    public void render(RenderContext context) {
      context.renderIfRequested(MIMEType.TEXT_HTML, this::toHtml);
      context.renderIfRequested(MIMEType.TEXT_PLAIN, this::toString);
    }

    String toHtml() {
      return "<div class=\"decisionlab-login\">To log in, open <a target=\"_blank\""
          + " rel=\"noopener noreferrer\" href=\""
          + HtmlTable.escapeAttribute(direct.toString())
          + "\">"
          + HtmlTable.escape(address.toString())
          + "</a> and enter the code <code>"
          + HtmlTable.escape(code)
          + "</code> there, until "
          + TIME.format(until)
          + ". <em>Interrupt</em> gives up.</div>";
    }

    @Override
    public String toString() {
      return "To log in, open "
          + address
          + " and enter the code "
          + code
          + " there, until "
          + TIME.format(until)
          + ". Interrupt gives up.";
    }
  }
}
