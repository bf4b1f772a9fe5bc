// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.serve.ModelManagement;
import org.decisionlab.sidecar.serve.ModelStatus;
import org.decisionlab.sidecar.serve.Permit;
import org.decisionlab.sidecar.serve.PublishOrder;
import org.decisionlab.sidecar.serve.ShadowComparison;
import org.decisionlab.sidecar.serve.VersionStatus;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.Quota;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions, aliases, canary, shadow, owners and quotas, seen by those who ask the model. */
class ManagementTest {

  private static final ModelName NAME = new ModelName("reuse");
  private static final Caller ADA = new Caller(new Identity("ada", Set.of()));
  private static final Caller BOB = new Caller(new Identity("bob", Set.of()));
  private static final int WIDTH = Models.FEATURES.size();

  @TempDir Path directory;
  private Path models;
  private LocalSidecar sidecar;
  private ModelManagement management;

  @BeforeEach
  void start() throws Exception {
    models = directory.resolve("models");
    sidecar = LocalSidecar.start(models);
    management = sidecar.sidecar().management();
  }

  @AfterEach
  void stop() {
    sidecar.close();
  }

  /** Version k answers sigmoid(k). */
  private void publish(int version) {
    byte[] archive = Models.archive(Models.constant("reuse", version, 0.5));
    assertThat(sidecar.client().post("/upload", archive).status()).isEqualTo(200);
  }

  private int answering(LocalSidecar asked) {
    String row = PublishTest.rowJson("reuse", java.util.List.of(), new float[WIDTH]);
    Client.Reply reply = asked.client().post("/json", row);
    if (reply.status() == 404) {
      return 0;
    }
    double answer = reply.json().get(0).asDouble();
    return (int) Math.round(Math.log(answer / (1 - answer)));
  }

  @Test
  void aliasesSwitchAndRollBackAtOnceAndOutliveARestart() throws Exception {
    publish(1);
    publish(2);
    publish(3);
    assertThat(answering(sidecar)).isEqualTo(3);
    assertThat(management.rollback(NAME, Caller.ANYBODY).state().version(Alias.PRODUCTION))
        .isEqualTo(2);
    assertThat(answering(sidecar)).isEqualTo(2);
    management.rollback(NAME, Caller.ANYBODY);
    assertThat(answering(sidecar)).isEqualTo(1);
    refused(Reason.CONFLICT, () -> management.rollback(NAME, Caller.ANYBODY));
    management.assign(NAME, Alias.PRODUCTION, 3, Caller.ANYBODY);
    assertThat(answering(sidecar)).isEqualTo(3);
    stop();
    start();
    assertThat(answering(sidecar)).isEqualTo(3);
    assertThat(management.rollback(NAME, Caller.ANYBODY).state().version(Alias.PRODUCTION))
        .isEqualTo(1);
    refused(Reason.UNKNOWN, () -> management.assign(NAME, Alias.PRODUCTION, 9, Caller.ANYBODY));
    refused(Reason.UNKNOWN, () -> management.unassign(NAME, Alias.CANARY, Caller.ANYBODY));
    refused(Reason.UNKNOWN, () -> management.status(new ModelName("nobody"), Caller.ANYBODY));
  }

  @Test
  void aCanaryAnswersItsShareAndAnExplicitVersionOnlyItself() throws Exception {
    publish(1);
    publish(2);
    management.assign(NAME, Alias.PRODUCTION, 1, Caller.ANYBODY);
    management.canary(NAME, 2, 0.25, Caller.ANYBODY);
    int byCanary = 0;
    int questions = 2_000;
    for (int i = 0; i < questions; i++) {
      byCanary += answering(sidecar) == 2 ? 1 : 0;
    }
    // Seven standard deviations of a fair draw.
    assertThat(byCanary).isBetween(365, 635);
    assertThat(sidecar.sidecar().registry().serving("reuse", "canary", Identity.local()).version())
        .isEqualTo(2);
    assertThat(sidecar.sidecar().registry().serving("reuse", "1", Identity.local()).version())
        .isEqualTo(1);
    refused(
        Reason.UNKNOWN, () -> sidecar.sidecar().registry().serving("reuse", "7", Identity.local()));
    refused(
        Reason.UNKNOWN,
        () -> sidecar.sidecar().registry().serving("reuse", "shadow", Identity.local()));
    refused(Reason.MALFORMED, () -> management.canary(NAME, 2, 1.5, Caller.ANYBODY));
    management.unassign(NAME, Alias.CANARY, Caller.ANYBODY);
    for (int i = 0; i < 100; i++) {
      assertThat(answering(sidecar)).isEqualTo(1);
    }
  }

