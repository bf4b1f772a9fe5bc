// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.CredentialsExpiredException;
import org.springframework.security.authentication.DisabledException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceVerificationAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenIntrospectionAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2RefreshTokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import tools.jackson.databind.json.JsonMapper;

/** Spring Authorization Server with IAM's paths, and what is around it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableWebSecurity
@Import({ControlDoor.class, Pages.class})
class SecurityRules {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

  @Bean
  Place place(SimSettings settings) {
    return new Place(settings.address());
  }

  @Bean
  Secrets secrets(SimSettings settings) {
    Secrets secrets = new Secrets(settings.folder());
    secrets.make(settings.clients());
    return secrets;
  }

  @Bean
  Switches switches(SimSettings settings) {
    return new Switches(settings.terms());
  }

  @Bean
  SigningKeys keys() {
    return new SigningKeys();
  }

  @Bean
  SimUsers users(SimSettings settings, Secrets secrets, Switches switches) {
    return new SimUsers(settings.users(), secrets, switches);
  }

  @Bean
  SimClients clients(SimSettings settings, Secrets secrets, Switches switches, SigningKeys keys) {
    return new SimClients(settings.clients(), secrets, switches, keys);
  }

  @Bean
  SimAuthorizations logins(Switches switches) {
    return new SimAuthorizations(switches);
  }

  @Bean
  IamClaims claims(
      SimUsers users, SimClients clients, SigningKeys keys, Switches switches, Place place) {
    return new IamClaims(users, clients, keys, switches, place);
  }

  @Bean
  PasswordEncoder passwordEncoder() {
    return new SecretEncoder();
  }

  @Bean
  JwtDecoder jwtDecoder(SigningKeys keys) {
    return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
  }

  /** Refresh tokens come with the scope {@code offline_access} only. */
  @Bean
  OAuth2TokenGenerator<OAuth2Token> tokenGenerator(SigningKeys keys, IamClaims claims) {
    JwtGenerator jwt = new JwtGenerator(new NimbusJwtEncoder(keys));
    jwt.setJwtCustomizer(claims);
    OAuth2RefreshTokenGenerator refresh = new OAuth2RefreshTokenGenerator();
    return context ->
        OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType())
            ? offline(context, refresh)
            : jwt.generate(context);
  }

  @Bean
  AuthorizationServerSettings paths() {
    return AuthorizationServerSettings.builder()
        .authorizationEndpoint("/authorize")
        .tokenEndpoint("/token")
        .jwkSetEndpoint("/jwk")
        .oidcUserInfoEndpoint("/userinfo")
        .tokenIntrospectionEndpoint("/introspect")
        .tokenRevocationEndpoint("/revoke")
        .deviceAuthorizationEndpoint("/devicecode")
        .deviceVerificationEndpoint("/device/verify")
        .oidcLogoutEndpoint("/connect/logout")
        .build();
  }

  @Bean
  FilterRegistrationBean<QuirksFilter> quirks(Switches switches) {
    FilterRegistrationBean<QuirksFilter> bean =
        new FilterRegistrationBean<>(new QuirksFilter(switches));
    bean.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
    return bean;
  }

  @Bean
  @Order(1)
  SecurityFilterChain control(HttpSecurity http) throws Exception {
    return http.securityMatcher(ControlDoor.PATH, ControlDoor.PATH + "/**")
        .csrf(csrf -> csrf.disable())
        .authorizeHttpRequests(all -> all.anyRequest().permitAll())
        .build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain oauth(
      HttpSecurity http,
      SimClients clients,
      SimAuthorizations logins,
      IamClaims claims,
      Switches switches,
      Place place)
      throws Exception {
    OAuth2AuthorizationServerConfigurer server = new OAuth2AuthorizationServerConfigurer();
    PublicClients publicClients = new PublicClients(clients);
    http.securityMatcher(server.getEndpointsMatcher())
        .with(server, all -> endpoints(all, publicClients, logins, claims, switches, place))
        .authorizeHttpRequests(all -> all.anyRequest().authenticated())
        .oauth2ResourceServer(resource -> resource.jwt(Customizer.withDefaults()))
        .exceptionHandling(
            all -> all.authenticationEntryPoint(new LoginUrlAuthenticationEntryPoint("/login")));
    return http.build();
  }

  @Bean
  @Order(3)
  SecurityFilterChain pages(HttpSecurity http, Switches switches) throws Exception {
    SavedRequestAwareAuthenticationSuccessHandler onward =
        new SavedRequestAwareAuthenticationSuccessHandler();
    return http.authorizeHttpRequests(
            all -> all.requestMatchers("/login", "/error").permitAll().anyRequest().authenticated())
        .headers(all -> all.contentSecurityPolicy(policy -> policy.policyDirectives(POLICY)))
        .formLogin(
            form ->
                form.loginPage("/login")
                    .successHandler(
                        (request, response, login) -> {
                          if (SimUsers.signs()) {
                            switches.change(terms -> terms.signed(login.getName()));
                          }
                          onward.onAuthenticationSuccess(request, response, login);
                        })
                    .failureHandler(SecurityRules::failed))
        .build();
  }

  private static void endpoints(
      OAuth2AuthorizationServerConfigurer server,
      PublicClients publicClients,
      SimAuthorizations logins,
      IamClaims claims,
      Switches switches,
      Place place) {
    server
        .clientAuthentication(
            all -> all.authenticationConverter(publicClients).authenticationProvider(publicClients))
        .deviceAuthorizationEndpoint(all -> all.verificationUri("/device"))
        .deviceVerificationEndpoint(
            all ->
                all.authenticationProviders(
                        providers -> providers.forEach(SecurityRules::withoutConsent))
                    .deviceVerificationResponseHandler(
                        (request, response, login) -> response.sendRedirect("/device/done"))
                    .errorResponseHandler(
                        (request, response, problem) -> response.sendRedirect("/device/failed")))
        .tokenIntrospectionEndpoint(
            all ->
                all.introspectionResponseHandler(
                    (request, response, said) -> introspected(response, said, logins, claims)))
        .authorizationServerMetadataEndpoint(
            all ->
                all.authorizationServerMetadataCustomizer(
                    document -> {
                      document.issuer(place.base() + "/");
                      document.grantTypes(each -> grants(each, switches));
                    }))
        .oidc(
            oidc ->
                oidc.providerConfigurationEndpoint(
                        all ->
                            all.providerConfigurationCustomizer(
                                document -> {
                                  document.issuer(place.base() + "/");
                                  document.grantTypes(each -> grants(each, switches));
                                }))
                    .userInfoEndpoint(
                        all ->
                            all.userInfoMapper(
                                context ->
                                    new OidcUserInfo(
                                        claims.userinfo(context.getAuthorization())))));
  }

  private static void grants(java.util.List<String> grants, Switches switches) {
    if (!switches.terms().exchange()) {
      grants.removeIf(grant -> grant.endsWith(":token-exchange"));
    }
  }

  private static void withoutConsent(AuthenticationProvider provider) {
    if (provider instanceof OAuth2DeviceVerificationAuthenticationProvider device) {
      device.setAuthorizationConsentRequired(context -> false);
    }
  }

  private static @org.jspecify.annotations.Nullable OAuth2Token offline(
      OAuth2TokenContext context, OAuth2RefreshTokenGenerator refresh) {
    return context.getAuthorizedScopes().contains("offline_access")
        ? refresh.generate(context)
        : null;
  }

  private static void introspected(
      HttpServletResponse response, Authentication said, SimAuthorizations logins, IamClaims claims)
      throws IOException {
    OAuth2TokenIntrospectionAuthenticationToken asked =
        (OAuth2TokenIntrospectionAuthenticationToken) said;
    Map<String, Object> all = new LinkedHashMap<>();
    OAuth2Authorization login = logins.findByToken(asked.getToken(), null);
    boolean active = asked.getTokenClaims().isActive() && login != null && claims.isActive(login);
    all.put("active", active);
    if (active && login != null) {
      asked
          .getTokenClaims()
          .getClaims()
          .forEach(
              (name, value) ->
                  all.put(
                      name,
                      value instanceof java.time.Instant when ? when.getEpochSecond() : value));
      all.putAll(claims.introspected(login, asked.getName()));
    }
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.getOutputStream().write(JSON.writeValueAsBytes(all));
  }

  private static void failed(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException problem)
      throws IOException {
    String why =
        problem instanceof DisabledException
            ? "suspended"
            : problem instanceof CredentialsExpiredException ? "policy" : "password";
    response.sendRedirect("/login?problem=" + why);
  }
}
