// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Lets in who asks: there must be a place, then the hub says who it is. Whom it has named before
 * has one of that user's places at once; a stranger keeps one of the strangers' only until the hub
 * has named him. Nothing of a question's body is read before.
 */
final class Entrance {

  /**
   * Who is in, until it is closed.
   *
   * @param deadline until when he is to be answered
   */
  record Guest(Identity who, Deadline deadline, Places.Place place) implements AutoCloseable {
    @Override
    public void close() {
      place.close();
    }
  }

  private static final Set<String> SCHEMES = Set.of("token", "bearer");

  private final Askers askers;
  private final HubMark mark;
  private final Places places = new Places();

  Entrance(HubApi hub, String ownToken) {
    this.askers = new Askers(hub);
    this.mark = new HubMark(ownToken);
  }

  /** Who asks this; to be closed when he is answered. */
  Guest enter(HttpServletRequest request) throws BrokerProblem {
    String token = hubToken(request.getHeader(HttpHeaders.AUTHORIZATION));
    boolean hub = mark.isOn(token, request.getHeader(HubMark.HEADER));
    Deadline deadline = Deadline.in(hub ? Waits.HUB : Waits.SERVER);
    Places.Place place = hub ? places.ofHub() : place(token, deadline);
    try {
      return new Guest(askers.of(token, deadline), deadline, place);
    } catch (BrokerProblem | RuntimeException e) {
      place.close();
      throw e;
    }
  }

  private Places.Place place(String token, Deadline deadline) throws BrokerProblem {
    String before = askers.nameBefore(token);
    if (before != null) {
      return places.ofUser(before);
    }
    Places.Place stranger = places.ofStranger(Askers.digest(token));
    try {
      return places.ofUser(askers.of(token, deadline).name());
    } finally {
      stranger.close();
    }
  }

  private static String hubToken(@Nullable String header) throws BrokerProblem {
    String[] words = header == null ? new String[0] : header.strip().split(" +");
    boolean known = words.length == 2 && SCHEMES.contains(words[0].toLowerCase(Locale.ROOT));
    if (!known || !words[1].matches("[\\x21-\\x7E]{1,1024}")) {
      throw BrokerProblem.unknown(
          "a token of the hub is wanted: Authorization: token $JUPYTERHUB_API_TOKEN");
    }
    return words[1];
  }
}
