package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.scsi.CopyUnit;
import io.virga.blockstore.scsi.MemoryReservations;
import io.virga.blockstore.scsi.UnitIdentity;
import io.virga.dataplane.desired.IscsiAccess;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose account opens which target, and which are found by whom. */
class TargetAccountsTest {

  private static final String MINE = "a.1";
  private static final String THEIRS = "b.1";
  private static final String NOBODYS = "c.1";
  private static final String INITIATOR = "iqn.2026-11.example:me";

  private final ExportTable exports = new ExportTable();
  private final Targets targets = targets(Optional.empty());

  private Targets targets(Optional<ChapAccount> operator) {
    return new Targets(exports, new MemoryReservations(), Entries.ofExports(operator));
  }

  @BeforeEach
  void open() {
    open(MINE, Optional.of(new IscsiAccess("me", "my-secret-my-secret", Optional.of(INITIATOR))));
    open(THEIRS, Optional.of(new IscsiAccess("them", "their-secret-theirs", Optional.empty())));
    open(NOBODYS, Optional.empty());
  }

  private void open(String name, Optional<IscsiAccess> access) {
    exports.open(new Export(name, "volume-" + name, new MemoryDevice(4096), "here", access));
  }

  @Test
  void anAccountOpensItsOwnTarget() {
    assertThat(login(targets, MINE, "me", "my-secret-my-secret", INITIATOR))
        .isEqualTo(LoginStatus.SUCCESS);
    assertThat(login(targets, THEIRS, "them", "their-secret-theirs", INITIATOR))
        .isEqualTo(LoginStatus.SUCCESS);
  }

  @Test
  void anAccountOpensNoOtherTarget() {
    assertThat(login(targets, THEIRS, "me", "my-secret-my-secret", INITIATOR))
        .isEqualTo(LoginStatus.AUTHENTICATION_FAILURE);
    assertThat(login(targets, MINE, "me", "their-secret-theirs", INITIATOR))
        .isEqualTo(LoginStatus.AUTHENTICATION_FAILURE);
  }

  @Test
  void onlyTheInitiatorOfTheAttachmentComesIn() {
    assertThat(login(targets, MINE, "me", "my-secret-my-secret", "iqn.2026-11.example:other"))
        .isEqualTo(LoginStatus.AUTHORIZATION_FAILURE);
    assertThat(
            login(
                targets,
                MINE,
                "me",
                "my-secret-my-secret",
                INITIATOR.toUpperCase(java.util.Locale.ROOT)))
        .isEqualTo(LoginStatus.SUCCESS);
  }

  @Test
  void anExportWithoutAnAccountIsNoTarget() {
    assertThat(targets.find(IscsiAccess.target(NOBODYS))).isEmpty();
    assertThat(names("me", INITIATOR)).isEqualTo(IscsiAccess.target(MINE));
  }

  @Test
  void theOperatorsAccountOpensThoseThatHaveNoneOfTheirOwn() {
    ChapAccount operator =
        new ChapAccount(
            "operator",
            new ChapAccount.Secret("the-operators-secret".getBytes(StandardCharsets.UTF_8)),
            Optional.empty());
    Targets opened = targets(Optional.of(operator));
    assertThat(login(opened, NOBODYS, "operator", "the-operators-secret", INITIATOR))
        .isEqualTo(LoginStatus.SUCCESS);
    assertThat(login(opened, MINE, "operator", "the-operators-secret", INITIATOR))
        .isEqualTo(LoginStatus.AUTHENTICATION_FAILURE);
    assertThat(opened.names(Optional.of("operator"), INITIATOR))
        .containsExactly(IscsiAccess.target(NOBODYS));
  }

  @Test
  void discoveryTellsOfOnesOwnTargetsOnly() {
    assertThat(names("them", INITIATOR)).isEqualTo(IscsiAccess.target(THEIRS));
    assertThat(targets.names(Optional.of("me"), "iqn.2026-11.example:other")).isEmpty();
    assertThat(targets.names(Optional.empty(), INITIATOR)).isEmpty();
    assertThat(discover("me", "my-secret-my-secret")).contains("me");
    assertThat(discover("me", "their-secret-theirs")).isEmpty();
    assertThat(discover("stranger", "whatever-whatever")).isEmpty();
  }

