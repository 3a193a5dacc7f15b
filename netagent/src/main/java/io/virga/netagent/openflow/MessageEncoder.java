package io.virga.netagent.openflow;

import io.netty.buffer.ByteBuf;
import io.virga.netagent.octets.Octets;

/** Bodies of messages. */
final class MessageEncoder {

  static final int SET_PACKET_IN_FORMAT = 16;
  static final int CT_FLUSH_ZONE = 29;
  static final int PACKET_IN2 = 30;
  static final int CT_FLUSH = 32;
  static final int CT_FLUSH_ZONE_ID = 2;
  static final int CT_TUPLE_DESTINATION = 1;
  static final int CT_TUPLE_DESTINATION_PORT = 3;
  static final int MULTIPART_FLOW_DESC = 1;
  static final int MULTIPART_TABLE = 3;
  static final int MULTIPART_METER_CONFIG = 10;
  static final int MULTIPART_MORE = 1;
  static final int INSTRUCTION_GOTO_TABLE = 1;
  static final int INSTRUCTION_APPLY_ACTIONS = 4;
  static final int METER_KBPS = 1;
  static final int METER_PKTPS = 2;
  static final int METER_BURST = 4;
  static final int METER_BAND_DROP = 1;
  static final int PACKET_IN_PACKET = 0;
  static final int PACKET_IN_TABLE = 3;
  static final int PACKET_IN_COOKIE = 4;
  static final int PACKET_IN_METADATA = 6;
  static final int PACKET_IN_USERDATA = 7;

  /** Of look-ups and of matches, which nobody asks for. */
  static final int TABLE_COUNTERS_BYTES = 16;

  private static final long EXACTLY = -1L;
  private static final int ATOMIC_ORDERED = 3;
  private static final int HELLO_VERSION_BITMAP = 1;
  private static final int NXT_PACKET_IN2_FORMAT = 2;

  private MessageEncoder() {}

  static void encodeBody(Frame frame, ByteBuf out) {
    switch (frame.message()) {
      case Message.Hello _ ->
          out.writeShort(HELLO_VERSION_BITMAP).writeShort(8).writeInt(1 << OpenFlow.VERSION);
      case Message.ErrorReport error -> {
        out.writeShort(error.type()).writeShort(error.code());
        error.data().writeTo(out);
      }
      case Message.EchoRequest echo -> echo.data().writeTo(out);
      case Message.EchoReply echo -> echo.data().writeTo(out);
      case Message.FeaturesReply features -> {
        out.writeLong(features.datapathId()).writeInt(features.buffers());
        out.writeByte(features.tables()).writeZero(11);
      }
      case Message.SetConfig config ->
          out.writeShort(config.flags()).writeShort(config.missSendLengthBytes());
      case Message.FlowMod mod -> encodeFlowMod(mod, out);
      case Message.PacketOut packetOut -> encodePacketOut(packetOut, out);
      case Message.MeterMod mod -> encodeMeterMod(mod, out);
      case Message.BundleControl control -> {
        out.writeInt(control.bundleId()).writeShort(control.step().ordinal());
        out.writeShort(ATOMIC_ORDERED);
      }
      case Message.BundleAdd add -> {
        out.writeInt(add.bundleId()).writeShort(0).writeShort(ATOMIC_ORDERED);
        OpenFlowCodec.encode(new Frame(frame.xid(), add.mod()), out);
      }
      case Message.FlowDescRequest request -> encodeFlowDescRequest(request, out);
      case Message.FlowDescReply reply -> {
        multipart(MULTIPART_FLOW_DESC, reply.more(), out);
        reply.flows().forEach(flow -> encodeFlowDesc(flow, out));
      }
      case Message.TableStatsRequest _ -> multipart(MULTIPART_TABLE, false, out);
      case Message.TableStatsReply reply -> {
        multipart(MULTIPART_TABLE, reply.more(), out);
        for (Message.TableSize size : reply.sizes()) {
          out.writeByte(size.table()).writeZero(3).writeInt(size.flows());
          out.writeZero(TABLE_COUNTERS_BYTES);
        }
      }
      case Message.MeterConfigRequest _ -> {
        multipart(MULTIPART_METER_CONFIG, false, out);
        out.writeInt(OpenFlow.PORT_ANY).writeZero(4);
      }
      case Message.MeterConfigReply reply -> {
        multipart(MULTIPART_METER_CONFIG, reply.more(), out);
        reply.meters().forEach(meter -> encodeMeterConfig(meter, out));
      }
      case Message.SetPacketInFormat _ ->
          nicira(SET_PACKET_IN_FORMAT, out).writeInt(NXT_PACKET_IN2_FORMAT);
      case Message.ConnectionTrackFlushZone flush ->
          nicira(CT_FLUSH_ZONE, out).writeZero(6).writeShort(flush.zone());
      case Message.ConnectionTrackFlush flush -> encodeConnectionTrackFlush(flush, out);
      case Message.PacketIn packetIn -> encodePacketIn(packetIn, out);
      case Message.Other other -> other.body().writeTo(out);
      case Message.FeaturesRequest _, Message.BarrierRequest _, Message.BarrierReply _ -> {}
    }
  }

