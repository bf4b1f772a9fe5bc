// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageScopesTest {

  private static final List<String> NAMES =
      List.of("a", "ab", "abc", "b", "...", ".a", "a.", "ä", "sto", "store", "a b", "a%", "A");

  @ParameterizedTest
  @CsvSource({
    "storage.read:/,                 READ,   /,               true",
    "storage.read:/,                 READ,   /store/a,        true",
    "storage.read:/sto,              READ,   /store,          false",
    "storage.read:/sto,              READ,   /store/a,        false",
    "storage.read:/store,            READ,   /store,          true",
    "storage.read:/store,            READ,   /store/,         true",
    "storage.read:/store,            READ,   /store/a/b,      true",
    "storage.read:/store,            READ,   /,               false",
    "storage.read:/store/,           READ,   /store,          false",
    "storage.read:/store/,           READ,   /store/,         true",
    "storage.read:/store/,           READ,   /store/a,        true",
    "storage.read:/store/a,          READ,   /store/A,        false",
    "storage.read:/store/a,          CREATE, /store/a,        false",
    "storage.read:/store/a,          MODIFY, /store/a,        false",
    "storage.create:/store,          READ,   /store/a,        false",
    "storage.create:/store,          CREATE, /store/a,        true",
    "storage.create:/store,          MODIFY, /store/a,        false",
    "storage.modify:/store,          CREATE, /store/a,        true",
    "storage.modify:/store,          MODIFY, /store/a,        true",
    "storage.modify:/store,          READ,   /store/a,        false",
    "storage.stage:/store,           READ,   /store/a,        false",
    "storage.stage:/store,           STAGE,  /store/a,        true",
    "storage.stage:/store,           POLL,   /store/a,        false",
    "storage.poll:/store,            POLL,   /store/a,        true",
    "storage.read:/st%6Fre,          READ,   /store/a,        true",
    "storage.read:/a:b,              READ,   /a:b/c,          true",
    "storage.reader:/,               READ,   /store,          false",
    "Storage.read:/,                 READ,   /store,          false",
    "compute.read,                   READ,   /store,          false",
    "openid,                         READ,   /store,          false",
  })
  void aScopeGrantsWholeComponents(
      String scope, StorageOperation operation, String path, boolean permitted) throws Exception {
    assertThat(
            StorageScopes.of(List.of(scope), StoragePath.ROOT)
                .permit(operation, StoragePath.of(path)))
        .isEqualTo(permitted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "storage.read",
        "storage.read:",
        "storage.read:store",
        "storage.read:/store/..",
        "storage.read:/../store",
        "storage.read:/store/../etc",
        "storage.read:/store/%2e%2e/etc",
        "storage.read:/store/%2E./etc",
        "storage.read:/store/%252e%252e/etc",
        "storage.read:/store/./a",
        "storage.read://store",
        "storage.read:/store//a",
        "storage.read:/store%2Fa",
        "storage.read:/store%2fa",
        "storage.read:/store%00",
        "storage.read:/store%0a",
        "storage.read:/store%5c..",
        "storage.read:/store%",
        "storage.read:/store%4",
        "storage.read:/store%zz",
        "storage.read:/store%ff",
        "storage.read:/store%c0%ae",
      })
  void aScopeWithoutANormalisedPathSpoilsTheToken(String scope) {
    assertThatThrownBy(() -> StorageScopes.of(List.of("openid", scope), StoragePath.ROOT))
        .isInstanceOf(InvalidPathException.class)
        .hasMessageContaining("storage.read");
  }

  @Test
  void pathsOfAnIssuerBeginAtItsBase() throws Exception {
    StorageScopes scopes =
        StorageScopes.of(
            List.of("storage.read:/user/ada", "storage.create:/"), StoragePath.of("/cms"));
    assertThat(scopes.permit(StorageOperation.READ, StoragePath.of("/cms/user/ada/x"))).isTrue();
    assertThat(scopes.permit(StorageOperation.READ, StoragePath.of("/user/ada/x"))).isFalse();
    assertThat(scopes.permit(StorageOperation.CREATE, StoragePath.of("/cms/x"))).isTrue();
    assertThat(scopes.permit(StorageOperation.CREATE, StoragePath.of("/cms-other/x"))).isFalse();
    assertThat(scopes.permit(StorageOperation.CREATE, StoragePath.of("/cms"))).isFalse();
    assertThat(scopes).hasToString("[storage.read:/cms/user/ada, storage.create:/cms/]");
  }

  @Test
  void generatedTriplesAreJudgedAsByComparingTexts() throws Exception {
    long seed = 20261121;
    System.out.println("path scopes: seed " + seed);
    Random random = new Random(seed);
    int permitted = 0;
    for (int i = 0; i < 20_000; i++) {
      List<String> scope = names(random, 3);
      List<String> path = names(random, 4);
      if (random.nextBoolean()) {
        List<String> below = new ArrayList<>(scope);
        below.addAll(path);
        path = below;
      }
      boolean scopeSlash = scope.isEmpty() || random.nextInt(4) == 0;
      boolean pathSlash = path.isEmpty() || random.nextInt(4) == 0;
      StorageScopes scopes =
          StorageScopes.of(
              List.of("storage.read:" + encoded(text(scope, scopeSlash), random)),
              StoragePath.ROOT);
      boolean answer = scopes.permit(StorageOperation.READ, StoragePath.of(text(path, pathSlash)));
      assertThat(answer)
          .as("seed %d, triple %d: %s in %s", seed, i, text(path, pathSlash), scopes)
          .isEqualTo(expected(text(scope, scopeSlash), text(path, pathSlash)));
      permitted += answer ? 1 : 0;
    }
    assertThat(permitted).isBetween(5_000, 15_000);
  }

  @Test
  void generatedTrapsAreRefused() {
    long seed = 20261122;
    System.out.println("traps in paths: seed " + seed);
    Random random = new Random(seed);
    List<String> traps =
        List.of(
            "..",
            ".",
            "",
            "%2e%2e",
            ".%2e",
            "%2f",
            "a%2Fb",
            "%00",
            "%7f",
            "%5C",
            "%252f",
            "%e4",
            "%25%32%65",
            "a%0d%0ab",
            "%c1%9c");
    for (int i = 0; i < 2_000; i++) {
      List<String> names = new ArrayList<>(List.of("a"));
      for (String name : names(random, 3)) {
        names.add(encoded(name, random));
      }
      names.add(random.nextInt(names.size() + 1), traps.get(random.nextInt(traps.size())));
      names.add("z");
      String path = "/" + String.join("/", names);
      assertThatThrownBy(() -> StoragePath.ofEncoded(path))
          .as("seed %d: %s", seed, path)
          .isInstanceOf(InvalidPathException.class);
    }
  }

  @Test
  void longAndBrokenPathsAreRefused() {
    assertThatThrownBy(() -> StoragePath.of("/" + "a".repeat(256)))
        .hasMessageContaining("255 bytes");
    assertThatThrownBy(() -> StoragePath.of("/a".repeat(2100))).hasMessageContaining("4096 bytes");
    assertThatThrownBy(() -> StoragePath.of("/\ud800")).hasMessageContaining("whole characters");
    assertThatThrownBy(() -> StoragePath.of("")).hasMessageContaining("begin with '/'");
  }

  /** Another way to the same answer: texts, each component closed by a slash. */
  private static boolean expected(String scope, String path) {
    if (scope.equals("/")) {
      return true;
    }
    if (scope.endsWith("/")) {
      return path.startsWith(scope);
    }
    return path.equals(scope) || path.startsWith(scope + "/");
  }

  private static List<String> names(Random random, int most) {
    List<String> names = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      names.add(NAMES.get(random.nextInt(NAMES.size())));
    }
    return names;
  }

  private static String text(List<String> names, boolean slash) {
    String text = "/" + String.join("/", names);
    return slash && !names.isEmpty() ? text + "/" : text;
  }

  /** Percent-encodes what must be, and some of what need not be, but never a slash. */
  private static String encoded(String text, Random random) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean must = b <= ' ' || b == '%';
      if (b != '/' && (must || random.nextInt(5) == 0)) {
        encoded.append(String.format("%%%02X", b & 0xff));
      } else {
        encoded.append((char) b);
      }
    }
    return encoded.toString();
  }
}
