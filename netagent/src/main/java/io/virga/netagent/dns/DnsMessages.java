package io.virga.netagent.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.DecoderException;
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

  static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private DnsMessages() {}

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
      ByteBuf content = packet.content();
      byte[] bytes = new byte[content.readableBytes()];
      content.readBytes(bytes);
      packet.release();
      return Octets.copyOf(bytes);
    } finally {
      codec.finishAndReleaseAll();
    }
  }
}