  private static ByteBuf nicira(int subtype, ByteBuf out) {
    return out.writeInt(OpenFlow.NICIRA).writeInt(subtype);
  }

  private static void multipart(int type, boolean more, ByteBuf out) {
    out.writeShort(type).writeShort(more ? MULTIPART_MORE : 0).writeZero(4);
  }

  private static void encodeFlowMod(Message.FlowMod mod, ByteBuf out) {
    Flow flow = mod.flow();
    out.writeLong(flow.cookie()).writeLong(0);
    out.writeByte(flow.key().table()).writeByte(mod.command().ordinal());
    out.writeShort(0).writeShort(0).writeShort(flow.key().priority());
    out.writeInt(OpenFlow.NO_BUFFER).writeInt(OpenFlow.PORT_ANY).writeInt(OpenFlow.GROUP_ANY);
    out.writeShort(0).writeShort(0);
    MatchCodec.encodeMatch(flow.key().match(), out);
    if (mod.command() != Message.FlowCommand.DELETE
        && mod.command() != Message.FlowCommand.DELETE_STRICT) {
      encodeInstructions(flow, out);
    }
  }

  private static void encodeInstructions(Flow flow, ByteBuf out) {
    if (!flow.actions().isEmpty()) {
      int start = out.writerIndex();
      out.writeShort(INSTRUCTION_APPLY_ACTIONS).writeShort(0).writeZero(4);
      ActionCodec.encodeAll(flow.actions(), out);
      out.setShort(start + 2, out.writerIndex() - start);
    }
    flow.gotoTable()
        .ifPresent(
            table ->
                out.writeShort(INSTRUCTION_GOTO_TABLE).writeShort(8).writeByte(table).writeZero(3));
  }

  private static void encodePacketOut(Message.PacketOut packetOut, ByteBuf out) {
    out.writeInt(OpenFlow.NO_BUFFER);
    int lengthIndex = out.writerIndex();
    out.writeShort(0).writeZero(2);
    MatchCodec.encodeMatch(
        Match.ANY.with(OxmField.IN_PORT, Integer.toUnsignedLong(packetOut.inPort())), out);
    int actionsIndex = out.writerIndex();
    ActionCodec.encodeAll(packetOut.actions(), out);
    out.setShort(lengthIndex, out.writerIndex() - actionsIndex);
    packetOut.packet().writeTo(out);
  }

  private static void encodeFlowDescRequest(Message.FlowDescRequest request, ByteBuf out) {
    multipart(MULTIPART_FLOW_DESC, false, out);
    out.writeByte(request.table()).writeZero(3);
    out.writeInt(OpenFlow.PORT_ANY).writeInt(OpenFlow.GROUP_ANY).writeZero(4);
    out.writeLong(request.cookie().orElse(0L));
    out.writeLong(request.cookie().isPresent() ? EXACTLY : 0);
    MatchCodec.encodeMatch(Match.ANY, out);
  }