  @Test
  void aShadowIsComparedAndNeverAnswers() throws Exception {
    publish(1);
    publish(2);
    management.assign(NAME, Alias.SHADOW, 1, Caller.ANYBODY);
    for (int i = 0; i < 50; i++) {
      assertThat(answering(sidecar)).isEqualTo(2);
    }
    Await.until("50 comparisons", () -> shadow().compared() + shadow().dropped() == 50);
    ShadowComparison found = shadow();
    double expected = 1 / (1 + Math.exp(-2)) - 1 / (1 + Math.exp(-1));
    assertThat(found.largestDifference()).isCloseTo(expected, within(1e-6));
    assertThat(found.meanDifference()).isCloseTo(expected, within(1e-6));
    assertThat(found.differing()).isEqualTo(found.compared());
    assertThat(found.failed()).isZero();
  }

  private static org.assertj.core.data.Offset<Double> within(double tolerance) {
    return org.assertj.core.api.Assertions.within(tolerance);
  }

  private ShadowComparison shadow() throws Exception {
    return java.util.Objects.requireNonNull(management.status(NAME, Caller.ANYBODY).shadow());
  }

  @Test
  void onlyOwnersAndAdministratorsChangeAModel() throws Exception {
    publish(1);
    publish(2);
    management.giveTo(NAME, "ada", Caller.ANYBODY);
    refused(Reason.FORBIDDEN, () -> management.rollback(NAME, BOB));
    refused(Reason.FORBIDDEN, () -> management.assign(NAME, Alias.CANARY, 1, BOB));
    refused(Reason.FORBIDDEN, () -> management.canary(NAME, 1, 0.5, BOB));
    refused(Reason.FORBIDDEN, () -> management.deleteVersion(NAME, 1, BOB));
    refused(Reason.FORBIDDEN, () -> management.delete(NAME, BOB));
    refused(Reason.FORBIDDEN, () -> management.giveTo(NAME, "bob", BOB));
    refused(Reason.FORBIDDEN, () -> management.limit(NAME, new Quota(9, 9), ADA));
    assertThat(answering(sidecar)).isEqualTo(2);
    management.rollback(NAME, ADA);
    assertThat(answering(sidecar)).isEqualTo(1);
    management.giveTo(NAME, "bob", ADA);
    assertThat(management.delete(NAME, BOB)).isTrue();
    assertThat(management.delete(NAME, BOB)).isFalse();
  }

  private int publishedBy(Caller caller) throws Exception {
    byte[] archive = Models.archive(Models.constant("reuse", 1, 0.5));
    Path file = Files.write(directory.resolve("archive"), archive);
    PublishOrder order = new PublishOrder(caller, Alias.PRODUCTION, null, new Permit());
    return sidecar.sidecar().publisher().publishArchive(file, false, order).version();
  }

  /** A damaged state is no way to a model of somebody else. */
  @Test
  void theOwnerIsKnownByTheVersionsWhereTheStateIsDamaged() throws Exception {
    Path home = models.resolve("reuse");
    assertThat(publishedBy(ADA)).isEqualTo(1);
    Files.writeString(home.resolve("model.json"), "no state");
    refused(Reason.FORBIDDEN, () -> publishedBy(BOB));
    // It may have been a private model: to others it is not there.
    refused(Reason.UNKNOWN, () -> management.delete(NAME, BOB));
    assertThat(management.delete(NAME, ADA)).isTrue();
  }

