package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.scsi.MemoryReservations;
import io.virga.dataplane.desired.IscsiAccess;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The login phase, step by step. */
class LoginTest {

  private static final ChapAccount ACCOUNT =
      new ChapAccount(
          "me", secret("hunter2hunter2"), Optional.of(new ChapAccount.Mutual("us", secret("two"))));

  private static final String TARGET = IscsiAccess.target("t");

  private final Login open = login(new Entry.Open());
  private final Login guarded = login(new Entry.Account(ACCOUNT, Optional.empty()));

  private static ChapAccount.Secret secret(String text) {
    return new ChapAccount.Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Login login(Entry entry) {
    ExportTable exports = new ExportTable();
    exports.open(new Export("t", "v", new MemoryDevice(4096), "here"));
    Targets targets = new Targets(exports, new MemoryReservations(), export -> entry);
    return new Login(targets, Limits.DEFAULT, new Random(1));
  }

  private static InitiatorPdu.Login step(int current, int next, String... pairs) {
    ByteBuf text = Unpooled.buffer();
    for (int i = 0; i < pairs.length; i += 2) {
      KeyValues.encode(pairs[i], pairs[i + 1], text);
    }
    InitiatorPdu.Stage stage = new InitiatorPdu.Stage(next >= 0, false, current, next & 3, 0);
    return new InitiatorPdu.Login(stage, 1, 0, 1, 0, new InitiatorPdu.Order(true, 1, 1), text);
  }

  private static Map<String, String> answer(Login.Step step) {
    assertThat(step).isInstanceOf(Login.Step.Answer.class);
    return ((Login.Step.Answer) step).text();
  }

  private static void assertFailed(Login.Step step, LoginStatus status) {
    assertThat(step).isEqualTo(new Login.Step.Failed(status));
  }

  @Test
  void agreesOnEveryKey() {
    Map<String, String> answers =
        answer(
            open.handle(
                step(
                    1,
                    3,
                    "InitiatorName",
                    "iqn.i",
                    "TargetName",
                    TARGET,
                    "HeaderDigest",
                    "CRC32C,None",
                    "DataDigest",
                    "Other,None",
                    "InitialR2T",
                    "No",
                    "ImmediateData",
                    "Yes",
                    "MaxRecvDataSegmentLength",
                    "65536",
                    "MaxBurstLength",
                    "16776192",
                    "FirstBurstLength",
                    "4096",
                    "MaxOutstandingR2T",
                    "16",
                    "MaxConnections",
                    "2",
                    "DefaultTime2Wait",
                    "2",
                    "DefaultTime2Retain",
                    "20",
                    "ErrorRecoveryLevel",
                    "2",
                    "DataPDUInOrder",
                    "No",
                    "IFMarker",
                    "Yes",
                    "X-com.example",
                    "1")));

    assertThat(answers).isEqualTo(agreed());
    assertThat(open.parameters().headerDigest).isTrue();
    assertThat(open.parameters().initiatorSegmentBytes).isEqualTo(65536);
  }

  private static Map<String, String> agreed() {
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("TargetPortalGroupTag", "1");
    expected.put("HeaderDigest", "CRC32C");
    expected.put("DataDigest", "None");
    expected.put("InitialR2T", "No");
    expected.put("ImmediateData", "Yes");
    expected.put("MaxRecvDataSegmentLength", "262144");
    expected.put("MaxBurstLength", "1048576");
    expected.put("FirstBurstLength", "4096");
    expected.put("MaxOutstandingR2T", "8");
    expected.put("MaxConnections", "2");
    expected.put("DefaultTime2Wait", "2");
    expected.put("DefaultTime2Retain", "0");
    expected.put("ErrorRecoveryLevel", "0");
    expected.put("DataPDUInOrder", "Yes");
    expected.put("IFMarker", "No");
    expected.put("X-com.example", "NotUnderstood");
    return expected;
  }

  @Test
  void rejectsValuesThatAreNone() {
    Map<String, String> answers =
        answer(
            open.handle(
                step(
                    1,
                    3,
                    "InitiatorName",
                    "iqn.i",
                    "TargetName",
                    TARGET,
                    "MaxBurstLength",
                    "4",
                    "InitialR2T",
                    "Maybe")));

    assertThat(answers).containsEntry("MaxBurstLength", "Reject");
    assertThat(answers).containsEntry("InitialR2T", "Reject");
    assertThat(open.parameters().maximumBurstBytes).isEqualTo(256 << 10);
  }

  @Test
  void letsNobodyPastTheSecurityStage() {
    assertFailed(
        guarded.handle(step(1, 3, "InitiatorName", "iqn.i", "TargetName", TARGET)),
        LoginStatus.AUTHENTICATION_FAILURE);
  }

  @Test
  void chapProvesBothSides() {
    assertThat(passes(Chap.MD5, "hunter2hunter2")).isTrue();
  }

  @Test
  void chapWithSha256ProvesBothSides() {
    assertThat(passes(Chap.SHA_256, "hunter2hunter2")).isTrue();
  }

  @Test
  void aWrongSecretIsRefused() {
    assertThat(passes(Chap.MD5, "hunter3hunter3")).isFalse();
  }

  private boolean passes(int algorithm, String secret) {
    answer(
        guarded.handle(
            step(0, -1, "InitiatorName", "iqn.i", "TargetName", TARGET, "AuthMethod", "CHAP")));
    Map<String, String> asked =
        answer(guarded.handle(step(0, -1, "CHAP_A", Integer.toString(algorithm))));
    byte[] challenge = Chap.bytes(asked.getOrDefault("CHAP_C", "")).orElseThrow();
    byte[] response =
        Chap.response(
            algorithm,
            Integer.parseInt(asked.get("CHAP_I")),
            secret.getBytes(StandardCharsets.UTF_8),
            challenge);
    Login.Step last =
        guarded.handle(
            step(
                0,
                1,
                "CHAP_N",
                "me",
                "CHAP_R",
                Chap.text(response),
                "CHAP_I",
                "9",
                "CHAP_C",
                "0x0102"));
    if (last instanceof Login.Step.Answer answer) {
      byte[] proof =
          Chap.response(algorithm, 9, "two".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2});
      assertThat(answer.text()).containsEntry("CHAP_R", Chap.text(proof));
      return true;
    }
    assertFailed(last, LoginStatus.AUTHENTICATION_FAILURE);
    return false;
  }

