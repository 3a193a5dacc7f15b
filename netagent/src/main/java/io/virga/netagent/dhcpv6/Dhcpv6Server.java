package io.virga.netagent.dhcpv6;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.dhcpv6.Dhcpv6Message.Option;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Link;
import io.virga.netagent.packet.UdpFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers clients (RFC 8415 §18.3) with what is in their leases. Nothing is remembered: whose
 * address is whose is control's to say.
 */
public final class Dhcpv6Server {

  /** Where clients send to. */
  public static final int PORT = 547;

  private static final int CLIENT_PORT = 546;
  private static final int SUCCESS = 0;
  private static final int NO_ADDRESSES = 2;
  private static final int NO_BINDING = 3;
  private static final int NOT_ON_LINK = 4;
  private static final long DUID_OF_A_MAC = 0x00030001L;
  private static final int MAX_LABEL = 63;

  private final Dhcpv6Lease lease;

  private Dhcpv6Server(Dhcpv6Lease lease) {
    this.lease = lease;
  }

  /** The frame that answers, if the message is one that wants an answer of this server. */
  public static Optional<UdpFrame> answer(UdpFrame frame, Dhcpv6Lease lease) {
    return Dhcpv6Codec.decode(frame.payload())
            instanceof Decoded.Complete<Dhcpv6Message>(Dhcpv6Message message)
        ? new Dhcpv6Server(lease)
            .answer(message)
            .map(
                answer ->
                    new UdpFrame(
                        new Link(lease.server(), frame.link().source()),
                        new UdpFrame.Endpoint(Ipv6Address.linkLocal(lease.server()), PORT),
                        new UdpFrame.Endpoint(frame.source().address(), CLIENT_PORT),
                        Dhcpv6Codec.encode(answer)))
        : Optional.empty();
  }

  /** The message that answers. */
  static Optional<Dhcpv6Message> answer(Dhcpv6Message message, Dhcpv6Lease lease) {
    return new Dhcpv6Server(lease).answer(message);
  }

  private Optional<Dhcpv6Message> answer(Dhcpv6Message message) {
    Optional<Octets> client = message.option(Option.CLIENT_ID);
    Optional<Octets> server = message.option(Option.SERVER_ID);
    boolean ours = server.equals(Optional.of(id()));
    return switch (message.type()) {
      case Dhcpv6Message.SOLICIT ->
          Optional.of(message).filter(_ -> asksAnyone(client, server)).map(this::offer);
      case Dhcpv6Message.REQUEST, Dhcpv6Message.RENEW ->
          Optional.of(message).filter(_ -> client.isPresent() && ours).map(this::bind);
      case Dhcpv6Message.REBIND ->
          Optional.of(message).filter(_ -> asksAnyone(client, server)).map(this::bind);
      case Dhcpv6Message.CONFIRM ->
          Optional.of(message).filter(_ -> asksAnyone(client, server)).flatMap(this::confirm);
      case Dhcpv6Message.RELEASE, Dhcpv6Message.DECLINE ->
          Optional.of(message)
              .filter(_ -> client.isPresent() && ours)
              .map(known -> reply(known, List.of(status(SUCCESS, "noted"))));
      case Dhcpv6Message.INFORMATION_REQUEST ->
          Optional.of(message)
              .filter(_ -> server.isEmpty() || ours)
              .map(known -> reply(known, List.of()));
      default -> Optional.empty();
    };
  }

  private static boolean asksAnyone(Optional<Octets> client, Optional<Octets> server) {
    return client.isPresent() && server.isEmpty();
  }

  private Dhcpv6Message offer(Dhcpv6Message message) {
    boolean atOnce =
        message.option(Option.RAPID_COMMIT).isPresent() && !lease.addresses().isEmpty();
    List<Option> options = new ArrayList<>(associations(message, NO_ADDRESSES));
    if (atOnce) {
      options.add(new Option(Option.RAPID_COMMIT, Octets.EMPTY));
    }
    return with(message, atOnce ? Dhcpv6Message.REPLY : Dhcpv6Message.ADVERTISE, options);
  }

