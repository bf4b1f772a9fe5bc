// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** A running broker. */
public final class Broker implements AutoCloseable {

  /** What it is made of. It checks who asks itself, whatever else is on the class path. */
  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration(
      excludeName = {
        "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration"
      })
  @Import(TokenDoor.class)
  static class Parts {

    @Bean
    BrokerMetrics brokerMetrics() {
      return new BrokerMetrics();
    }

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> bodies() {
      return factory -> factory.addEngineValves(new UnreadBodies());
    }

    @Bean
    HubApi hub(BrokerSettings settings) {
      return new HubApi(settings.hubApi(), settings.hubToken());
    }

    @Bean
    Provider provider(BrokerSettings settings) {
      return new Provider(settings, Clock.systemUTC());
    }

    @Bean
    Logins logins(HubApi hub, Provider provider, BrokerMetrics metrics) {
      return new Logins(hub, provider, metrics, Clock.systemUTC());
    }

    @Bean
    TokenDesk desk(
        Logins logins, Provider provider, BrokerSettings settings, BrokerMetrics metrics) {
      return new TokenDesk(logins, provider, settings, metrics, Clock.systemUTC());
    }
  }

  /** Longer than clients of the JDK leave a connection unused that they mean to use again. */
  private static final Duration KEEP_ALIVE = Duration.ofMinutes(1);

  private final ConfigurableApplicationContext context;
  private final BrokerSettings settings;

  private Broker(ConfigurableApplicationContext context, BrokerSettings settings) {
    this.context = context;
    this.settings = settings;
  }

  /** Starts one, which is up when this returns; hub and provider may come later. */
  public static Broker start(BrokerSettings settings) {
    String prefix = settings.prefix();
    SpringApplication program = new SpringApplication(Parts.class);
    program.setBannerMode(Banner.Mode.OFF);
    program.setRegisterShutdownHook(false);
    program.setDefaultProperties(
        Map.of(
            "server.address",
            settings.listen().getHost(),
            "server.port",
            settings.listen().getPort(),
            "server.servlet.context-path",
            prefix.substring(0, prefix.length() - 1),
            "server.tomcat.threads.max",
            Places.THREADS,
            "server.tomcat.connection-timeout",
            Waits.BODY,
            "server.tomcat.keep-alive-timeout",
            KEEP_ALIVE,
            // Both would read bodies before anybody has asked who sends them.
            "spring.servlet.multipart.enabled",
            "false",
            "spring.mvc.formcontent.filter.enabled",
            "false",
            "spring.main.log-startup-info",
            "false",
            "spring.web.resources.add-mappings",
            "false"));
    program.addInitializers(
        context -> context.getBeanFactory().registerSingleton("settings", settings));
    return new Broker(program.run(), settings);
  }

  /** Its address, with the path and a slash at the end. */
  public URI address() {
    WebServerApplicationContext web = (WebServerApplicationContext) context;
    var server = web.getWebServer();
    if (server == null) {
      throw new IllegalStateException("the broker is not up");
    }
    return URI.create(
        "http://" + settings.listen().getHost() + ":" + server.getPort() + settings.prefix());
  }

  @Override
  public void close() {
    context.close();
  }
}
