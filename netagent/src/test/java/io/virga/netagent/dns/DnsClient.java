package io.virga.netagent.dns;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryEncoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsPtrRecord;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** What guests ask and understand. */
final class DnsClient {

  private DnsClient() {}

  /**
   * What an answer says.
   *
   * @param texts of addresses and names, in their order
   * @param authoritative whether it is the last word
   * @param extended whether it speaks of EDNS
   */
  record Answer(
      int id,
      DnsResponseCode code,
      boolean authoritative,
      boolean truncated,
      boolean extended,
      List<String> texts) {}

  /** A question without EDNS. */
  static Octets question(int id, String name, DnsRecordType type) {
    return encode(query(id, name, type));
  }

  /** A question of one who takes so many bytes. */
  static Octets question(int id, String name, DnsRecordType type, int bytes) {
    DatagramDnsQuery query = query(id, name, type);
    query.addRecord(
        DnsSection.ADDITIONAL,
        new DefaultDnsRawRecord("", DnsRecordType.OPT, bytes, 0, Unpooled.EMPTY_BUFFER));
    return encode(query);
  }

  private static DatagramDnsQuery query(int id, String name, DnsRecordType type) {
    DatagramDnsQuery query = new DatagramDnsQuery(DnsMessages.NOWHERE, DnsMessages.NOWHERE, id);
    query.setRecursionDesired(true);
    query.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(name, type));
    return query;
  }

  private static Octets encode(DatagramDnsQuery query) {
    EmbeddedChannel codec = new EmbeddedChannel(new DatagramDnsQueryEncoder());
    codec.writeOutbound(query);
    DatagramPacket packet = codec.readOutbound();
    byte[] bytes = new byte[packet.content().readableBytes()];
    packet.content().readBytes(bytes);
    packet.release();
    return Octets.copyOf(bytes);
  }

  static Answer read(Octets message) throws UnknownHostException {
    EmbeddedChannel codec = new EmbeddedChannel(new DatagramDnsResponseDecoder());
    codec.writeInbound(
        new DatagramPacket(
            Unpooled.wrappedBuffer(message.toByteArray()),
            DnsMessages.NOWHERE,
            DnsMessages.NOWHERE));
    DatagramDnsResponse response = codec.readInbound();
    try {
      List<String> texts = new ArrayList<>();
      for (int index = 0; index < response.count(DnsSection.ANSWER); index++) {
        texts.add(text(response.recordAt(DnsSection.ANSWER, index)));
      }
      return new Answer(
          response.id(),
          response.code(),
          response.isAuthoritativeAnswer(),
          response.isTruncated(),
          response.count(DnsSection.ADDITIONAL) == 1,
          texts);
    } finally {
      response.release();
    }
  }

  private static String text(DnsRecord record) throws UnknownHostException {
    if (record instanceof DnsPtrRecord pointer) {
      return pointer.hostname();
    }
    byte[] bytes = new byte[((DnsRawRecord) record).content().readableBytes()];
    ((DnsRawRecord) record).content().readBytes(bytes);
    return IpAddress.of(InetAddress.getByAddress(bytes)).toString();
  }
}
