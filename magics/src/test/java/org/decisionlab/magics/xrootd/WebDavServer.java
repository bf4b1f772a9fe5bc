// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/**
 * A folder over HTTP with WebDAV, after RFC 4918 and RFC 9110, with the faults that servers have.
 * It stands in for a storage element; a real XRootD is asked where there is one.
 */
final class WebDavServer implements AutoCloseable {

  /** What is wrong with a server. */
  enum Fault {
    NONE,
    NO_WEBDAV,
    NO_RANGES,
    WRONG_CHECKSUM,
    WRONG_SIZE,
    STALLS,
    ENDS_EARLY,
    DOCTYPE,
    SHORT_RANGES,
    NO_PARTS,
    TRICKLES,
    NOT_ENCODED
  }

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

  /** Method, path and token of each request. */
  final List<String> seen = new CopyOnWriteArrayList<>();

  volatile Fault fault = Fault.NONE;

  /** The only token that is accepted; null for none wanted. */
  volatile @Nullable String token;

  /** The status for who shows none. */
  volatile int refusal = 401;

  /** The status for who shows another one. */
  volatile int ofAnother = 401;

  /** Where files are sent on to. */
  volatile @Nullable URI elsewhere;

  private final Path root;
  private final HttpServer server;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  WebDavServer(Path root) throws IOException {
    this.root = root;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  String at(String path) {
    return uri() + path;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String shown = exchange.getRequestHeaders().getFirst("Authorization");
      String path = exchange.getRequestURI().getPath();
      seen.add(exchange.getRequestMethod() + " " + path + (shown == null ? "" : " " + shown));
      Path file = root.resolve(path.substring(1)).normalize();
      URI on = elsewhere;
      if (token != null && !("Bearer " + token).equals(shown)) {
        exchange.sendResponseHeaders(shown == null ? refusal : ofAnother, -1);
      } else if (!Files.exists(file)) {
        exchange.sendResponseHeaders(404, -1);
      } else if (exchange.getRequestMethod().equals("PROPFIND")) {
        list(exchange, file);
      } else if (on != null && exchange.getRequestMethod().equals("GET")) {
        exchange
            .getResponseHeaders()
            .set("Location", on + exchange.getRequestURI().getRawPath() + "?signature=hush");
        exchange.sendResponseHeaders(307, -1);
      } else {
        give(exchange, file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void list(HttpExchange exchange, Path file) throws IOException, InterruptedException {
    if (fault == Fault.NO_WEBDAV) {
      exchange.sendResponseHeaders(405, -1);
      return;
    }
    List<Path> entries = new ArrayList<>(List.of(file));
    if (Files.isDirectory(file) && "1".equals(exchange.getRequestHeaders().getFirst("Depth"))) {
      try (Stream<Path> children = Files.list(file)) {
        children.forEach(entries::add);
      }
    }
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    if (fault == Fault.DOCTYPE) {
      xml.append("<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>");
    }
    xml.append("<D:multistatus xmlns:D=\"DAV:\">");
    for (Path entry : entries) {
      xml.append(entry(entry));
    }
    byte[] body = xml.append("</D:multistatus>").toString().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/xml; charset=utf-8");
    if (fault == Fault.TRICKLES) {
      exchange.sendResponseHeaders(207, 0);
      trickle(exchange.getResponseBody(), body);
      return;
    }
    exchange.sendResponseHeaders(207, body.length);
    exchange.getResponseBody().write(body);
  }

  /** In 16 pieces, in 8 s. */
  private void trickle(OutputStream out, byte[] body) throws IOException, InterruptedException {
    int piece = body.length / 16 + 1;
    for (int from = 0; from < body.length; from += piece) {
      out.write(body, from, Math.min(piece, body.length - from));
      out.flush();
      if (closed.await(500, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private String entry(Path entry) throws IOException {
    boolean folder = Files.isDirectory(entry);
    String path = "/" + root.relativize(entry) + (folder && !entry.equals(root) ? "/" : "");
    String href = fault == Fault.NOT_ENCODED ? path : encoded(path);
    long size = Files.size(entry) + (fault == Fault.WRONG_SIZE ? 1 : 0);
    return "<D:response><D:href>"
        + href
        + "</D:href><D:propstat><D:prop>"
        + (folder
            ? "<D:resourcetype><D:collection/></D:resourcetype>"
            : "<D:resourcetype/><D:getcontentlength>" + size + "</D:getcontentlength>")
        + "<D:getlastmodified>"
        + time(entry)
        + "</D:getlastmodified></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
        + "<D:propstat><D:prop><D:getcontentlength>77</D:getcontentlength></D:prop>"
        + "<D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>";
  }

  private static String encoded(String path) {
    try {
      return new URI("p", "h", path, null).toASCIIString().substring("p://h".length());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String time(Path file) throws IOException {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        Files.getLastModifiedTime(file).toInstant().atOffset(ZoneOffset.UTC));
  }

  private void give(HttpExchange exchange, Path file) throws IOException, InterruptedException {
    byte[] bytes = Files.readAllBytes(file);
    exchange.getResponseHeaders().set("Last-Modified", time(file));
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    String asked = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(asked == null ? "" : asked);
    int status = 200;
    if (range.matches() && fault != Fault.NO_RANGES) {
      int from = Integer.parseInt(range.group(1));
      int to = (int) Math.min(Long.parseLong(range.group(2)), bytes.length - 1);
      if (fault == Fault.SHORT_RANGES) {
        to = from + (to - from) / 2;
      }
      if (from >= bytes.length || fault == Fault.NO_PARTS) {
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + to + "/" + bytes.length);
      bytes = Arrays.copyOfRange(bytes, from, to + 1);
      status = 206;
    }
    Adler32 sum = new Adler32();
    sum.update(bytes);
    long told = fault == Fault.WRONG_CHECKSUM ? sum.getValue() ^ 1 : sum.getValue();
    if (fault != Fault.ENDS_EARLY) {
      exchange.getResponseHeaders().set("Digest", "adler32=" + Long.toHexString(told));
    }
    exchange.sendResponseHeaders(status, fault == Fault.ENDS_EARLY ? 0 : bytes.length);
    OutputStream out = exchange.getResponseBody();
    int first = fault == Fault.NONE ? bytes.length : bytes.length / 2;
    out.write(bytes, 0, first);
    out.flush();
    if (fault == Fault.STALLS) {
      closed.await();
    }
    if (fault != Fault.ENDS_EARLY) {
      out.write(bytes, first, bytes.length - first);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
