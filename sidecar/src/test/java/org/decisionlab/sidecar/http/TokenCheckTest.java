// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.decisionlab.identity.tokens.verify.IssuerUnavailableException;
import org.decisionlab.sidecar.auth.Authenticator;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.Right;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is waited for while an issuer does not answer. */
class TokenCheckTest {

  /** Those that are not quick wait until they are let go; what is asked for is noted. */
  private static final class Stalled implements Authenticator {
    final CountDownLatch stall = new CountDownLatch(1);
    final CountDownLatch first = new CountDownLatch(1);
    final List<String> asked = new CopyOnWriteArrayList<>();

    @Override
    public @Nullable Identity identify(String token) {
      return null;
    }

    @Override
    public Identity ask(String token) throws IssuerUnavailableException {
      asked.add(token);
      first.countDown();
      try {
        assertThat(token.startsWith("quick") || stall.await(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IssuerUnavailableException("interrupted", e);
      }
      return new Identity(token, EnumSet.of(Right.READ));
    }

    @Override
    public String waitsFor(String token) {
      return token.startsWith("quick") ? "quick" : "slow";
    }

    @Override
    public void close() {}
  }

  private static NetSocket asking(NetClient client, int port, String token) {
    NetSocket socket = get(client.connect(port, "127.0.0.1"));
    get(socket.write("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n"));
    return socket;
  }

  private static <T> T get(io.vertx.core.Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static TokenCheck check(Vertx vertx, Stalled stalled, int threads, int ofOne) {
    Work work = new Work(vertx.createSharedWorkerExecutor("asking", threads), 100);
    return new TokenCheck(stalled, new Lanes(work, ofOne), AuditLog.NONE);
  }

  @Test
  void anIssuerThatStallsLeavesThreadsForTheOthers() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (Stalled stalled = new Stalled()) {
      TokenCheck check = check(vertx, stalled, 4, 2);
      CountDownLatch came = new CountDownLatch(8);
      Router router = Router.router(vertx);
      router
          .route()
          .handler(
              context -> {
                Visit.begin(context, new Deadlines(vertx, Duration.ofMinutes(5)));
                check.check(context, Right.READ, admitted -> admitted.end("in"), () -> {});
                came.countDown();
              });
      HttpServer server =
          get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
      NetClient client = vertx.createNetClient();
      CountDownLatch all = new CountDownLatch(8);
      for (int i = 0; i < 8; i++) {
        asking(client, server.actualPort(), "slow" + i).handler(bytes -> all.countDown());
      }
      assertThat(came.await(60, TimeUnit.SECONDS)).isTrue();
      CountDownLatch quick = new CountDownLatch(1);
      asking(client, server.actualPort(), "quick")
          .handler(
              bytes -> {
                assertThat(bytes.toString()).startsWith("HTTP/1.1 200");
                quick.countDown();
              });
      assertThat(quick.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(stalled.asked).contains("quick").hasSizeLessThanOrEqualTo(3);
      stalled.stall.countDown();
      assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      get(vertx.close());
    }
  }

  @Test
  void nobodyIsAskedForAClientThatHasGone() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (Stalled stalled = new Stalled()) {
      TokenCheck check = check(vertx, stalled, 1, 1);
      CountDownLatch came = new CountDownLatch(3);
      CountDownLatch gone = new CountDownLatch(1);
      Router router = Router.router(vertx);
      router
          .route()
          .handler(
              context -> {
                Visit.begin(context, new Deadlines(vertx, Duration.ofMinutes(5)));
                context.request().connection().closeHandler(closed -> gone.countDown());
                check.check(context, Right.READ, admitted -> admitted.end("in"), () -> {});
                came.countDown();
              });
      HttpServer server =
          get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
      NetClient client = vertx.createNetClient();
      CountDownLatch answered = new CountDownLatch(2);
      asking(client, server.actualPort(), "first").handler(bytes -> answered.countDown());
      assertThat(stalled.first.await(60, TimeUnit.SECONDS)).isTrue();
      NetSocket leaving = asking(client, server.actualPort(), "second");
      asking(client, server.actualPort(), "third").handler(bytes -> answered.countDown());
      assertThat(came.await(60, TimeUnit.SECONDS)).isTrue();
      get(leaving.close());
      assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
      stalled.stall.countDown();
      assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(stalled.asked).containsExactly("first", "third");
    } finally {
      get(vertx.close());
    }
  }
}
