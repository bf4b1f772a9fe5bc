// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Adler32;
import org.decisionlab.core.http.BoundedBody;
import org.decisionlab.magics.files.RemoteFile;

/** A storage element over HTTP and WebDAV: PROPFIND, HEAD, and GET with ranges. */
final class WebDavDoor implements RemoteDoor {

  private static final int MOST_LISTING = 64 << 20;
  private static final int MOST_ENTRIES = 200_000;
  private static final String PROPERTIES =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/>"
          + "<getcontentlength/><getlastmodified/></prop></propfind>";
  private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(?:\\d+|\\*)");
  private static final Pattern ADLER = Pattern.compile("(?i)(?:^|,)\\s*adler32=([0-9a-f]{1,8})");

  private final DoorRequests requests;

  WebDavDoor(DoorRequests requests) {
    this.requests = requests;
  }

  @Override
  public List<RemoteFile> list(RemoteAddress folder) throws IOException, InterruptedException {
    List<Multistatus.Entry> entries = entries(folder, "1");
    String self = withoutSlash(folder.uri().getPath());
    List<RemoteFile> files = new ArrayList<>();
    for (Multistatus.Entry entry : entries) {
      String path = withoutSlash(entry.uri().getPath());
      if (path.equals(self)) {
        if (!entry.file().folder()) {
          throw new IOException(folder + " is a file; '%xrootd stat' tells of it");
        }
        continue;
      }
      String parent = path.substring(0, Math.max(0, path.lastIndexOf('/')));
      if (!parent.equals(self) || entry.file().name().isEmpty()) {
        throw new IOException(folder + ": the server lists what is elsewhere: " + path);
      }
      files.add(entry.file());
    }
    if (files.size() > MOST_ENTRIES) {
      throw new IOException(folder + " has more than " + MOST_ENTRIES + " entries");
    }
    files.sort(Comparator.comparing(RemoteFile::name));
    return files;
  }

  @Override
  public RemoteFile stat(RemoteAddress file) throws IOException, InterruptedException {
    HttpResponse<byte[]> told = propfind(file, "0");
    if (told.statusCode() == 207) {
      List<Multistatus.Entry> entries = Multistatus.read(file.uri(), told.body());
      if (entries.size() != 1) {
        throw new IOException(file + ": expected one entry, found " + entries.size());
      }
      RemoteFile found = entries.get(0).file();
      return new RemoteFile(file.name(), found.folder(), found.size(), found.modified());
    }
    HttpResponse<byte[]> head = checked(file, head(file));
    HttpHeaders headers = head.headers();
    return new RemoteFile(
        file.name(),
        false,
        headers.firstValueAsLong("Content-Length").orElse(RemoteFile.UNKNOWN),
        Multistatus.time(headers.firstValue("Last-Modified").orElse("")));
  }

  @Override
  public byte[] read(RemoteAddress file, long offset, int wanted)
      throws IOException, InterruptedException {
    // XRootD breaks off an answer whose range ends behind the file.
    long size = stat(file).size();
    if (size != RemoteFile.UNKNOWN && offset >= size) {
      return new byte[0];
    }
    int length = size == RemoteFile.UNKNOWN ? wanted : (int) Math.min(wanted, size - offset);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WritableByteChannel sink = Channels.newChannel(bytes);
    AtomicLong moved = new AtomicLong();
    Map<String, String> range =
        Map.of(
            "Range",
            "bytes=" + offset + "-" + (offset + length - 1),
            "Accept-Encoding",
            "identity");
    HttpResponse<Long> answer =
        requests.send(
            file.uri(),
            "GET",
            request -> range.forEach(request::header),
            info ->
                info.statusCode() == 206 || (info.statusCode() == 200 && offset == 0)
                    ? new Receiver(piece -> drain(piece, sink), length, moved)
                    : nothing(),
            moved::get);
    if (answer.statusCode() == 416 && size == RemoteFile.UNKNOWN) {
      return new byte[0];
    }
    if (answer.statusCode() == 200 && offset > 0) {
      throw new IOException(file + ": the server gives whole files only, no ranges");
    }
    checked(file, answer);
    if (answer.statusCode() == 206) {
      checkRange(file, answer, offset);
    }
    if (size != RemoteFile.UNKNOWN && bytes.size() < length) {
      throw new IOException(
          file
              + ": asked for "
              + length
              + " bytes from byte "
              + offset
              + " on, which the file has by its size of "
              + size
              + ", the server gave "
              + bytes.size());
    }
    return bytes.toByteArray();
  }