  @Test
  void theOwnerMendsADamagedStateByPublishingOnceMore() throws Exception {
    assertThat(publishedBy(ADA)).isEqualTo(1);
    Files.writeString(models.resolve("reuse/model.json"), "no state");
    assertThat(publishedBy(ADA)).isEqualTo(2);
    assertThat(sidecar.sidecar().registry().serving("reuse", Identity.local()).version())
        .isEqualTo(2);
    assertThat(management.status(NAME, Caller.ANYBODY).state().owner()).isEqualTo("ada");
    refused(Reason.FORBIDDEN, () -> publishedBy(BOB));
  }

  @Test
  void theListingTellsWhatThereIsAndWhereItComesFrom() throws Exception {
    publish(1);
    publish(2);
    management.limit(NAME, new Quota(7, 1 << 20), Caller.ANYBODY);
    ModelStatus status = management.list(Caller.ANYBODY).get(0);
    assertThat(status.quota()).isEqualTo(new Quota(7, 1 << 20));
    assertThat(status.versions()).extracting(VersionStatus::version).containsExactly(2, 1);
    VersionStatus serving = status.versions().get(0);
    VersionStatus stored = status.versions().get(1);
    assertThat(serving.state()).isEqualTo(VersionStatus.State.SERVING);
    assertThat(serving.engine()).isEqualTo("java 1");
    assertThat(serving.check()).isEqualTo("16 golden rows");
    assertThat(serving.signature().inputs().get(0).width()).isEqualTo(WIDTH);
    assertThat(stored.state()).isEqualTo(VersionStatus.State.STORED);
    assertThat(stored.card().provenance().codeVersion()).isEqualTo("test");
    assertThat(stored.sha256()).containsKey("model-card.json");
    assertThat(status.bytes()).isEqualTo(serving.stored().bytes() + stored.stored().bytes());
  }

  @Test
  void aVersionInUseIsKeptAndOthersCanBeDeleted() throws Exception {
    publish(1);
    publish(2);
    refused(Reason.CONFLICT, () -> management.deleteVersion(NAME, 2, Caller.ANYBODY));
    management.deleteVersion(NAME, 1, Caller.ANYBODY);
    refused(Reason.UNKNOWN, () -> management.deleteVersion(NAME, 1, Caller.ANYBODY));
    refused(Reason.CONFLICT, () -> management.rollback(NAME, Caller.ANYBODY));
    assertThat(models.resolve("reuse/versions/1")).doesNotExist();
    publish(3);
    assertThat(management.status(NAME, Caller.ANYBODY).versions())
        .extracting(VersionStatus::version)
        .containsExactly(3, 2);
  }

  @Test
  void aVersionThatIsDamagedDoesNotReplaceOneThatIsNot() throws Exception {
    publish(1);
    publish(2);
    Files.write(models.resolve("reuse/versions/1/files/saved_model.pb"), new byte[] {1});
    refused(Reason.DAMAGED, () -> management.rollback(NAME, Caller.ANYBODY));
    assertThat(answering(sidecar)).isEqualTo(2);
    assertThat(management.status(NAME, Caller.ANYBODY).state().version(Alias.PRODUCTION))
        .isEqualTo(2);
  }

  @Test
  void twoSidecarsShareOneStore() throws Exception {
    publish(1);
    try (LocalSidecar other = LocalSidecar.start(models)) {
      assertThat(answering(other)).isEqualTo(1);
      publish(2);
      eventually(other, 2);
      other.sidecar().management().rollback(NAME, Caller.ANYBODY);
      eventually(sidecar, 1);
      management.delete(NAME, Caller.ANYBODY);
      Await.until(
          "deleted there", () -> other.sidecar().registry().entries(Identity.local()).isEmpty());
      publish(3);
      eventually(other, 3);
      assertThat(other.sidecar().registry().serving("reuse", Identity.local()).version())
          .isEqualTo(3);
    }
    assertThat(answering(sidecar)).isEqualTo(3);
  }

  private void eventually(LocalSidecar asked, int version) throws Exception {
    Await.until("version " + version, () -> answering(asked) == version);
  }

  private interface Change {
    void make() throws Exception;
  }

  private static void refused(Reason reason, Change change) {
    assertThatThrownBy(change::make)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refusal -> assertThat(refusal.reason()).as(refusal.told()).isEqualTo(reason));
  }
}
