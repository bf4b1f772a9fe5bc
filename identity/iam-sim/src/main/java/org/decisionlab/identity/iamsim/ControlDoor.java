// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where tests turn the switches: with the secret of the file {@code control}. */
@RestController
@RequestMapping(ControlDoor.PATH)
final class ControlDoor {

  static final String PATH = "/iam-sim/control";

  /** Another key. */
  record NewKey(@Nullable String algorithm, @Nullable Boolean keepOld) {}

  /** Another account. */
  record NewUser(@Nullable String fullName, @Nullable List<String> groups) {}

  private static final class NotPermittedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Switches switches;
  private final SigningKeys keys;
  private final SimAuthorizations logins;
  private final SimUsers users;
  private final Secrets secrets;
  private final Place place;

  ControlDoor(
      Switches switches,
      SigningKeys keys,
      SimAuthorizations logins,
      SimUsers users,
      Secrets secrets,
      Place place) {
    this.switches = switches;
    this.keys = keys;
    this.logins = logins;
    this.users = users;
    this.secrets = secrets;
    this.place = place;
  }

  @GetMapping
  Map<String, Object> state(@RequestHeader(name = "Authorization", required = false) String auth) {
    check(auth);
    return state();
  }

  @PatchMapping
  Map<String, Object> change(
      @RequestHeader(name = "Authorization", required = false) String auth,
      @RequestBody Map<String, Object> some) {
    check(auth);
    switches.change(some);
    return state();
  }

  @PostMapping("/keys")
  Map<String, Object> rotate(
      @RequestHeader(name = "Authorization", required = false) String auth,
      @RequestBody NewKey key) {
    check(auth);
    String algorithm = key.algorithm() == null ? "RS256" : key.algorithm();
    return Map.of("kid", keys.rotate(algorithm, !Boolean.FALSE.equals(key.keepOld())));
  }

  @PutMapping("/users/{user}")
  Map<String, Object> add(
      @RequestHeader(name = "Authorization", required = false) String auth,
      @PathVariable("user") String user,
      @RequestBody NewUser more) {
    check(auth);
    String fullName = more.fullName() == null ? user : more.fullName();
    List<String> groups = more.groups() == null ? List.of() : more.groups();
    users.add(new SimUser(user, fullName, groups, List.of()));
    return Map.of("user", user, "groups", groups);
  }

  @GetMapping("/issued")
  Map<String, Object> issued(@RequestHeader(name = "Authorization", required = false) String auth) {
    check(auth);
    return Map.of("issued", logins.issued().all(), "left", logins.issued().left());
  }

  @DeleteMapping("/logins/{user}")
  Map<String, Object> end(
      @RequestHeader(name = "Authorization", required = false) String auth,
      @PathVariable("user") String user) {
    check(auth);
    return Map.of("ended", logins.end(user));
  }

  @ExceptionHandler(NotPermittedException.class)
  ResponseEntity<Map<String, String>> notPermitted() {
    return ResponseEntity.status(HttpStatus.UNAUTHORIZED)
        .header("WWW-Authenticate", "Bearer")
        .body(Map.of("error", "the control door wants: Authorization: Bearer <file control>"));
  }

  @ExceptionHandler(IllegalArgumentException.class)
  ResponseEntity<Map<String, String>> wrong(IllegalArgumentException e) {
    return ResponseEntity.badRequest().body(Map.of("error", String.valueOf(e.getMessage())));
  }

  private Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("issuer", place.issuer(switches.terms()));
    state.put("terms", switches.terms());
    state.put("counts", switches.counts());
    return state;
  }

  private void check(@Nullable String authorization) {
    byte[] expected = ("Bearer " + secrets.control()).getBytes(StandardCharsets.UTF_8);
    byte[] said = String.valueOf(authorization).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, said)) {
      throw new NotPermittedException();
    }
  }
}
