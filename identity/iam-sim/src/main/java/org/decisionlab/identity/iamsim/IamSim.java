// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.net.URI;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A running simulator. */
public final class IamSim implements AutoCloseable {

  private final ConfigurableApplicationContext context;

  private IamSim(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** Starts one, which is up when this returns. */
  public static IamSim start(SimSettings settings) {
    SpringApplication program = new SpringApplication(SecurityRules.class);
    program.setBannerMode(Banner.Mode.OFF);
    program.setRegisterShutdownHook(false);
    program.setDefaultProperties(
        Map.of(
            "server.address", settings.address(),
            "server.port", settings.port(),
            "server.servlet.session.cookie.name", "IAMSIM",
            "server.servlet.session.cookie.same-site", "lax",
            "spring.main.log-startup-info", "false",
            "spring.web.resources.add-mappings", "false"));
    program.addInitializers(
        context -> context.getBeanFactory().registerSingleton("settings", settings));
    return new IamSim(program.run());
  }

  /** Its address, without a slash at the end. */
  public URI base() {
    return context.getBean(Place.class).base();
  }

  /** The issuer as its tokens name it now. */
  public String issuer() {
    return context.getBean(Place.class).issuer(switches().terms());
  }

  /** Its switches. */
  public Switches switches() {
    return context.getBean(Switches.class);
  }

  /** Its keys. */
  public SigningKeys keys() {
    return context.getBean(SigningKeys.class);
  }

  /** Its secrets. */
  public Secrets secrets() {
    return context.getBean(Secrets.class);
  }

  @Override
  public void close() {
    context.close();
  }
}
