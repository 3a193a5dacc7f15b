package io.virga.netagent.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Messages of RFC 1035 in bytes. Netty's codec wants datagrams: these have no addresses. */
final class DnsMessages {

  /** What the two bytes before a message on a stream can say (RFC 1035 §4.2.2). */
  static final int MOST_BYTES = 0xffff;

  /** A message's number, flags and counts (RFC 1035 §4.1.1). */
  private static final int HEADER_BYTES = 12;

  static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static final int LENGTH_BYTES = 2;
  private static final int FLAGS_AT = 2;
  private static final int ANSWER_FLAG = 0x80;

  private DnsMessages() {}

  /** Has messages of up to {@link #MOST_BYTES} go over a stream, each behind its length. */
  static void frame(ChannelPipeline pipeline) {
    pipeline.addLast(
        new LengthFieldBasedFrameDecoder(
            LENGTH_BYTES + MOST_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES),
        new LengthFieldPrepender(LENGTH_BYTES));
  }

  /** A message in bytes of its own. */
  static Octets octets(ByteBuf message) {
    byte[] bytes = new byte[message.readableBytes()];
    message.readBytes(bytes);
    return Octets.copyOf(bytes);
  }

  /** Whether it has a header. */
  static boolean hasHeader(Octets message) {
    return message.length() >= HEADER_BYTES;
  }

  /** The number of a message that has a header. */
  static Octets id(Octets message) {
    return message.slice(0, FLAGS_AT);
  }

  /** A message that has a header, under another number of two bytes. */
  static Octets withId(Octets id, Octets message) {
    return id.join(message.slice(FLAGS_AT, message.length()));
  }

  /** Whether a message that has a header is an answer. */
  static boolean isAnswer(Octets message) {
    return (message.slice(FLAGS_AT, FLAGS_AT + 1).toLong() & ANSWER_FLAG) != 0;
  }

  /** A query, which the caller releases; never partial: a message comes whole. */
  static Decoded<DatagramDnsQuery> decode(Octets message) {
    EmbeddedChannel codec = new EmbeddedChannel(new DatagramDnsQueryDecoder());
    try {
      codec.writeInbound(
          new DatagramPacket(Unpooled.wrappedBuffer(message.toByteArray()), NOWHERE, NOWHERE));
      return new Decoded.Complete<>(codec.<DatagramDnsQuery>readInbound());
    } catch (DecoderException malformed) {
      return new Decoded.Malformed<>(String.valueOf(malformed.getMessage()));
    } finally {
      codec.finishAndReleaseAll();
    }
  }

  /** The response, which is released. */
  static Octets encode(DatagramDnsResponse response) {
    EmbeddedChannel codec = new EmbeddedChannel(new DatagramDnsResponseEncoder());
    try {
      codec.writeOutbound(response);
      DatagramPacket packet = codec.readOutbound();
      Octets bytes = octets(packet.content());
      packet.release();
      return bytes;
    } finally {
      codec.finishAndReleaseAll();
    }
  }
}
