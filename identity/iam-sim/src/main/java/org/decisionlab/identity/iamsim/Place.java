// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/** Where the simulator listens, known when it does. */
final class Place implements ApplicationListener<WebServerInitializedEvent> {

  private final String host;
  private volatile @Nullable URI base;

  Place(String host) {
    this.host = host.contains(":") ? "[" + host + "]" : host;
  }

  @Override
  public void onApplicationEvent(WebServerInitializedEvent event) {
    base = URI.create("http://" + host + ":" + event.getWebServer().getPort());
  }

  /** The address, without a slash at the end. */
  URI base() {
    URI known = base;
    if (known == null) {
      throw new IllegalStateException("the simulator is not up yet");
    }
    return known;
  }

  /** The issuer as tokens name it. */
  String issuer(Terms terms) {
    return terms.issuerSlash() ? base() + "/" : base().toString();
  }
}
