// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Lets through to Spark's pages what the user's own server has signed, since the pages listen on
 * loopback, where every account of the machine may knock, and have no log-in of their own.
 *
 * <p>The key is in the environment that the server gives to its kernels ({@value #KEY},
 * hexadecimal, at least 32 digits). Each request carries {@value #HEADER}: seconds since 1970, a
 * space, and the HMAC-SHA256, in hexadecimal, of the text {@code SECONDS PORT}. It is good for half
 * a minute and at one port, so who listens at another port and is led there learns nothing. Without
 * a key everybody is refused.
 */
public final class PagesDoor implements Filter {

  /** The environment variable of the key. */
  static final String KEY = "DECISIONLAB_SPARK_PAGES_KEY";

  static final String HEADER = "X-Decisionlab-Signed";

  private static final String ALGORITHM = "HmacSHA256";
  private static final int GOOD_SECONDS = 30;
  private static final Pattern KEY_FORM = Pattern.compile("(?:[0-9a-f]{2}){16,}");
  private static final Pattern FORM = Pattern.compile("([0-9]{1,12}) ([0-9a-f]{64})");

  private final @Nullable String key;
  private final Clock clock;

  /** The filter of this process, as Spark makes it. */
  public PagesDoor() {
    this(System.getenv(KEY), Clock.systemUTC());
  }

  PagesDoor(@Nullable String key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain pages)
      throws IOException, ServletException {
    String signed = ((HttpServletRequest) request).getHeader(HEADER);
    if (isOurs(signed, request.getLocalPort())) {
      pages.doFilter(request, response);
      return;
    }
    HttpServletResponse answer = (HttpServletResponse) response;
    answer.setStatus(HttpServletResponse.SC_FORBIDDEN);
    answer.setContentType("text/plain; charset=utf-8");
    answer
        .getWriter()
        .println(
            "Spark's pages are shown under their owner's own address at the hub, and nowhere else.");
  }

  /** Whether a header was made with the key, for this port, now. */
  boolean isOurs(@Nullable String signed, int port) {
    Matcher form = FORM.matcher(signed == null ? "" : signed);
    if (key == null || !KEY_FORM.matcher(key).matches() || !form.matches()) {
      return false;
    }
    String seconds = form.group(1);
    boolean now =
        Math.abs(clock.instant().getEpochSecond() - Long.parseLong(seconds)) <= GOOD_SECONDS;
    byte[] given = HexFormat.of().parseHex(form.group(2));
    return MessageDigest.isEqual(given, signature(key, seconds + " " + port)) && now;
  }

  private static byte[] signature(String key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(HexFormat.of().parseHex(key), ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
