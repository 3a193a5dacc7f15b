package io.virga.netagent.openflow;

import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Bodies of messages. */
final class MessageDecoder {

  private MessageDecoder() {}

  static Message decodeBody(int type, OctetReader in) throws MalformedOctetsException {
    return switch (type) {
      case OpenFlowCodec.HELLO -> new Message.Hello();
      case OpenFlowCodec.ERROR -> new Message.ErrorReport(in.u16(), in.u16(), in.rest());
      case OpenFlowCodec.ECHO_REQUEST -> new Message.EchoRequest(in.rest());
      case OpenFlowCodec.ECHO_REPLY -> new Message.EchoReply(in.rest());
      case OpenFlowCodec.FEATURES_REQUEST -> new Message.FeaturesRequest();
      case OpenFlowCodec.FEATURES_REPLY -> new Message.FeaturesReply(in.i64(), in.i32(), in.u8());
      case OpenFlowCodec.SET_CONFIG -> new Message.SetConfig(in.u16(), in.u16());
      case OpenFlowCodec.BARRIER_REQUEST -> new Message.BarrierRequest();
      case OpenFlowCodec.BARRIER_REPLY -> new Message.BarrierReply();
      case OpenFlowCodec.FLOW_MOD -> decodeFlowMod(in);
      case OpenFlowCodec.PACKET_OUT -> decodePacketOut(in);
      case OpenFlowCodec.METER_MOD -> decodeMeterMod(in);
      case OpenFlowCodec.BUNDLE_CONTROL ->
          new Message.BundleControl(in.i32(), constant(Message.BundleStep.values(), in.u16()));
      case OpenFlowCodec.BUNDLE_ADD -> decodeBundleAdd(in);
      case OpenFlowCodec.MULTIPART_REQUEST -> decodeMultipartRequest(in);
      case OpenFlowCodec.MULTIPART_REPLY -> decodeMultipartReply(in);
      case OpenFlowCodec.EXPERIMENTER -> decodeExperimenter(in);
      default -> new Message.Other(type, in.rest());
    };
  }

  private static <E extends Enum<E>> E constant(E[] values, int index)
      throws MalformedOctetsException {
    if (index >= values.length) {
      throw new MalformedOctetsException(
          "no " + values[0].getClass().getSimpleName() + " " + index);
    }
    return values[index];
  }

  private static Message decodeExperimenter(OctetReader in) throws MalformedOctetsException {
    OctetReader whole = in.fork();
    int experimenter = in.i32();
    int subtype = in.i32();
    if (experimenter != OpenFlow.NICIRA) {
      return new Message.Other(OpenFlowCodec.EXPERIMENTER, whole.rest());
    }
    return switch (subtype) {
      case MessageEncoder.SET_PACKET_IN_FORMAT -> new Message.SetPacketInFormat();
      case MessageEncoder.CT_FLUSH_ZONE -> {
        in.skip(6);
        yield new Message.ConnectionTrackFlushZone(in.u16());
      }
      case MessageEncoder.CT_FLUSH -> decodeConnectionTrackFlush(in);
      case MessageEncoder.PACKET_IN2 -> decodePacketIn(in);
      default -> new Message.Other(OpenFlowCodec.EXPERIMENTER, whole.rest());
    };
  }

  private static Message decodeConnectionTrackFlush(OctetReader in)
      throws MalformedOctetsException {
    int protocol = in.u8();
    in.skip(7);
    Message.TupleDirection direction =
        in.u16() == 0 ? Message.TupleDirection.ORIGINAL : Message.TupleDirection.REPLY;
    OctetReader tuple = in.sub(in.u16() - 4);
    tuple.skip(20);
    int destination = tuple.i32();
    tuple.skip(4);
    int port = 0;
    if (tuple.remaining() > 0) {
      tuple.skip(4);
      port = tuple.u16();
    }
    in.skip(4);
    return new Message.ConnectionTrackFlush(in.u16(), direction, destination, protocol, port);
  }

  private static Message decodePacketIn(OctetReader in) throws MalformedOctetsException {
    Octets packet = Octets.EMPTY;
    Octets userdata = Octets.EMPTY;
    int tableId = 0;
    long cookie = 0;
    Match metadata = Match.ANY;
    while (in.remaining() > 0) {
      int type = in.u16();
      int lengthBytes = in.u16();
      OctetReader property = in.sub(lengthBytes - 4);
      in.skipPadding(lengthBytes);
      switch (type) {
        case MessageEncoder.PACKET_IN_PACKET -> packet = property.rest();
        case MessageEncoder.PACKET_IN_TABLE -> tableId = property.u8();
        case MessageEncoder.PACKET_IN_COOKIE -> {
          property.skip(4);
          cookie = property.i64();
        }
        case MessageEncoder.PACKET_IN_METADATA -> metadata = MatchCodec.decodeEntries(property);
        case MessageEncoder.PACKET_IN_USERDATA -> userdata = property.rest();
        default -> property.skip(property.remaining());
      }
    }
    return new Message.PacketIn(packet, tableId, cookie, metadata, userdata);
  }

  private static Message decodeBundleAdd(OctetReader in) throws MalformedOctetsException {
    int bundleId = in.i32();
    in.skip(4);
    in.skip(1);
    int type = in.u8();
    int lengthBytes = in.u16();
    in.skip(4);
    if (type != OpenFlowCodec.FLOW_MOD) {
      throw new MalformedOctetsException("type " + type + " in a bundle");
    }
    return new Message.BundleAdd(
        bundleId, decodeFlowMod(in.sub(lengthBytes - OpenFlow.HEADER_BYTES)));
  }

