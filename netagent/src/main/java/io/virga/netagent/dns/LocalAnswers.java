package io.virga.netagent.dns;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsPtrRecord;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import java.util.List;
import java.util.Optional;

/** What is to be said to a question with what is known of the asker's network. */
final class LocalAnswers {

  /** A port's address may be another's soon. */
  private static final int TTL_SECONDS = 30;

  private static final int ANY_CLASS = 255;

  private LocalAnswers() {}

  /** What becomes of a question. */
  sealed interface Verdict {

    /** It is answered here; without records there is nothing of that type. */
    record Here(DnsResponseCode code, List<DnsRecord> records) implements Verdict {

      public Here {
        records = List.copyOf(records);
      }
    }

    /** Others may know, and if there is nobody to ask, that is said. */
    record Elsewhere(DnsResponseCode otherwise) implements Verdict {}
  }

  static Verdict of(DnsQuestion question, NetworkNames network) {
    if (question.dnsClass() != DnsRecord.CLASS_IN && question.dnsClass() != ANY_CLASS) {
      return new Verdict.Here(DnsResponseCode.REFUSED, List.of());
    }
    String name = NetworkNames.absolute(question.name());
    Optional<IpAddress> reverse = ReverseName.address(name);
    return reverse.isPresent()
        ? ofAddress(question, reverse.get(), network)
        : ofName(question, name, network);
  }

  private static Verdict ofName(DnsQuestion question, String name, NetworkNames network) {
    Optional<List<IpAddress>> addresses = network.addressesOf(name);
    if (addresses.isPresent()) {
      return new Verdict.Here(
          DnsResponseCode.NOERROR,
          addresses.get().stream()
              .filter(address -> asksFor(question, typeOf(address)))
              .map(address -> record(question, address))
              .toList());
    }
    boolean single = name.indexOf('.') == name.length() - 1;
    if (single && name.length() > 1) {
      return new Verdict.Here(DnsResponseCode.NXDOMAIN, List.of());
    }
    boolean own = name.equals(network.domain()) || name.endsWith("." + network.domain());
    return new Verdict.Elsewhere(own ? DnsResponseCode.NXDOMAIN : DnsResponseCode.REFUSED);
  }

  /** The world knows nothing of the names of a tenant's addresses, and is not asked. */
  private static Verdict ofAddress(DnsQuestion question, IpAddress address, NetworkNames network) {
    Optional<String> name = network.nameOf(address);
    if (name.isPresent()) {
      return new Verdict.Here(
          DnsResponseCode.NOERROR,
          asksFor(question, DnsRecordType.PTR)
              ? List.of(
                  new DefaultDnsPtrRecord(
                      question.name(), DnsRecord.CLASS_IN, TTL_SECONDS, name.get()))
              : List.of());
    }
    return network.covers(address)
        ? new Verdict.Here(DnsResponseCode.NXDOMAIN, List.of())
        : new Verdict.Elsewhere(DnsResponseCode.REFUSED);
  }

  private static boolean asksFor(DnsQuestion question, DnsRecordType type) {
    return question.type().equals(type) || question.type().equals(DnsRecordType.ANY);
  }

  private static DnsRecordType typeOf(IpAddress address) {
    return switch (address) {
      case Ipv4Address _ -> DnsRecordType.A;
      case Ipv6Address _ -> DnsRecordType.AAAA;
    };
  }

  private static DnsRecord record(DnsQuestion question, IpAddress address) {
    return new DefaultDnsRawRecord(
        question.name(),
        typeOf(address),
        TTL_SECONDS,
        Unpooled.wrappedBuffer(address.octets().toByteArray()));
  }
}