  @Test
  void aReflectedChallengeIsRefused() {
    answer(
        guarded.handle(
            step(0, -1, "InitiatorName", "iqn.i", "TargetName", TARGET, "AuthMethod", "CHAP")));
    Map<String, String> asked = answer(guarded.handle(step(0, -1, "CHAP_A", "5")));
    byte[] challenge = Chap.bytes(asked.getOrDefault("CHAP_C", "")).orElseThrow();
    int identifier = Integer.parseInt(asked.get("CHAP_I"));
    byte[] response = Chap.response(5, identifier, ACCOUNT.secret().bytes(), challenge);

    assertFailed(
        guarded.handle(
            step(
                0,
                1,
                "CHAP_N",
                "me",
                "CHAP_R",
                Chap.text(response),
                "CHAP_I",
                "1",
                "CHAP_C",
                asked.getOrDefault("CHAP_C", ""))),
        LoginStatus.AUTHENTICATION_FAILURE);
  }

  @Test
  void md5IsThatOfTheStandard() {
    byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
    byte[] challenge = HexFormat.of().parseHex("00112233");

    assertThat(Chap.response(Chap.MD5, 1, secret, challenge)).hasSize(16);
    assertThat(Chap.response(Chap.SHA_256, 1, secret, challenge)).hasSize(32);
    assertThat(Chap.bytes("0bAQI=")).contains(new byte[] {1, 2});
    assertThat(Chap.bytes("0x102")).contains(new byte[] {1, 2});
    assertThat(Chap.bytes("12")).isEmpty();
  }

  @Test
  void stagesCannotBeSkippedOrRepeated() {
    answer(open.handle(step(0, 1, "InitiatorName", "iqn.i", "TargetName", TARGET)));

    assertFailed(open.handle(step(0, 1)), LoginStatus.INITIATOR_ERROR);
  }

  @Test
  void saysWhatIsMissing() {
    assertFailed(
        login(new Entry.Open()).handle(step(1, 3, "TargetName", TARGET)),
        LoginStatus.MISSING_PARAMETER);
    assertFailed(
        login(new Entry.Open()).handle(step(1, 3, "InitiatorName", "iqn.i")),
        LoginStatus.MISSING_PARAMETER);
    assertFailed(
        login(new Entry.Open())
            .handle(step(1, 3, "InitiatorName", "iqn.i", "TargetName", "iqn.other")),
        LoginStatus.NOT_FOUND);
  }
}
