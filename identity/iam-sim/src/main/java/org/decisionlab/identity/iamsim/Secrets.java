// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Secrets in files of a folder, made at random once, readable by their owner only. */
public final class Secrets {

  private static final int BYTES = 24;

  private final Path folder;
  private final Map<String, String> known = new ConcurrentHashMap<>();

  Secrets(Path folder) {
    this.folder = folder;
  }

  /** The password of all demo users: file {@code password}. */
  public String password() {
    return secret("password");
  }

  /** The secret of the control door: file {@code control}. */
  public String control() {
    return secret("control");
  }

  /** The secret of a client: file {@code client-NAME}. */
  public String client(String id) {
    return secret("client-" + id);
  }

  /** Makes those that are not there yet, so that others can read them. */
  void make(Iterable<SimClient> clients) {
    password();
    control();
    for (SimClient client : clients) {
      if (client.confidential()) {
        client(client.id());
      }
    }
  }

  private String secret(String name) {
    return known.computeIfAbsent(name, this::readOrMade);
  }

  private String readOrMade(String name) {
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (!Files.exists(file)) {
        make(file);
      }
      String secret = Files.readString(file).strip();
      if (secret.isEmpty()) {
        throw new IllegalStateException(file + " is empty: delete it, and it is made anew");
      }
      return secret;
    } catch (IOException e) {
      throw new UncheckedIOException("a secret in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static void make(Path file) throws IOException {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel =
        Files.newByteChannel(
            file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
      channel.write(StandardCharsets.US_ASCII.encode(secret));
    } catch (FileAlreadyExistsException e) {
      // Another start made it in this moment: that one is read.
    }
  }
}
