// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.web.client.RestClient;

/**
 * Ways to a token endpoint, by how long an answer may take. A limit belongs to a whole client here,
 * so there is one for each second.
 */
final class ProviderDoors {

  private static final Duration CONNECT = Duration.ofSeconds(3);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final List<RestClient> bySeconds =
      IntStream.rangeClosed(1, (int) Waits.ANSWER.toSeconds())
          .mapToObj(seconds -> client(Duration.ofSeconds(seconds)))
          .toList();
  private final RestClient patient = client(Waits.REFRESH);

  /** For an answer within some time, in whole seconds and at least one. */
  RestClient within(Duration limit) {
    int seconds = (int) Math.min(limit.toSeconds(), bySeconds.size());
    return bySeconds.get(Math.max(1, seconds) - 1);
  }

  /** For the answer to a refresh. */
  RestClient patient() {
    return patient;
  }

  private RestClient client(Duration limit) {
    JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(http);
    factory.setReadTimeout(limit);
    return RestClient.builder()
        .requestFactory(factory)
        .configureMessageConverters(
            converters ->
                converters
                    .addCustomConverter(new FormHttpMessageConverter())
                    .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
        .defaultStatusHandler(
            HttpStatusCode::isError,
            (request, response) -> {
              throw ErrorAnswer.of(response);
            })
        .build();
  }
}
