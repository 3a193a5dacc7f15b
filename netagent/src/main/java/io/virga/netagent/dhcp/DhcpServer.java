package io.virga.netagent.dhcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.Link;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.packet.UdpFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a client is answered, given what is desired of its port (RFC 2131 §4.3); pure functions. */
public final class DhcpServer {

  private static final int SERVER_PORT = 67;
  private static final int CLIENT_PORT = 68;

  private DhcpServer() {}

  /** The frame that answers, if the message is one to answer. */
  public static Optional<UdpFrame> answer(DhcpMessage message, Lease lease) {
    return reply(message, lease).map(reply -> frame(reply, lease));
  }

  private static Optional<DhcpMessage> reply(DhcpMessage message, Lease lease) {
    if (message.operation() != DhcpMessage.FROM_CLIENT
        || !message.clientMac().equals(lease.mac())) {
      return Optional.empty();
    }
    return switch (message.type()) {
      case DhcpMessage.DISCOVER -> Optional.of(grant(message, lease, DhcpMessage.OFFER));
      case DhcpMessage.REQUEST -> answerRequest(message, lease);
      case DhcpMessage.INFORM -> Optional.of(inform(message, lease));
      default -> Optional.empty();
    };
  }

  private static Optional<DhcpMessage> answerRequest(DhcpMessage message, Lease lease) {
    Optional<Ipv4Address> server = message.address(DhcpOption.SERVER_ID);
    if (server.isPresent() && !server.get().equals(lease.server())) {
      return Optional.empty();
    }
    Ipv4Address wanted =
        message.address(DhcpOption.REQUESTED_ADDRESS).orElse(message.clientAddress());
    return Optional.of(
        wanted.equals(lease.address())
            ? grant(message, lease, DhcpMessage.ACK)
            : refuse(message, lease));
  }

  private static DhcpMessage grant(DhcpMessage message, Lease lease, int type) {
    Map<Integer, Octets> options = new LinkedHashMap<>();
    options.put(DhcpOption.MESSAGE_TYPE, Octets.ofLong(type, 1));
    options.put(DhcpOption.SERVER_ID, addresses(List.of(lease.server())));
    long seconds = lease.options().time().toSeconds();
    options.put(DhcpOption.LEASE_SECONDS, Octets.ofLong(seconds, 4));
    options.put(DhcpOption.RENEWAL_SECONDS, Octets.ofLong(seconds / 2, 4));
    options.put(DhcpOption.REBINDING_SECONDS, Octets.ofLong(seconds * 7 / 8, 4));
    options.putAll(configuration(lease));
    return with(message, lease.address(), options);
  }

  private static DhcpMessage inform(DhcpMessage message, Lease lease) {
    Map<Integer, Octets> options = new LinkedHashMap<>();
    options.put(DhcpOption.MESSAGE_TYPE, Octets.ofLong(DhcpMessage.ACK, 1));
    options.put(DhcpOption.SERVER_ID, addresses(List.of(lease.server())));
    options.putAll(configuration(lease));
    return with(message, Ipv4Address.ANY, options);
  }

  private static DhcpMessage refuse(DhcpMessage message, Lease lease) {
    Map<Integer, Octets> options = new LinkedHashMap<>();
    options.put(DhcpOption.MESSAGE_TYPE, Octets.ofLong(DhcpMessage.NAK, 1));
    options.put(DhcpOption.SERVER_ID, addresses(List.of(lease.server())));
    return with(message, Ipv4Address.ANY, options);
  }

  private static DhcpMessage with(
      DhcpMessage message, Ipv4Address yourAddress, Map<Integer, Octets> options) {
    return new DhcpMessage(
        DhcpMessage.FROM_SERVER,
        message.transactionId(),
        message.broadcast(),
        message.clientAddress(),
        yourAddress,
        message.clientMac(),
        options);
  }

  private static Map<Integer, Octets> configuration(Lease lease) {
    Lease.Options wanted = lease.options();
    Map<Integer, Octets> options = new LinkedHashMap<>();
    options.put(DhcpOption.SUBNET_MASK, addresses(List.of(lease.subnet().mask())));
    wanted
        .gateway()
        .ifPresent(gateway -> options.put(DhcpOption.ROUTER, addresses(List.of(gateway))));
    if (!wanted.dnsServers().isEmpty()) {
      options.put(DhcpOption.DNS, addresses(wanted.dnsServers()));
    }
    options.put(DhcpOption.MTU, Octets.ofLong(wanted.mtu(), 2));
    if (!wanted.hostname().isEmpty()) {
      byte[] hostname = wanted.hostname().getBytes(StandardCharsets.US_ASCII);
      options.put(DhcpOption.HOSTNAME, Octets.copyOf(hostname));
    }
    options.put(DhcpOption.CLASSLESS_ROUTES, routes(wanted));
    wanted.own().forEach(own -> options.put(own.code(), own.value()));
    return options;
  }

  private static Octets addresses(List<Ipv4Address> addresses) {
    ByteBuf out = Unpooled.buffer(addresses.size() * 4);
    addresses.forEach(address -> out.writeInt(address.bits()));
    return Octets.copyOf(out.array());
  }

  /** RFC 3442: a client that reads this passes over the router option, so the default is in it. */
  private static Octets routes(Lease.Options options) {
    List<Lease.Route> routes = new ArrayList<>(options.routes());
    options
        .gateway()
        .ifPresent(
            gateway -> routes.add(new Lease.Route(new Ipv4Prefix(Ipv4Address.ANY, 0), gateway)));
    ByteBuf out = Unpooled.buffer();
    for (Lease.Route route : routes) {
      int length = route.destination().length();
      out.writeByte(length);
      Octets.ofLong(route.destination().address().unsigned(), 4)
          .slice(0, (length + 7) / 8)
          .writeTo(out);
      out.writeInt(route.nextHop().bits());
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return Octets.copyOf(bytes);
  }

  private static UdpFrame frame(DhcpMessage reply, Lease lease) {
    boolean refused = reply.type() == DhcpMessage.NAK;
    boolean renewing = !refused && !reply.clientAddress().equals(Ipv4Address.ANY);
    boolean broadcast = refused || reply.broadcast() && !renewing;
    Ipv4Address unicast = renewing ? reply.clientAddress() : reply.yourAddress();
    return new UdpFrame(
        new Link(lease.serverMac(), broadcast ? MacAddress.BROADCAST : lease.mac()),
        new UdpFrame.Endpoint(lease.server(), SERVER_PORT),
        new UdpFrame.Endpoint(broadcast ? Ipv4Address.BROADCAST : unicast, CLIENT_PORT),
        DhcpCodec.encode(reply));
  }
}
