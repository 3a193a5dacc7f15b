package io.virga.netagent.openflow;

import io.netty.buffer.ByteBuf;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Bodies of experimenter actions, behind type and length (Open vSwitch's {@code NXAST_*}). */
final class NiciraActionCodec {

  private static final int RESUBMIT_TABLE = 14;
  private static final int CONJUNCTION = 34;
  private static final int CT = 35;
  private static final int NAT = 36;
  private static final int CONTROLLER2 = 37;
  private static final int CT_CLEAR = 43;

  private static final int IN_PORT_16 = 0xfff8;
  private static final int CT_COMMIT = 1;
  private static final int CT_FORCE = 2;
  private static final int ZONE_BITS = 15;

  private static final int CONTROLLER_MAX_LENGTH = 0;
  private static final int CONTROLLER_ID = 1;
  private static final int CONTROLLER_USERDATA = 3;
  private static final int CONTROLLER_METER = 5;

  private static final int NAT_IPV4_MIN = 1;
  private static final int NAT_IPV4_MAX = 2;
  private static final int NAT_PORT_MIN = 16;
  private static final int NAT_PORT_MAX = 32;
  private static final int NAT_KNOWN = NAT_IPV4_MIN | NAT_IPV4_MAX | NAT_PORT_MIN | NAT_PORT_MAX;

  private NiciraActionCodec() {}

  static void encodeBody(Action action, ByteBuf out) {
    out.writeInt(OpenFlow.NICIRA);
    switch (action) {
      case Action.Resubmit resubmit -> {
        out.writeShort(RESUBMIT_TABLE);
        out.writeShort(IN_PORT_16);
        out.writeByte(resubmit.table());
        out.writeZero(3);
      }
      case Action.Conjunction conjunction -> {
        out.writeShort(CONJUNCTION);
        out.writeByte(conjunction.clause());
        out.writeByte(conjunction.clauses());
        out.writeInt(conjunction.id());
      }
      case Action.ConnectionTrack track -> encodeTrack(track, out);
      case Action.ConnectionTrackClear _ -> out.writeShort(CT_CLEAR).writeZero(4);
      case Action.Nat nat -> encodeNat(nat, out);
      case Action.Controller controller -> encodeController(controller, out);
      case Action.Output _,
          Action.SetField _,
          Action.CopyField _,
          Action.PushVlan _,
          Action.PopVlan _,
          Action.DecrementTtl _,
          Action.Meter _,
          Action.Group _,
          Action.Opaque _ ->
          throw new IllegalArgumentException("no experimenter action: " + action);
    }
  }

  private static void encodeTrack(Action.ConnectionTrack track, ByteBuf out) {
    out.writeShort(CT);
    out.writeShort((track.commit() ? CT_COMMIT : 0) | (track.force() ? CT_FORCE : 0));
    switch (track.zone()) {
      case Action.Zone.Fixed fixed -> {
        out.writeInt(0);
        out.writeShort(fixed.zone());
      }
      case Action.Zone.FromField from -> {
        MatchCodec.encodeHeader(from.field(), false, out);
        out.writeShort(ZONE_BITS);
      }
    }
    out.writeByte(track.recircTable());
    out.writeZero(3);
    out.writeShort(0);
    ActionCodec.encodeAll(track.actions(), out);
  }

  private static void encodeNat(Action.Nat nat, ByteBuf out) {
    out.writeShort(NAT);
    out.writeZero(2);
    out.writeShort(nat.flags());
    Optional<Action.NatRange> range = nat.range();
    if (range.isEmpty()) {
      out.writeShort(0);
      return;
    }
    boolean ports = range.get().portMin() != 0;
    out.writeShort(ports ? NAT_KNOWN : NAT_IPV4_MIN | NAT_IPV4_MAX);
    out.writeInt(range.get().addressMin());
    out.writeInt(range.get().addressMax());
    if (ports) {
      out.writeShort(range.get().portMin());
      out.writeShort(range.get().portMax());
    }
  }

  private static void encodeController(Action.Controller controller, ByteBuf out) {
    out.writeShort(CONTROLLER2);
    out.writeZero(6);
    if (controller.maxLengthBytes() != 0xffff) {
      out.writeShort(CONTROLLER_MAX_LENGTH).writeShort(6);
      out.writeShort(controller.maxLengthBytes()).writeZero(2);
    }
    if (controller.controllerId() != 0) {
      out.writeShort(CONTROLLER_ID)
          .writeShort(6)
          .writeShort(controller.controllerId())
          .writeZero(2);
    }
    int userdataBytes = controller.userdata().length();
    if (userdataBytes > 0) {
      out.writeShort(CONTROLLER_USERDATA).writeShort(4 + userdataBytes);
      controller.userdata().writeTo(out);
      out.writeZero(-(4 + userdataBytes) & 7);
    }
    controller
        .meterId()
        .ifPresent(id -> out.writeShort(CONTROLLER_METER).writeShort(8).writeInt(id));
  }

  static Action decodeBody(OctetReader in) throws MalformedOctetsException {
    OctetReader whole = in.fork();
    int experimenter = in.i32();
    int subtype = in.u16();
    if (experimenter != OpenFlow.NICIRA) {
      return ActionCodec.opaque(ActionCodec.EXPERIMENTER, whole);
    }
    return switch (subtype) {
      case RESUBMIT_TABLE -> {
        in.skip(2);
        yield new Action.Resubmit(in.u8());
      }
      case CONJUNCTION -> new Action.Conjunction(in.u8(), in.u8(), in.i32());
      case CT -> decodeTrack(in);
      case CT_CLEAR -> new Action.ConnectionTrackClear();
      case NAT -> decodeNat(in);
      case CONTROLLER2 -> decodeController(in);
      default -> ActionCodec.opaque(ActionCodec.EXPERIMENTER, whole);
    };
  }

  private static Action decodeTrack(OctetReader in) throws MalformedOctetsException {
    int flags = in.u16();
    OctetReader source = in.sub(4);
    int zone = in.u16();
    boolean fixed = source.fork().i32() == 0;
    int recircTable = in.u8();
    in.skip(5);
    return new Action.ConnectionTrack(
        (flags & CT_COMMIT) != 0,
        (flags & CT_FORCE) != 0,
        fixed
            ? new Action.Zone.Fixed(zone)
            : new Action.Zone.FromField(MatchCodec.decodeHeader(source)),
        recircTable,
        ActionCodec.decodeAll(in));
  }

  private static Action decodeNat(OctetReader in) throws MalformedOctetsException {
    OctetReader whole = in.fork();
    in.skip(2);
    int flags = in.u16();
    int present = in.u16();
    if ((present & ~NAT_KNOWN) != 0) {
      return opaqueNat(whole);
    }
    int addressMin = (present & NAT_IPV4_MIN) != 0 ? in.i32() : 0;
    int addressMax = (present & NAT_IPV4_MAX) != 0 ? in.i32() : addressMin;
    int portMin = (present & NAT_PORT_MIN) != 0 ? in.u16() : 0;
    int portMax = (present & NAT_PORT_MAX) != 0 ? in.u16() : portMin;
    return new Action.Nat(
        flags,
        present == 0
            ? Optional.empty()
            : Optional.of(new Action.NatRange(addressMin, addressMax, portMin, portMax)));
  }

  private static Action opaqueNat(OctetReader whole) throws MalformedOctetsException {
    ByteBuffer body = ByteBuffer.allocate(6 + whole.remaining());
    body.putInt(OpenFlow.NICIRA).putShort((short) NAT).put(whole.rest().toByteArray());
    return new Action.Opaque(
        WireText.withHeader(ActionCodec.EXPERIMENTER, Octets.copyOf(body.array())));
  }

  private static Action decodeController(OctetReader in) throws MalformedOctetsException {
    in.skip(6);
    int maxLengthBytes = 0xffff;
    int controllerId = 0;
    Octets userdata = Octets.EMPTY;
    Optional<Integer> meterId = Optional.empty();
    while (in.remaining() >= 4) {
      int type = in.u16();
      int lengthBytes = in.u16();
      OctetReader property = in.sub(lengthBytes - 4);
      in.skipPadding(lengthBytes);
      switch (type) {
        case CONTROLLER_MAX_LENGTH -> maxLengthBytes = property.u16();
        case CONTROLLER_ID -> controllerId = property.u16();
        case CONTROLLER_USERDATA -> userdata = property.rest();
        case CONTROLLER_METER -> meterId = Optional.of(property.i32());
        default -> property.skip(property.remaining());
      }
    }
    return new Action.Controller(maxLengthBytes, controllerId, userdata, meterId);
  }
}
