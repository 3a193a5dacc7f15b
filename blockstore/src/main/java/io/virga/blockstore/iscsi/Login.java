package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.export.Export;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The login phase of one connection (RFC 7143 §6.3): security, operational negotiation, full
 * feature. Not for several threads.
 *
 * <pre>
 * first → (names) → security → (authenticated, transit) → operational → (transit) → over
 * first → (names, nobody is to be authenticated) → operational
 * any → (an error) → over
 * </pre>
 */
final class Login {

  private final Targets targets;
  private final Limits limits;
  private final RandomGenerator random;
  private final Parameters parameters = new Parameters();
  private final ParameterNegotiation negotiation;
  private final ByteBuf text = Unpooled.buffer();
  private final Map<String, String> unsent = new LinkedHashMap<>();
  private Optional<Authentication> authentication = Optional.empty();
  private Optional<Export> target = Optional.empty();
  private String initiator = "";
  private String targetName = "";
  private int stage = -1;
  private boolean declared;

  Login(Targets targets, Limits limits, RandomGenerator random) {
    this.targets = targets;
    this.limits = limits;
    this.random = random;
    this.negotiation = new ParameterNegotiation(parameters, limits);
  }

  /** What comes of a step. */
  sealed interface Step {

    /** The text is answered; the login goes on, or with {@code done} is over. */
    record Answer(InitiatorPdu.Stage stage, Map<String, String> text, boolean done)
        implements Step {}

    /** The login has failed. */
    record Failed(LoginStatus status) implements Step {}
  }

  Parameters parameters() {
    return parameters;
  }

  String initiator() {
    return initiator;
  }

  String targetName() {
    return targetName;
  }

  /** The account that the initiator has proved to be; empty if it was not asked to. */
  Optional<String> user() {
    return authentication.flatMap(Authentication::user);
  }

  /** The export, unless this is for discovery. */
  Optional<Export> target() {
    return target;
  }

  /** Takes a step; the data stays the caller's. */
  Step handle(InitiatorPdu.Login pdu) {
    InitiatorPdu.Stage asked = pdu.stage();
    if (asked.minimumVersion() > 0) {
      return new Step.Failed(LoginStatus.UNSUPPORTED_VERSION);
    }
    boolean badStage =
        asked.current() == 2
            || asked.current() == Wire.STAGE_FULL_FEATURE
            || (stage >= 0 && asked.current() != stage)
            || (asked.transit() && (asked.next() <= asked.current() || asked.next() == 2))
            || (asked.transit() && asked.more());
    if (badStage || text.readableBytes() + pdu.data().readableBytes() > limits.loginBytes()) {
      return new Step.Failed(LoginStatus.INITIATOR_ERROR);
    }
    text.writeBytes(pdu.data(), pdu.data().readerIndex(), pdu.data().readableBytes());
    if (asked.more()) {
      return new Step.Answer(staying(asked), Map.of(), false);
    }
    Optional<Map<String, String>> offers = KeyValues.decode(text);
    text.clear();
    if (offers.isEmpty()) {
      return new Step.Failed(LoginStatus.INITIATOR_ERROR);
    }
    return offered(asked, offers.get());
  }

  private static InitiatorPdu.Stage staying(InitiatorPdu.Stage asked) {
    return new InitiatorPdu.Stage(false, false, asked.current(), 0, 0);
  }

  private Step offered(InitiatorPdu.Stage asked, Map<String, String> offers) {
    if (stage < 0) {
      LoginStatus status = names(offers);
      if (status != LoginStatus.SUCCESS) {
        return new Step.Failed(status);
      }
    }
    stage = asked.current();
    Authentication security = authentication.orElseThrow();
    Map<String, String> answers = new LinkedHashMap<>(unsent);
    unsent.clear();
    if (stage == Wire.STAGE_SECURITY) {
      answers.putAll(security.answer(offers));
    }
    if (security.failed() || (stage != Wire.STAGE_SECURITY && !security.passed())) {
      return new Step.Failed(LoginStatus.AUTHENTICATION_FAILURE);
    }
    if (security.passed() && !isAdmitted()) {
      return new Step.Failed(LoginStatus.AUTHORIZATION_FAILURE);
    }
    if (stage == Wire.STAGE_OPERATIONAL) {
      answers.putAll(negotiation.answer(offers));
      declare(answers);
    }
    boolean leaves = asked.transit() && (stage != Wire.STAGE_SECURITY || security.passed());
    if (!leaves) {
      return new Step.Answer(staying(asked), answers, false);
    }
    stage = asked.next();
    boolean done = stage == Wire.STAGE_FULL_FEATURE;
    return new Step.Answer(
        new InitiatorPdu.Stage(true, false, asked.current(), stage, 0), answers, done);
  }

  /** What we say of ourselves, though nobody asked. */
  private void declare(Map<String, String> answers) {
    if (!declared) {
      declared = true;
      answers.putIfAbsent("MaxRecvDataSegmentLength", Integer.toString(limits.dataSegmentBytes()));
    }
  }

  private LoginStatus names(Map<String, String> offers) {
    initiator = offers.getOrDefault("InitiatorName", "");
    targetName = offers.getOrDefault("TargetName", "");
    String type = offers.getOrDefault("SessionType", "Normal");
    if (initiator.isEmpty() || initiator.length() > Targets.MAXIMUM_NAME_CHARACTERS) {
      return LoginStatus.MISSING_PARAMETER;
    }
    parameters.discovery = type.equals("Discovery");
    if (!parameters.discovery) {
      if (!type.equals("Normal")) {
        return LoginStatus.SESSION_TYPE_NOT_SUPPORTED;
      }
      if (targetName.isEmpty()) {
        return LoginStatus.MISSING_PARAMETER;
      }
      target = targets.find(targetName);
      if (target.isEmpty()) {
        return LoginStatus.NOT_FOUND;
      }
      unsent.put("TargetPortalGroupTag", Integer.toString(Wire.PORTAL_GROUP));
    } else {
      targetName = "";
    }
    authentication = Optional.of(target.map(this::guard).orElseGet(this::discovery));
    return LoginStatus.SUCCESS;
  }

  private Authentication guard(Export export) {
    return switch (targets.entry(export)) {
      case Entry.Account account ->
          new Authentication(
              new Authentication.Asked(
                  false,
                  true,
                  user ->
                      Optional.of(account.account()).filter(known -> known.user().equals(user))),
              random);
      case Entry.Open open -> new Authentication(Authentication.Asked.NOBODY, random);
      case Entry.Closed closed -> throw new IllegalStateException("a target that is closed");
    };
  }

  /** Who proves to be nobody finds nothing that is anybody's. */
  private Authentication discovery() {
    return new Authentication(
        new Authentication.Asked(true, targets.hasAccounts(), targets::account), random);
  }

  private boolean isAdmitted() {
    return target
        .map(targets::entry)
        .filter(entry -> entry instanceof Entry.Account account && !account.admits(initiator))
        .isEmpty();
  }
}