  private static void encodeFlowDesc(Flow flow, ByteBuf out) {
    int start = out.writerIndex();
    out.writeShort(0).writeZero(2);
    out.writeByte(flow.key().table()).writeZero(1).writeShort(flow.key().priority());
    out.writeZero(8).writeLong(flow.cookie());
    MatchCodec.encodeMatch(flow.key().match(), out);
    out.writeShort(0).writeShort(4).writeZero(4);
    encodeInstructions(flow, out);
    out.setShort(start, out.writerIndex() - start);
  }

  private static void encodeMeterMod(Message.MeterMod mod, ByteBuf out) {
    Message.MeterConfig meter = mod.meter();
    out.writeShort(mod.command().ordinal()).writeShort(meterFlags(meter)).writeInt(meter.meterId());
    if (mod.command() != Message.MeterCommand.DELETE) {
      encodeBand(meter, out);
    }
  }

  private static void encodeMeterConfig(Message.MeterConfig meter, ByteBuf out) {
    out.writeShort(24).writeShort(meterFlags(meter)).writeInt(meter.meterId());
    encodeBand(meter, out);
  }

  private static int meterFlags(Message.MeterConfig meter) {
    return (meter.packets() ? METER_PKTPS : METER_KBPS) | METER_BURST;
  }

  private static void encodeBand(Message.MeterConfig meter, ByteBuf out) {
    out.writeShort(METER_BAND_DROP).writeShort(16).writeInt(meter.rate()).writeInt(meter.burst());
    out.writeZero(4);
  }

  /** Addresses are IPv6, an IPv4 address is mapped into it (RFC 4291 §2.5.5.2). */
  private static void encodeConnectionTrackFlush(Message.ConnectionTrackFlush flush, ByteBuf out) {
    nicira(CT_FLUSH, out).writeByte(flush.protocol()).writeZero(7);
    int start = out.writerIndex();
    out.writeShort(flush.direction().ordinal()).writeShort(0).writeZero(4);
    out.writeShort(CT_TUPLE_DESTINATION).writeShort(20).writeZero(10).writeShort(0xffff);
    out.writeInt(flush.destination()).writeZero(4);
    if (flush.port() != 0) {
      out.writeShort(CT_TUPLE_DESTINATION_PORT).writeShort(8).writeShort(flush.port()).writeZero(2);
    }
    out.setShort(start + 2, out.writerIndex() - start);
    out.writeShort(CT_FLUSH_ZONE_ID).writeShort(8).writeShort(flush.zone()).writeZero(2);
  }

  private static void encodePacketIn(Message.PacketIn packetIn, ByteBuf out) {
    nicira(PACKET_IN2, out);
    property(PACKET_IN_PACKET, packetIn.packet(), out);
    property(PACKET_IN_TABLE, Octets.ofLong(packetIn.tableId(), 1), out);
    out.writeShort(PACKET_IN_COOKIE).writeShort(16).writeZero(4).writeLong(packetIn.cookie());
    int start = out.writerIndex();
    out.writeShort(PACKET_IN_METADATA).writeShort(0);
    packetIn.metadata().entries().forEach(entry -> MatchCodec.encodeEntry(entry, out));
    int lengthBytes = out.writerIndex() - start;
    out.setShort(start + 2, lengthBytes);
    out.writeZero(-lengthBytes & 7);
    property(PACKET_IN_USERDATA, packetIn.userdata(), out);
  }

  private static void property(int type, Octets value, ByteBuf out) {
    int lengthBytes = 4 + value.length();
    out.writeShort(type).writeShort(lengthBytes);
    value.writeTo(out);
    out.writeZero(-lengthBytes & 7);
  }
}
