package io.virga.netagent.openflow;

import io.netty.buffer.ByteBuf;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import java.util.ArrayList;
import java.util.List;

/** Action lists (OpenFlow 1.5.1 §7.2.6). */
final class ActionCodec {

  private static final int OUTPUT = 0;
  private static final int PUSH_VLAN = 17;
  private static final int POP_VLAN = 18;
  private static final int GROUP = 22;
  private static final int DECREMENT_TTL = 24;
  private static final int SET_FIELD = 25;
  private static final int COPY_FIELD = 28;
  private static final int METER = 29;
  static final int EXPERIMENTER = 0xffff;

  private ActionCodec() {}

  static void encodeAll(List<Action> actions, ByteBuf out) {
    actions.forEach(action -> encode(action, out));
  }

  static List<Action> decodeAll(OctetReader in) throws MalformedOctetsException {
    List<Action> actions = new ArrayList<>();
    while (in.remaining() > 0) {
      actions.add(decode(in));
    }
    return List.copyOf(actions);
  }

  private static void encode(Action action, ByteBuf out) {
    int start = out.writerIndex();
    switch (action) {
      case Action.Output output -> {
        begin(OUTPUT, out);
        out.writeInt(output.port());
        out.writeShort(output.maxLengthBytes());
      }
      case Action.SetField set -> {
        begin(SET_FIELD, out);
        MatchCodec.encodeEntry(set.entry(), out);
      }
      case Action.CopyField copy -> {
        begin(COPY_FIELD, out);
        out.writeShort(copy.bits());
        out.writeShort(copy.sourceOffset());
        out.writeShort(copy.destinationOffset());
        out.writeZero(2);
        MatchCodec.encodeHeader(copy.source(), false, out);
        MatchCodec.encodeHeader(copy.destination(), false, out);
      }
      case Action.PushVlan push -> {
        begin(PUSH_VLAN, out);
        out.writeShort(push.etherType());
      }
      case Action.PopVlan _ -> begin(POP_VLAN, out);
      case Action.DecrementTtl _ -> begin(DECREMENT_TTL, out);
      case Action.Meter meter -> {
        begin(METER, out);
        out.writeInt(meter.meterId());
      }
      case Action.Group group -> {
        begin(GROUP, out);
        out.writeInt(group.groupId());
      }
      case Action.Opaque opaque -> {
        opaque.wire().writeTo(out);
        return;
      }
      case Action.Resubmit _,
          Action.Controller _,
          Action.ConnectionTrack _,
          Action.ConnectionTrackClear _,
          Action.Nat _,
          Action.Conjunction _ -> {
        begin(EXPERIMENTER, out);
        NiciraActionCodec.encodeBody(action, out);
      }
    }
    end(start, out);
  }

  private static void begin(int type, ByteBuf out) {
    out.writeShort(type);
    out.writeShort(0);
  }

  private static void end(int start, ByteBuf out) {
    int lengthBytes = out.writerIndex() - start;
    out.writeZero(-lengthBytes & 7);
    out.setShort(start + 2, out.writerIndex() - start);
  }

  private static Action decode(OctetReader in) throws MalformedOctetsException {
    int type = in.u16();
    int lengthBytes = in.u16();
    if (lengthBytes < 8 || lengthBytes % 8 != 0) {
      throw new MalformedOctetsException("action of " + lengthBytes + " bytes");
    }
    OctetReader body = in.sub(lengthBytes - 4);
    return switch (type) {
      case OUTPUT -> new Action.Output(body.i32(), body.u16());
      case SET_FIELD -> new Action.SetField(MatchCodec.decodeEntry(body));
      case COPY_FIELD -> decodeCopyField(body);
      case PUSH_VLAN -> new Action.PushVlan(body.u16());
      case POP_VLAN -> new Action.PopVlan();
      case DECREMENT_TTL -> new Action.DecrementTtl();
      case METER -> new Action.Meter(body.i32());
      case GROUP -> new Action.Group(body.i32());
      case EXPERIMENTER -> NiciraActionCodec.decodeBody(body);
      default -> opaque(type, body);
    };
  }

  private static Action decodeCopyField(OctetReader body) throws MalformedOctetsException {
    int bits = body.u16();
    int sourceOffset = body.u16();
    int destinationOffset = body.u16();
    body.skip(2);
    OxmField source = MatchCodec.decodeHeader(body);
    OxmField destination = MatchCodec.decodeHeader(body);
    return new Action.CopyField(bits, source, sourceOffset, destination, destinationOffset);
  }

  static Action.Opaque opaque(int type, OctetReader body) throws MalformedOctetsException {
    return new Action.Opaque(WireText.withHeader(type, body.rest()));
  }
}
