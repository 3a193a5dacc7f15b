package io.virga.netagent.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Octets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a router tells all machines of a link (RFC 4861 §4.2).
 *
 * @param router the router's MAC; its address is that of the link
 * @param lifetimeSeconds for how long it is a default router; 0 if it is none
 * @param managed whether addresses are had from DHCPv6
 * @param otherConfiguration whether other things are
 * @param dnsServers recursive ones (RFC 8106)
 * @param formerDnsServers that are to be asked no more
 */
public record RouterAdvertisement(
    MacAddress router,
    int lifetimeSeconds,
    boolean managed,
    boolean otherConfiguration,
    int mtu,
    List<Prefix> prefixes,
    List<Ipv6Address> dnsServers,
    List<Ipv6Address> formerDnsServers) {

  /** The longest time for which a router may be one (RFC 8319). */
  public static final int MAX_LIFETIME_SECONDS = 65_535;

  private static final int TYPE = 134;
  private static final int ON_THE_LINK = 255;
  private static final int HOP_LIMIT_OF_GUESTS = 64;
  private static final int MANAGED = 0x80;
  private static final int OTHER = 0x40;
  private static final int ON_LINK_FLAG = 0x80;
  private static final int AUTONOMOUS_FLAG = 0x40;
  private static final int SOURCE_MAC = 1;
  private static final int PREFIX = 3;
  private static final int MTU = 5;
  private static final int DNS_SERVERS = 25;
  private static final int MAX_DNS_SERVERS = 20;
  private static final int VALID_SECONDS = 2_592_000;
  private static final int PREFERRED_SECONDS = 604_800;

  public RouterAdvertisement {
    prefixes = List.copyOf(prefixes);
    dnsServers = List.copyOf(dnsServers);
    formerDnsServers = List.copyOf(formerDnsServers);
  }

  /**
   * Addresses that are on the link.
   *
   * @param autonomous whether machines make themselves addresses of them
   * @param preferred whether these may still be used for what is new
   */
  public record Prefix(Ipv6Prefix addresses, boolean autonomous, boolean preferred) {}

  /** That this holds no longer. */
  public RouterAdvertisement withdrawn() {
    return new RouterAdvertisement(
        router,
        0,
        managed,
        otherConfiguration,
        mtu,
        prefixes.stream()
            .map(prefix -> new Prefix(prefix.addresses(), prefix.autonomous(), false))
            .toList(),
        List.of(),
        dnsServers);
  }

  /** Whether both are of one router. */
  public boolean isOfSame(RouterAdvertisement other) {
    return router.equals(other.router);
  }

  /** This, and that what the router has advertised before is not to be used any more. */
  public RouterAdvertisement replacing(List<RouterAdvertisement> before) {
    List<Prefix> all = new ArrayList<>(prefixes);
    before.stream()
        .filter(this::isOfSame)
        .flatMap(old -> old.prefixes().stream())
        .filter(old -> prefixes.stream().noneMatch(own -> own.addresses().equals(old.addresses())))
        .forEach(old -> all.add(new Prefix(old.addresses(), old.autonomous(), false)));
    List<Ipv6Address> former =
        before.stream()
            .filter(this::isOfSame)
            .flatMap(old -> old.dnsServers().stream())
            .filter(old -> !dnsServers.contains(old))
            .distinct()
            .toList();
    return new RouterAdvertisement(
        router, lifetimeSeconds, managed, otherConfiguration, mtu, all, dnsServers, former);
  }

  /** The frame for all machines of the link. */
  public Octets encode() {
    ByteBuf out = Unpooled.buffer();
    out.writeByte(TYPE).writeByte(0).writeShort(0);
    out.writeByte(HOP_LIMIT_OF_GUESTS);
    out.writeByte((managed ? MANAGED : 0) | (otherConfiguration ? OTHER : 0));
    out.writeShort(lifetimeSeconds).writeInt(0).writeInt(0);
    out.writeByte(SOURCE_MAC).writeByte(1);
    Octets.ofLong(router.bits(), 6).writeTo(out);
    out.writeByte(MTU).writeByte(1).writeShort(0).writeInt(mtu);
    prefixes.forEach(prefix -> encode(prefix, out));
    encode(dnsServers, lifetimeSeconds == 0 ? VALID_SECONDS : lifetimeSeconds, out);
    encode(formerDnsServers, 0, out);
    byte[] message = new byte[out.readableBytes()];
    out.readBytes(message);
    return new Ipv6Frame(
            new Link(router, Ipv6Address.ALL_NODES.multicastMac()),
            Ipv6Address.linkLocal(router),
            Ipv6Address.ALL_NODES,
            Ipv6Frame.ICMPV6,
            ON_THE_LINK,
            Octets.copyOf(message))
        .encode(2);
  }

  private static void encode(List<Ipv6Address> dnsServers, int lifetimeSeconds, ByteBuf out) {
    List<Ipv6Address> servers = dnsServers.stream().limit(MAX_DNS_SERVERS).toList();
    if (!servers.isEmpty()) {
      out.writeByte(DNS_SERVERS).writeByte(1 + 2 * servers.size());
      out.writeShort(0).writeInt(lifetimeSeconds);
      servers.forEach(server -> server.octets().writeTo(out));
    }
  }

  private static void encode(Prefix prefix, ByteBuf out) {
    out.writeByte(PREFIX).writeByte(4).writeByte(prefix.addresses().length());
    out.writeByte(ON_LINK_FLAG | (prefix.autonomous() ? AUTONOMOUS_FLAG : 0));
    out.writeInt(VALID_SECONDS).writeInt(prefix.preferred() ? PREFERRED_SECONDS : 0).writeInt(0);
    prefix.addresses().address().octets().writeTo(out);
  }
}