  @Test
  void whoProvesNothingMayAskAndFindsNothing() {
    Login login = new Login(targets, Limits.DEFAULT, new Random(1));
    Login.Step step =
        login.handle(step(1, 3, "InitiatorName", INITIATOR, "SessionType", "Discovery"));
    assertThat(step).isInstanceOf(Login.Step.Answer.class);
    assertThat(targets.names(login.user(), INITIATOR)).isEmpty();
  }

  @Test
  void aCopyReachesWhatTheSameAccountOpensAndNothingElse() {
    open("d.1", Optional.of(new IscsiAccess("me", "my-secret-my-secret", Optional.empty())));
    open("e.1", Optional.of(new IscsiAccess("me", "of-another-of-that-name", Optional.empty())));
    assertThat(reached(MINE, INITIATOR)).containsExactly(MINE, "d.1");
    assertThat(reached("d.1", "iqn.2026-11.example:other")).containsExactly("d.1");
    assertThat(reached(THEIRS, INITIATOR)).containsExactly(THEIRS);
  }

  @Test
  void aVolumesIdentityIsMadeOnce() {
    assertThat(identity()).isSameAs(identity());
  }

  /** What a copy is asked to look at. */
  private UnitIdentity identity() {
    List<UnitIdentity> seen = new ArrayList<>();
    targets
        .reach(
            exports.find(MINE).orElseThrow(),
            new SessionName(INITIATOR, 1, IscsiAccess.target(MINE)))
        .find(seen::add);
    return seen.getFirst();
  }

  private List<String> reached(String from, String initiator) {
    SessionName name = new SessionName(initiator, 1, IscsiAccess.target(from));
    CopyUnit.Reach reach = targets.reach(exports.find(from).orElseThrow(), name);
    return exports.names().stream()
        .filter(to -> reach.find(unit -> unit.serial().equals("volume-" + to)).isPresent())
        .toList();
  }

  @Test
  void noMessageShowsASecret() {
    Export export = exports.find(MINE).orElseThrow();
    assertThat(export.toString() + Entries.ofItsOwn(export)).doesNotContain("my-secret");
  }

  private String names(String user, String initiator) {
    return String.join(",", targets.names(Optional.of(user), initiator));
  }

  /** The account that a discovery has proved to be. */
  private Optional<String> discover(String user, String secret) {
    Login login = new Login(targets, Limits.DEFAULT, new Random(1));
    login.handle(
        step(
            0,
            -1,
            "InitiatorName",
            INITIATOR,
            "SessionType",
            "Discovery",
            "AuthMethod",
            "CHAP,None"));
    prove(login, user, secret);
    return login.user();
  }

  private static LoginStatus login(
      Targets targets, String export, String user, String secret, String initiator) {
    Login login = new Login(targets, Limits.DEFAULT, new Random(1));
    Login.Step begun =
        login.handle(
            step(
                0,
                -1,
                "InitiatorName",
                initiator,
                "TargetName",
                IscsiAccess.target(export),
                "AuthMethod",
                "CHAP,None"));
    assertThat(begun).isInstanceOf(Login.Step.Answer.class);
    return prove(login, user, secret) instanceof Login.Step.Failed(LoginStatus status)
        ? status
        : LoginStatus.SUCCESS;
  }

  private static Login.Step prove(Login login, String user, String secret) {
    Login.Step asked = login.handle(step(0, -1, "CHAP_A", "5"));
    Map<String, String> text = ((Login.Step.Answer) asked).text();
    byte[] response =
        Chap.response(
            Chap.MD5,
            Integer.parseInt(text.getOrDefault("CHAP_I", "")),
            secret.getBytes(StandardCharsets.UTF_8),
            Chap.bytes(text.getOrDefault("CHAP_C", "")).orElseThrow());
    return login.handle(step(0, 1, "CHAP_N", user, "CHAP_R", Chap.text(response)));
  }

  private static InitiatorPdu.Login step(int current, int next, String... pairs) {
    ByteBuf text = Unpooled.buffer();
    for (int i = 0; i < pairs.length; i += 2) {
      KeyValues.encode(pairs[i], pairs[i + 1], text);
    }
    InitiatorPdu.Stage stage = new InitiatorPdu.Stage(next >= 0, false, current, next & 3, 0);
    return new InitiatorPdu.Login(stage, 1, 0, 1, 0, new InitiatorPdu.Order(true, 1, 1), text);
  }
}