  private Dhcpv6Message bind(Dhcpv6Message message) {
    int refusal = message.type() == Dhcpv6Message.REQUEST ? NO_ADDRESSES : NO_BINDING;
    return reply(message, associations(message, refusal));
  }

  /** Whether a client that may have moved is still where its addresses are good. */
  private Optional<Dhcpv6Message> confirm(Dhcpv6Message message) {
    List<Ipv6Address> asked =
        read(message).flatMap(association -> association.addresses().stream()).toList();
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    boolean good =
        asked.stream()
            .allMatch(ip -> lease.onLink().stream().anyMatch(prefix -> prefix.contains(ip)));
    Option status = good ? status(SUCCESS, "on the link") : status(NOT_ON_LINK, "of another link");
    return Optional.of(reply(message, List.of(status)));
  }

  /** The first has all the addresses of the port, any further one none. */
  private List<Option> associations(Dhcpv6Message message, int refusal) {
    List<Option> answers = new ArrayList<>();
    for (IdentityAssociation asked : read(message).toList()) {
      List<Ipv6Address> given = answers.isEmpty() ? lease.addresses() : List.of();
      List<Ipv6Address> ended =
          message.type() == Dhcpv6Message.RENEW || message.type() == Dhcpv6Message.REBIND
              ? asked.addresses().stream().filter(ip -> !given.contains(ip)).toList()
              : List.of();
      Optional<Option> status =
          given.isEmpty()
              ? Optional.of(status(refusal, "the port has no such address"))
              : Optional.empty();
      answers.add(new IdentityAssociation(asked.id(), given).encode(lease.time(), ended, status));
    }
    return answers;
  }

  private static Stream<IdentityAssociation> read(Dhcpv6Message message) {
    return message
        .options(Option.IA_NA)
        .map(IdentityAssociation::decode)
        .flatMap(
            decoded ->
                decoded
                        instanceof
                        Decoded.Complete<IdentityAssociation>(IdentityAssociation association)
                    ? Stream.of(association)
                    : Stream.empty());
  }

  private Dhcpv6Message reply(Dhcpv6Message message, List<Option> options) {
    return with(message, Dhcpv6Message.REPLY, options);
  }

  private Dhcpv6Message with(Dhcpv6Message message, int type, List<Option> options) {
    List<Option> all = new ArrayList<>();
    message
        .option(Option.CLIENT_ID)
        .ifPresent(client -> all.add(new Option(Option.CLIENT_ID, client)));
    all.add(new Option(Option.SERVER_ID, id()));
    all.addAll(options);
    if (!lease.dnsServers().isEmpty()) {
      Octets servers =
          lease.dnsServers().stream().map(Ipv6Address::octets).reduce(Octets.EMPTY, Octets::join);
      all.add(new Option(Option.DNS_SERVERS, servers));
    }
    lease
        .domain()
        .flatMap(Dhcpv6Server::name)
        .ifPresent(name -> all.add(new Option(Option.DOMAIN_LIST, name)));
    return new Dhcpv6Message(type, message.transactionId(), all);
  }

  private Octets id() {
    return Octets.ofLong(DUID_OF_A_MAC, 4).join(Octets.ofLong(lease.server().bits(), 6));
  }

  private static Option status(int code, String why) {
    Octets text = Octets.copyOf(why.getBytes(StandardCharsets.UTF_8));
    return new Option(Option.STATUS_CODE, Octets.ofLong(code, 2).join(text));
  }

  /** A name as DNS has it on the wire (RFC 1035 §3.1); empty if it is none. */
  private static Optional<Octets> name(String domain) {
    ByteBuf out = Unpooled.buffer();
    for (String label : domain.split("\\.")) {
      byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
      if (bytes.length == 0 || bytes.length > MAX_LABEL) {
        return Optional.empty();
      }
      out.writeByte(bytes.length).writeBytes(bytes);
    }
    out.writeByte(0);
    return Optional.of(Dhcpv6Codec.written(out));
  }
}
