// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/** Logins that begin while others are looked for, as a course of fifty does it. */
class SimAuthorizationsTest {

  private static final int PEOPLE = 8;
  private static final int LOGINS = 300;
  private static final OAuth2TokenType STATE = new OAuth2TokenType(OAuth2ParameterNames.STATE);
  private static final RegisteredClient CLIENT =
      RegisteredClient.withId("hub")
          .clientId("hub")
          .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
          .redirectUri("http://127.0.0.1/back")
          .build();

  private final SimAuthorizations logins = new SimAuthorizations(new Switches(Terms.USUAL));

  @Test
  @Timeout(120)
  void oneLooksForLoginsWhileOthersBeginOne() throws Exception {
    ExecutorService people = Executors.newFixedThreadPool(PEOPLE);
    CyclicBarrier together = new CyclicBarrier(PEOPLE);
    try {
      List<Future<Integer>> found = new ArrayList<>();
      for (int person = 0; person < PEOPLE; person++) {
        String name = "person-" + person;
        found.add(
            people.submit(
                () -> {
                  together.await(60, TimeUnit.SECONDS);
                  return begunAndFound(name);
                }));
      }
      for (Future<Integer> each : found) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(LOGINS);
      }
    } finally {
      people.shutdownNow();
    }
  }

  private int begunAndFound(String name) {
    int found = 0;
    for (int i = 0; i < LOGINS; i++) {
      String state = name + "-" + i;
      OAuth2Authorization login =
          OAuth2Authorization.withRegisteredClient(CLIENT)
              .id(state)
              .principalName(name)
              .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
              .attribute(OAuth2ParameterNames.STATE, state)
              .build();
      logins.save(login);
      found += logins.findByToken(state, STATE) == null ? 0 : 1;
      logins.remove(login);
    }
    return found;
  }
}
