package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Text requests (RFC 7143 §11.10): SendTargets, in as many parts as it takes. Owned by the loop.
 */
final class TextExchange {

  private final Targets targets;
  private final Session session;
  private final Outlet outlet;
  private final Limits limits;
  private final ByteBuf question = Unpooled.buffer();
  private ByteBuf rest = Unpooled.EMPTY_BUFFER;
  private int transferTag;

  TextExchange(Targets targets, Session session, Outlet outlet, Limits limits) {
    this.targets = targets;
    this.session = session;
    this.outlet = outlet;
    this.limits = limits;
  }

  /** Takes a request, whose data stays the caller's; answers false if it is not the protocol. */
  boolean take(InitiatorPdu.Text pdu, int segmentBytes, Answers answers) {
    ByteBuf data = pdu.data();
    if (pdu.transferTag() == Wire.NO_TAG) {
      begin();
    } else if (pdu.transferTag() != transferTag) {
      return false;
    }
    if (rest.isReadable() && !pdu.more()) {
      send(pdu.tag(), segmentBytes, answers);
      return true;
    }
    if (question.readableBytes() + data.readableBytes() > limits.loginBytes()) {
      return false;
    }
    question.writeBytes(data, data.readerIndex(), data.readableBytes());
    if (pdu.more()) {
      answers.text(new TargetPdu.TextPart(pdu.tag(), transferTag, false), Unpooled.EMPTY_BUFFER);
      return true;
    }
    Optional<Map<String, String>> asked = KeyValues.decode(question);
    question.clear();
    if (asked.isEmpty()) {
      return false;
    }
    rest.release();
    rest = Unpooled.buffer();
    asked.get().forEach(this::answer);
    send(pdu.tag(), segmentBytes, answers);
    return true;
  }

  /** What there was of another exchange is over. */
  private void begin() {
    question.clear();
    release();
    transferTag = transferTag + 1 & Integer.MAX_VALUE;
  }

  private void answer(String key, String value) {
    if (!key.equals("SendTargets")) {
      KeyValues.encode(key, ParameterNegotiation.NOT_UNDERSTOOD, rest);
      return;
    }
    boolean discovery = session.way().isEmpty();
    String own = session.name().target();
    if (value.equals("All") && !discovery) {
      KeyValues.encode(key, ParameterNegotiation.REJECT, rest);
      return;
    }
    String wanted = value.isEmpty() ? own : value;
    List<String> visible = targets.names(session.user(), session.name().initiator());
    List<String> names = value.equals("All") ? visible : named(wanted, discovery, visible);
    for (String name : names) {
      KeyValues.encode("TargetName", name, rest);
      KeyValues.encode("TargetAddress", outlet.localAddress() + "," + Wire.PORTAL_GROUP, rest);
    }
  }

  private List<String> named(String wanted, boolean discovery, List<String> visible) {
    boolean asked = discovery || wanted.equals(session.name().target());
    return asked && visible.contains(wanted) ? List.of(wanted) : List.of();
  }

  private void send(int tag, int segmentBytes, Answers answers) {
    int bytes = Math.min(rest.readableBytes(), segmentBytes);
    ByteBuf part = rest.readSlice(bytes);
    boolean more = rest.isReadable();
    answers.text(new TargetPdu.TextPart(tag, more ? transferTag : Wire.NO_TAG, more), part);
  }

  void release() {
    rest.release();
    rest = Unpooled.EMPTY_BUFFER;
  }
}
