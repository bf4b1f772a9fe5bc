// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import javax.servlet.ServletContext;
import javax.servlet.ServletException;
import javax.servlet.ServletOutputStream;
import javax.servlet.WriteListener;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How it starts, and what it does where it must not be used. */
class BearerAuthenticationHandlerTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final Map<String, Object> answered = new TreeMap<>();

  private BearerAuthenticationHandler started() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("issuers.json"),
            "{\"issuers\":[{\"issuer\":\"https://iam.example.org/\",\"audiences\":[\"a\"],"
                + "\"accounts\":\"subject\"}]}");
    Properties properties = new Properties();
    properties.setProperty(BearerAuthenticationHandler.ISSUERS, file.toString());
    BearerAuthenticationHandler handler = new BearerAuthenticationHandler();
    handler.init(properties);
    return handler;
  }

  @Test
  void withoutAFileThatHoldsItDoesNotStart() throws Exception {
    BearerAuthenticationHandler handler = new BearerAuthenticationHandler();
    assertThatThrownBy(() -> handler.init(new Properties()))
        .isInstanceOf(ServletException.class)
        .hasMessageContaining("httpfs.authentication.bearer.issuers.file");
    Properties properties = new Properties();
    properties.setProperty(
        BearerAuthenticationHandler.ISSUERS, folder.resolve("none.json").toString());
    assertThatThrownBy(() -> handler.init(properties))
        .isInstanceOf(ServletException.class)
        .hasMessageContaining("none.json");
    Path wrong = Files.writeString(folder.resolve("wrong.json"), "{\"issuers\":[]}");
    properties.setProperty(BearerAuthenticationHandler.ISSUERS, wrong.toString());
    assertThatThrownBy(() -> handler.init(properties)).hasMessageContaining("wrong.json");
  }

  @Test
  void aNameNodeIsNoPlaceForIt() throws Exception {
    BearerAuthenticationHandler handler = started();
    assertThat(handler.authenticate(request(true), response())).isNull();
    assertThat(answered).containsEntry("setStatus", 403).containsEntry("flushBuffer", "");
    assertThat(body.toString(UTF_8)).contains("access tokens are for HttpFS");
    assertThat(handler.authenticate(request(false), response())).isNull();
    assertThat(answered).containsEntry("setStatus", 401);
    handler.destroy();
  }

  private static HttpServletRequest request(boolean atNameNode) {
    ServletContext context =
        (ServletContext)
            Proxy.newProxyInstance(
                BearerAuthenticationHandlerTest.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) ->
                    atNameNode && List.of(arguments).equals(List.of("name.node"))
                        ? "a name node"
                        : null);
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            BearerAuthenticationHandlerTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getServletContext" -> context;
                  case "getHeaders" -> Collections.emptyEnumeration();
                  default -> throw new AssertionError("not to be asked: " + method);
                });
  }

  private HttpServletResponse response() {
    ServletOutputStream out =
        new ServletOutputStream() {
          @Override
          public boolean isReady() {
            return true;
          }

          @Override
          public void setWriteListener(WriteListener listener) {
            throw new AssertionError("nothing is written later");
          }

          @Override
          public void write(int each) {
            body.write(each);
          }
        };
    return (HttpServletResponse)
        Proxy.newProxyInstance(
            BearerAuthenticationHandlerTest.class.getClassLoader(),
            new Class<?>[] {HttpServletResponse.class},
            (proxy, method, arguments) -> {
              answered.put(method.getName(), arguments == null ? "" : arguments[0]);
              return method.getName().equals("getOutputStream") ? out : null;
            });
  }
}
