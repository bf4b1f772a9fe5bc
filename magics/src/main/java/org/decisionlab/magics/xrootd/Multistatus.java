// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.decisionlab.magics.files.RemoteFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to a PROPFIND (RFC 4918): its entries with those properties that the server has.
 * Documents with a type of their own are refused, and so nothing is fetched or expanded. XRootD
 * writes addresses as they are, without percent encoding: where one of a listing cannot be an
 * encoded path, none is.
 */
final class Multistatus {

  private static final String DAV = "DAV:";

  /**
   * One entry.
   *
   * @param uri its address
   * @param file what is known of it
   */
  record Entry(URI uri, RemoteFile file) {}

  /** An address as it is written, and what is known. */
  private record Found(String href, Map<String, String> known) {}

  private final URI asked;
  private final XMLStreamReader xml;
  private final List<Found> found = new ArrayList<>();

  private Multistatus(URI asked, XMLStreamReader xml) {
    this.asked = asked;
    this.xml = xml;
  }

  /**
   * Reads an answer.
   *
   * @param asked the address that was asked; that of an entry may be relative to it
   * @throws IOException when it is no such answer
   */
  static List<Entry> read(URI asked, byte[] answer) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      Multistatus reading =
          new Multistatus(asked, factory.createXMLStreamReader(new ByteArrayInputStream(answer)));
      reading.readAll();
      return reading.entries();
    } catch (XMLStreamException | IllegalArgumentException e) {
      throw new IOException(asked + ": the listing cannot be read: " + e.getMessage(), e);
    }
  }

  private void readAll() throws XMLStreamException, IOException {
    boolean listing = false;
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.DTD) {
        throw new IOException(asked + ": the listing has a document type, which none needs");
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        listing |= isAt("multistatus");
        if (isAt("response")) {
          response();
        }
      }
    }
    if (!listing) {
      throw new IOException(asked + ": the answer is no listing of WebDAV");
    }
  }

  private void response() throws XMLStreamException, IOException {
    String href = null;
    Map<String, String> known = new HashMap<>();
    while (!isEndOf("response")) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT) {
        if (isAt("href") && href == null) {
          href = xml.getElementText().strip();
        } else if (isAt("propstat")) {
          known.putAll(properties());
        }
      }
    }
    if (href == null || href.isEmpty()) {
      throw new IOException(asked + ": the listing has an entry without address");
    }
    found.add(new Found(href, known));
  }

  private List<Entry> entries() throws IOException {
    boolean encoded = found.stream().allMatch(each -> isAddress(each.href()));
    List<Entry> entries = new ArrayList<>();
    for (Found each : found) {
      URI uri = encoded ? asked.resolve(URI.create(each.href())) : ofPath(each.href());
      boolean folder = each.known().containsKey("collection");
      entries.add(
          new Entry(
              uri,
              new RemoteFile(
                  RemoteAddress.nameOf(uri),
                  folder,
                  folder ? RemoteFile.UNKNOWN : size(each.known().get("getcontentlength")),
                  time(each.known().get("getlastmodified")))));
    }
    return entries;
  }

  private static boolean isAddress(String href) {
    try {
      URI uri = URI.create(href);
      // An encoded path has no bare '?' or '#': those are of a name that is written as it is.
      String path = uri.getRawPath();
      return path != null
          && !path.isEmpty()
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private URI ofPath(String path) throws IOException {
    try {
      return new URI(asked.getScheme(), asked.getRawAuthority(), path, null, null);
    } catch (URISyntaxException e) {
      throw new IOException(asked + ": the listing has an entry that is no path: " + path, e);
    }
  }

  /** The properties of one status; none when it is not 200. */
  private Map<String, String> properties() throws XMLStreamException {
    Map<String, String> found = new HashMap<>();
    String status = "";
    while (!isEndOf("propstat")) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT) {
        if (isAt("status")) {
          status = xml.getElementText();
        } else if (isAt("collection")) {
          found.put("collection", "");
        } else if (isAt("getcontentlength") || isAt("getlastmodified")) {
          found.put(xml.getLocalName(), xml.getElementText().strip());
        }
      }
    }
    return status.isEmpty() || status.contains(" 200") ? found : Map.of();
  }

  private boolean isAt(String name) {
    return DAV.equals(xml.getNamespaceURI()) && xml.getLocalName().equals(name);
  }

  private boolean isEndOf(String name) {
    return xml.getEventType() == XMLStreamConstants.END_ELEMENT && isAt(name);
  }

  private long size(@Nullable String text) throws IOException {
    if (text == null || text.isEmpty()) {
      return RemoteFile.UNKNOWN;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(asked + ": the listing has a size that is no number: " + text, e);
    }
  }

  /** When something was changed, where that is told in the form of RFC 9110. */
  static @Nullable Instant time(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