  private static Message.FlowMod decodeFlowMod(OctetReader in) throws MalformedOctetsException {
    long cookie = in.i64();
    in.skip(8);
    int table = in.u8();
    Message.FlowCommand command = constant(Message.FlowCommand.values(), in.u8());
    in.skip(4);
    int priority = in.u16();
    in.skip(16);
    Match match = MatchCodec.decodeMatch(in);
    return new Message.FlowMod(
        command, decodeInstructions(new FlowKey(table, priority, match), cookie, in));
  }

  private static Flow decodeInstructions(FlowKey key, long cookie, OctetReader in)
      throws MalformedOctetsException {
    List<Action> actions = new ArrayList<>();
    OptionalInt gotoTable = OptionalInt.empty();
    while (in.remaining() > 0) {
      int type = in.u16();
      int lengthBytes = in.u16();
      OctetReader body = in.sub(lengthBytes - 4);
      switch (type) {
        case MessageEncoder.INSTRUCTION_GOTO_TABLE -> gotoTable = OptionalInt.of(body.u8());
        case MessageEncoder.INSTRUCTION_APPLY_ACTIONS -> {
          body.skip(4);
          actions.addAll(ActionCodec.decodeAll(body));
        }
        default -> actions.add(ActionCodec.opaque(type, body));
      }
    }
    return new Flow(key, cookie, actions, gotoTable);
  }

  private static Message decodePacketOut(OctetReader in) throws MalformedOctetsException {
    in.skip(4);
    int actionsBytes = in.u16();
    in.skip(2);
    Match match = MatchCodec.decodeMatch(in);
    List<Action> actions = ActionCodec.decodeAll(in.sub(actionsBytes));
    int inPort = match.exact(OxmField.IN_PORT).map(Long::intValue).orElse(OpenFlow.PORT_ANY);
    return new Message.PacketOut(inPort, actions, in.rest());
  }

  private static Message decodeMultipartRequest(OctetReader in) throws MalformedOctetsException {
    OctetReader whole = in.fork();
    int type = in.u16();
    in.skip(6);
    return switch (type) {
      case MessageEncoder.MULTIPART_FLOW_DESC -> decodeFlowDescRequest(in);
      case MessageEncoder.MULTIPART_TABLE -> new Message.TableStatsRequest();
      case MessageEncoder.MULTIPART_METER_CONFIG -> new Message.MeterConfigRequest();
      default -> new Message.Other(OpenFlowCodec.MULTIPART_REQUEST, whole.rest());
    };
  }

  private static Message decodeFlowDescRequest(OctetReader in) throws MalformedOctetsException {
    int table = in.u8();
    in.skip(15);
    long cookie = in.i64();
    return new Message.FlowDescRequest(
        table, in.i64() == 0 ? Optional.empty() : Optional.of(cookie));
  }

  private static Message.TableSize decodeTableStats(OctetReader in)
      throws MalformedOctetsException {
    int table = in.u8();
    in.skip(3);
    Message.TableSize size = new Message.TableSize(table, in.i32());
    in.skip(MessageEncoder.TABLE_COUNTERS_BYTES);
    return size;
  }

  private static Message decodeMultipartReply(OctetReader in) throws MalformedOctetsException {
    OctetReader whole = in.fork();
    int type = in.u16();
    boolean more = (in.u16() & MessageEncoder.MULTIPART_MORE) != 0;
    in.skip(4);
    return switch (type) {
      case MessageEncoder.MULTIPART_FLOW_DESC -> {
        List<Flow> flows = new ArrayList<>();
        while (in.remaining() > 0) {
          flows.add(decodeFlowDesc(in));
        }
        yield new Message.FlowDescReply(flows, more);
      }
      case MessageEncoder.MULTIPART_TABLE -> {
        List<Message.TableSize> sizes = new ArrayList<>();
        while (in.remaining() > 0) {
          sizes.add(decodeTableStats(in));
        }
        yield new Message.TableStatsReply(sizes, more);
      }
      case MessageEncoder.MULTIPART_METER_CONFIG -> {
        List<Message.MeterConfig> meters = new ArrayList<>();
        while (in.remaining() > 0) {
          meters.add(decodeMeterConfig(in));
        }
        yield new Message.MeterConfigReply(meters, more);
      }
      default -> new Message.Other(OpenFlowCodec.MULTIPART_REPLY, whole.rest());
    };
  }

  private static Flow decodeFlowDesc(OctetReader in) throws MalformedOctetsException {
    OctetReader body = in.sub(in.u16() - 2);
    body.skip(2);
    int table = body.u8();
    body.skip(1);
    int priority = body.u16();
    body.skip(8);
    long cookie = body.i64();
    Match match = MatchCodec.decodeMatch(body);
    body.skip(2);
    int statisticsBytes = body.u16();
    body.skip(statisticsBytes - 4);
    body.skipPadding(statisticsBytes);
    return decodeInstructions(new FlowKey(table, priority, match), cookie, body);
  }

  private static Message decodeMeterMod(OctetReader in) throws MalformedOctetsException {
    Message.MeterCommand command = constant(Message.MeterCommand.values(), in.u16());
    return new Message.MeterMod(command, decodeMeter(in));
  }

  private static Message.MeterConfig decodeMeterConfig(OctetReader in)
      throws MalformedOctetsException {
    return decodeMeter(in.sub(in.u16() - 2));
  }

  private static Message.MeterConfig decodeMeter(OctetReader in) throws MalformedOctetsException {
    int flags = in.u16();
    int meterId = in.i32();
    int rate = 0;
    int burst = 0;
    if (in.remaining() > 0) {
      in.skip(4);
      rate = in.i32();
      burst = in.i32();
      in.skip(in.remaining());
    }
    return new Message.MeterConfig(meterId, (flags & MessageEncoder.METER_PKTPS) != 0, rate, burst);
  }
}
