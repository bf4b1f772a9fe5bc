// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadersTest {

  private static final String IAM = "https://iam.example.org";
  private static final Readers TREES = Readers.groups(List.of("/cms/trees", "/cms/top"), IAM);

  private static Identity user(String name, String issuer, String... groups) {
    return new Identity(
        name, Set.of(Right.READ), null, null, Set.of(groups), new Realm(issuer, Readers.ALL));
  }

  /** Who asks, and whether readers all, owner, groups admit them. */
  @ParameterizedTest
  @CsvSource({
    "ada@https://iam.example.org, https://iam.example.org, /x, true, true, true",
    "bob@https://iam.example.org, https://iam.example.org, /cms/trees, true, false, true",
    "bob@https://iam.example.org, https://iam.example.org, /cms/top, true, false, true",
    "bob@https://iam.example.org, https://iam.example.org, /cms, true, false, false",
    "bob@https://iam.example.org, https://iam.example.org, /cms/trees/oak, true, false, false",
    "bob@https://b.example.org, https://b.example.org, /cms/trees, true, false, false",
    "ada@https://b.example.org, https://b.example.org, /cms/trees, true, false, false",
  })
  void admitWhomTheySay(
      String name, String issuer, String group, boolean all, boolean owner, boolean groups) {
    Identity asker = user(name, issuer, group);
    String ada = "ada@" + IAM;
    assertThat(Readers.ALL.admit(asker, ada)).isEqualTo(all);
    assertThat(Readers.OWNER.admit(asker, ada)).isEqualTo(owner);
    assertThat(TREES.admit(asker, ada)).isEqualTo(groups);
    assertThat(Readers.OWNER.admit(asker, null)).isFalse();
  }

  @Test
  void administratorsAndWhoeverIsAloneOnTheMachineMayAlways() {
    Identity admin = new Identity("root", Set.of(Right.ADMIN));
    for (Readers readers : List.of(Readers.ALL, Readers.OWNER, TREES)) {
      assertThat(readers.admit(admin, "ada")).isTrue();
      assertThat(readers.admit(Identity.local(), null)).isTrue();
      assertThat(readers.admit(Identity.nobody(), "ada")).isEqualTo(readers.areAll());
    }
  }

  @Test
  void groupsAreOfAnIssuerAndWrittenWithTheirSlash() {
    assertThatThrownBy(() -> Readers.groups(List.of(), IAM)).hasMessageContaining("one or more");
    assertThatThrownBy(() -> Readers.groups(List.of("cms"), IAM)).hasMessageContaining("'cms'");
    assertThatThrownBy(() -> new Readers(Readers.Scope.GROUPS, List.of("/cms"), null))
        .hasMessageContaining("of an issuer");
    assertThatThrownBy(() -> new Readers(Readers.Scope.OWNER, List.of("/cms"), IAM))
        .hasMessageContaining("readers are");
  }

  /** Each question to a model asks it. */
  @Test
  void admittingMakesNothing() {
    Identity bob = user("bob@" + IAM, IAM, "/cms", "/cms/top");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int times = 100_000;
    long admitted = times(bob, times);
    long before = threads.getCurrentThreadAllocatedBytes();
    admitted += times(bob, times);
    long made = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(admitted).isEqualTo(2L * times);
    assertThat(made).isLessThan(times);
  }

  private static long times(Identity asker, int times) {
    long admitted = 0;
    for (int i = 0; i < times; i++) {
      admitted += TREES.admit(asker, "ada@https://iam.example.org") ? 1 : 0;
    }
    return admitted;
  }
}
