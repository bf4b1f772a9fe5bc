// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests are read as; the right answers are written down by hand. */
class FileRequestTest {

  private static List<String> scopes(String method, String uri, String query) throws Refusal {
    return FileRequest.of(method, uri, query, null).needs().stream()
        .map(FileRequest.Need::scope)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /webhdfs/v1/store/a, op=OPEN, storage.read:/store/a",
    "GET, /webhdfs/v1/store/a, op=open&offset=3&user.name=root, storage.read:/store/a",
    "GET, /webhdfs/v1/a%20file, OP=GETFILESTATUS, storage.read:/a file",
    "GET, /webhdfs/v1, op=LISTSTATUS, storage.read:/",
    "GET, /webhdfs/v1/, op=LISTSTATUS_BATCH&startAfter=x, storage.read:/",
    "GET, /webhdfs/v1/store/, op=GETCONTENTSUMMARY, storage.read:/store/",
    "PUT, /webhdfs/v1/store/new, op=MKDIRS, storage.create:/store/new",
    "PUT, /webhdfs/v1/store/new, op=CREATE, storage.modify:/store/new",
    "PUT, /webhdfs/v1/store/new, op=CREATE&overwrite=true, storage.modify:/store/new",
    "PUT, /webhdfs/v1/store/new, op=CREATE&overwrite=false, storage.create:/store/new",
    "POST, /webhdfs/v1/store/a, op=APPEND, storage.modify:/store/a",
    "DELETE, /webhdfs/v1/store/a, op=DELETE&recursive=true, storage.modify:/store/a",
  })
  void anOperationNeedsAScopeOnItsPath(String method, String uri, String query, String scope)
      throws Refusal {
    assertThat(scopes(method, uri, query)).containsExactly(scope);
  }

  @Test
  void aRenamingNeedsBothPlaces() throws Refusal {
    assertThat(scopes("PUT", "/webhdfs/v1/a", "op=RENAME&destination=%2Fstore%2Fb"))
        .containsExactly("storage.modify:/a", "storage.modify:/store/b");
    assertThatThrownBy(() -> scopes("PUT", "/webhdfs/v1/a", "op=RENAME"))
        .hasMessageContaining("destination");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/webhdfs/v1/store/../secret",
        "/webhdfs/v1/store/%2e%2e/secret",
        "/webhdfs/v1/store/..%2fsecret",
        "/webhdfs/v1/store%2fa",
        "/webhdfs/v1//store",
        "/webhdfs/v1/store;x=1",
        "/webhdfs/v1/store/%252e%252e",
        "/webhdfs/v1/store/%c0%ae",
        "/webhdfs/v1/a%0ab",
        "/webhdfs/v1/a%5cb",
      })
  void whatMightMeanAnotherPathIsRefused(String uri) {
    assertThatThrownBy(() -> scopes("GET", uri, "op=OPEN"))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /webhdfs/v1/a, op=OPEN&op=DELETE, 400",
    "GET, /webhdfs/v1/a, op=OPEN&Op=OPEN, 400",
    "GET, /webhdfs/v1/a, op=OPEN;op=DELETE, 400",
    "GET, /webhdfs/v1/a, op=OPEN&x=%zz, 400",
    "GET, /webhdfs/v1/a, op=DELETE, 400",
    "DELETE, /webhdfs/v1/a, op=OPEN, 400",
    "GET, /webhdfs/v1/a, op=OPEN&doAs=root, 403",
    "GET, /webhdfs/v1/a, op=OPEN&DELEGATION=x, 403",
    "GET, /webhdfs/v1/a, op=GETDELEGATIONTOKEN, 403",
    "GET, /webhdfs/v1/, op=INSTRUMENTATION, 403",
    "PUT, /webhdfs/v1/a, op=SETPERMISSION&permission=777, 403",
    "PUT, /webhdfs/v1/a, op=SETOWNER&owner=ada, 403",
    "GET, /webhdfs/v1/a, x=y, 403",
    "GET, /webhdfs/v2/a, op=OPEN, 403",
    "GET, /webhdfs/v1a, op=OPEN, 403",
    "GET, /jmx, op=OPEN, 403",
    "GET, /conf, op=OPEN, 403",
  })
  void whatIsNotKnownIsRefused(String method, String uri, String query, int status) {
    assertThatThrownBy(() -> scopes(method, uri, query))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(status));
  }

  @Test
  void parametersDoNotHideInForms() {
    assertThatThrownBy(
            () ->
                FileRequest.of(
                    "POST",
                    "/webhdfs/v1/a",
                    "op=APPEND",
                    "Application/X-WWW-Form-Urlencoded; charset=utf-8"))
        .hasMessageContaining("form");
  }
}
