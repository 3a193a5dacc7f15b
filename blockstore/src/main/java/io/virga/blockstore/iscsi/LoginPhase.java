package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes the steps of a login to its session, and writes the answers. Owned by the loop. */
final class LoginPhase {

  private final Login login;
  private final Sessions sessions;
  private final Limits limits;
  private int connection;
  private int statSn;
  private boolean begun;

  LoginPhase(Login login, Sessions sessions, Limits limits) {
    this.login = login;
    this.sessions = sessions;
    this.limits = limits;
  }

  /** A step that is to be answered; with a session if it was the last. */
  record Ended(
      InitiatorPdu.Login asked,
      LoginStatus status,
      InitiatorPdu.Stage stage,
      Map<String, String> text,
      Optional<Session> session) {

    boolean failed() {
      return status != LoginStatus.SUCCESS;
    }
  }

  Parameters parameters() {
    return login.parameters();
  }

  /** The connection's identifier in its session (CID). */
  int connection() {
    return connection;
  }

  int nextStatSn() {
    return statSn;
  }

  /** Takes a step, and its data; calls back now or later. */
  void take(InitiatorPdu.Login pdu, Consumer<Ended> then) {
    if (!begun) {
      begun = true;
      statSn = pdu.order().expectedStatSn();
      connection = pdu.connection();
    }
    Login.Step step = login.handle(pdu);
    pdu.data().release();
    switch (step) {
      case Login.Step.Failed failed -> then.accept(failed(pdu, failed.status()));
      case Login.Step.Answer answer -> {
        if (!answer.done()) {
          then.accept(
              new Ended(pdu, LoginStatus.SUCCESS, answer.stage(), answer.text(), Optional.empty()));
        } else if (pdu.tsih() == 0) {
          sessions.open(login, pdu, joined -> then.accept(joined(pdu, answer, joined)));
        } else {
          then.accept(joined(pdu, answer, sessions.join(login, pdu)));
        }
      }
    }
  }

  private static Ended failed(InitiatorPdu.Login pdu, LoginStatus status) {
    InitiatorPdu.Stage stage = new InitiatorPdu.Stage(false, false, pdu.stage().current(), 0, 0);
    return new Ended(pdu, status, stage, Map.of(), Optional.empty());
  }

  private static Ended joined(
      InitiatorPdu.Login pdu, Login.Step.Answer answer, Sessions.Joined joined) {
    if (joined.status() != LoginStatus.SUCCESS) {
      return failed(pdu, joined.status());
    }
    return new Ended(pdu, joined.status(), answer.stage(), answer.text(), joined.session());
  }

  /** Appends the answer. */
  void encode(Ended ended, ByteBuf out) {
    int at = out.writerIndex();
    out.writerIndex(at + Framing.HEADER_BYTES);
    ended.text().forEach((key, value) -> KeyValues.encode(key, value, out));
    int bytes = out.writerIndex() - at - Framing.HEADER_BYTES;
    InitiatorPdu.Login asked = ended.asked();
    int tsih = ended.session().map(Session::identifier).orElse(asked.tsih());
    int expected = ended.session().map(Session::expectedSn).orElse(asked.order().commandSn());
    int maximum = ended.session().map(Session::maximumSn).orElse(expected + limits.commands() - 1);
    TargetPdu.login(
        out,
        at,
        new TargetPdu.Numbers(ended.failed() ? 0 : statSn++, expected, maximum),
        new TargetPdu.LoginAnswer(
            ended.stage(), asked.isid(), tsih, asked.tag(), ended.status().code(), bytes));
    out.writeZero(Framing.padded(bytes) - bytes);
  }
}