  @Override
  public long copy(RemoteAddress file, Path to, LongConsumer heard)
      throws IOException, InterruptedException {
    try (FileChannel channel =
        FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      Adler32 sum = new Adler32();
      AtomicLong moved = new AtomicLong();
      HttpResponse<Long> answer =
          requests.send(
              file.uri(),
              "GET",
              request ->
                  request.header("Want-Digest", "adler32").header("Accept-Encoding", "identity"),
              info ->
                  info.statusCode() == 200
                      ? new Receiver(
                          piece -> {
                            heard.accept(moved.get() + piece.remaining());
                            sum.update(piece.duplicate());
                            drain(piece, channel);
                          },
                          Long.MAX_VALUE,
                          moved)
                      : nothing(),
              moved::get);
      checked(file, answer);
      Optional<String> digest = digest(answer.headers());
      String own = String.format(Locale.ROOT, "%08x", sum.getValue());
      if (digest.isPresent() && !digest.get().equals(own)) {
        throw new IOException(
            file
                + ": the server tells the checksum adler32 "
                + digest.get()
                + ", what came has "
                + own);
      }
      channel.force(true);
      return answer.body();
    }
  }

  private List<Multistatus.Entry> entries(RemoteAddress file, String depth)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = checked(file, propfind(file, depth));
    if (answer.statusCode() != 207) {
      throw new IOException(
          file
              + ": the server does not list folders: it answered PROPFIND with "
              + answer.statusCode());
    }
    return Multistatus.read(file.uri(), answer.body());
  }

  private HttpResponse<byte[]> propfind(RemoteAddress file, String depth)
      throws IOException, InterruptedException {
    AtomicLong moved = new AtomicLong();
    return requests.send(
        file.uri(),
        "PROPFIND",
        request ->
            request
                .header("Depth", depth)
                .header("Content-Type", "application/xml; charset=utf-8")
                .method("PROPFIND", BodyPublishers.ofString(PROPERTIES, UTF_8)),
        info -> listing(file, moved),
        moved::get);
  }

  private static BodySubscriber<byte[]> listing(RemoteAddress file, AtomicLong moved) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WritableByteChannel sink = Channels.newChannel(bytes);
    return BodySubscribers.mapping(
        new Receiver(
            piece -> {
              if (bytes.size() + piece.remaining() > MOST_LISTING) {
                throw new IOException(
                    file + ": the listing is longer than " + MOST_LISTING + " bytes");
              }
              drain(piece, sink);
            },
            Long.MAX_VALUE,
            moved),
        all -> bytes.toByteArray());
  }

  private HttpResponse<byte[]> head(RemoteAddress file) throws IOException, InterruptedException {
    return requests.send(
        file.uri(),
        "HEAD",
        request -> request.method("HEAD", BodyPublishers.noBody()),
        info -> new BoundedBody(0),
        () -> 0);
  }

  private static <T> HttpResponse<T> checked(RemoteAddress file, HttpResponse<T> answer)
      throws IOException {
    return switch (answer.statusCode()) {
      case 200, 206, 207 -> answer;
      case 404, 410 -> throw new FileNotFoundException("there is no " + file);
      case 401, 403 ->
          throw new IOException(file + ": not permitted (HTTP " + answer.statusCode() + ")");
      default -> throw new IOException(file + ": HTTP " + answer.statusCode());
    };
  }

  private static void checkRange(RemoteAddress file, HttpResponse<?> answer, long offset)
      throws IOException {
    String told = answer.headers().firstValue("Content-Range").orElse("");
    Matcher range = RANGE.matcher(told);
    if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
      throw new IOException(
          file + ": asked from byte " + offset + " on, the server answers with '" + told + "'");
    }
  }

  private static Optional<String> digest(HttpHeaders headers) {
    Matcher found = ADLER.matcher(headers.firstValue("Digest").orElse(""));
    return found.find()
        ? Optional.of(
            "0".repeat(8 - found.group(1).length()) + found.group(1).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  private static void drain(ByteBuffer piece, WritableByteChannel to) throws IOException {
    while (piece.hasRemaining()) {
      to.write(piece);
    }
  }

  private static BodySubscriber<Long> nothing() {
    return new Receiver(piece -> {}, 0, new AtomicLong());
  }

  private static String withoutSlash(String path) {
    return path.replaceAll("/+$", "");
  }
}
