package io.virga.netagent.openflow;

import io.netty.buffer.ByteBuf;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;

/** OpenFlow 1.5.1 messages on the wire; pure functions. */
public final class OpenFlowCodec {

  static final int HELLO = 0;
  static final int ERROR = 1;
  static final int ECHO_REQUEST = 2;
  static final int ECHO_REPLY = 3;
  static final int EXPERIMENTER = 4;
  static final int FEATURES_REQUEST = 5;
  static final int FEATURES_REPLY = 6;
  static final int SET_CONFIG = 9;
  static final int PACKET_OUT = 13;
  static final int FLOW_MOD = 14;
  static final int MULTIPART_REQUEST = 18;
  static final int MULTIPART_REPLY = 19;
  static final int BARRIER_REQUEST = 20;
  static final int BARRIER_REPLY = 21;
  static final int METER_MOD = 29;
  static final int BUNDLE_CONTROL = 33;
  static final int BUNDLE_ADD = 34;

  private OpenFlowCodec() {}

  /** Appends the frame. */
  public static void encode(Frame frame, ByteBuf out) {
    int start = out.writerIndex();
    out.writeByte(OpenFlow.VERSION);
    out.writeByte(typeOf(frame.message()));
    out.writeShort(0);
    out.writeInt(frame.xid());
    MessageEncoder.encodeBody(frame, out);
    out.setShort(start + 2, out.writerIndex() - start);
  }

  /** One frame of what has been received. */
  public static Decoded<Frame> decode(ByteBuf in, Limits limits) {
    int available = in.readableBytes();
    if (available < OpenFlow.HEADER_BYTES) {
      return new Decoded.NeedMore<>();
    }
    int start = in.readerIndex();
    int type = in.getUnsignedByte(start + 1);
    int lengthBytes = in.getUnsignedShort(start + 2);
    if (in.getUnsignedByte(start) != OpenFlow.VERSION && type != HELLO && type != ERROR) {
      return new Decoded.Malformed<>("OpenFlow version " + in.getUnsignedByte(start));
    }
    if (lengthBytes < OpenFlow.HEADER_BYTES || lengthBytes > limits.messageBytes()) {
      return new Decoded.Malformed<>("message of " + lengthBytes + " bytes");
    }
    if (available < lengthBytes) {
      return new Decoded.NeedMore<>();
    }
    int bodyIndex = start + OpenFlow.HEADER_BYTES;
    try {
      OctetReader body = OctetReader.of(in, bodyIndex, lengthBytes - OpenFlow.HEADER_BYTES);
      Frame frame = new Frame(in.getInt(start + 4), MessageDecoder.decodeBody(type, body));
      in.skipBytes(lengthBytes);
      return new Decoded.Complete<>(frame);
    } catch (MalformedOctetsException malformed) {
      return new Decoded.Malformed<>("type " + type + ": " + malformed.reason());
    }
  }

  private static int typeOf(Message message) {
    return switch (message) {
      case Message.Hello _ -> HELLO;
      case Message.ErrorReport _ -> ERROR;
      case Message.EchoRequest _ -> ECHO_REQUEST;
      case Message.EchoReply _ -> ECHO_REPLY;
      case Message.FeaturesRequest _ -> FEATURES_REQUEST;
      case Message.FeaturesReply _ -> FEATURES_REPLY;
      case Message.SetConfig _ -> SET_CONFIG;
      case Message.BarrierRequest _ -> BARRIER_REQUEST;
      case Message.BarrierReply _ -> BARRIER_REPLY;
      case Message.FlowMod _ -> FLOW_MOD;
      case Message.PacketOut _ -> PACKET_OUT;
      case Message.MeterMod _ -> METER_MOD;
      case Message.BundleControl _ -> BUNDLE_CONTROL;
      case Message.BundleAdd _ -> BUNDLE_ADD;
      case Message.FlowDescRequest _, Message.TableStatsRequest _, Message.MeterConfigRequest _ ->
          MULTIPART_REQUEST;
      case Message.FlowDescReply _, Message.TableStatsReply _, Message.MeterConfigReply _ ->
          MULTIPART_REPLY;
      case Message.SetPacketInFormat _,
          Message.ConnectionTrackFlushZone _,
          Message.ConnectionTrackFlush _,
          Message.PacketIn _ ->
          EXPERIMENTER;
      case Message.Other other -> other.type();
    };
  }
}
