package io.virga.control.operator.home;

import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;

/**
 * What joins the hosts of a home: names and addresses, all from the base port, so that several
 * homes on one machine do not meet. In the namespace {@link #namespace()} each segment is a bridge,
 * and each host has a veth pair to it. The addresses are of 198.18.0.0/15, which is set aside for
 * laboratories (RFC 2544): 64 for each home.
 */
public record Underlay(int basePort) {

  private static final IpAddress FIRST = IpAddress.parse("198.18.0.0").orElseThrow();
  private static final int PORTS_OF_A_HOME = 32;
  private static final int ADDRESSES_OF_A_HOME = 64;
  private static final int ADDRESSES_OF_A_SEGMENT = 32;
  private static final int PREFIX = 27;

  /** The MTU of the segment for tunnels leaves tenants 1,500 bytes. */
  public enum Segment {
    /** The hosts' own traffic: control, images, volumes; all mutual TLS. */
    MANAGEMENT("mgmt", 1500),
    /** VXLAN. */
    TUNNEL("tunnel", 1600),
    /** The external network {@code public}. */
    EXTERNAL("external", 1500);

    private final String title;
    private final int mtu;

    Segment(String title, int mtu) {
      this.title = title;
      this.mtu = mtu;
    }

    /** The name of its bridge in the underlay's namespace. */
    public String title() {
      return title;
    }

    public int mtu() {
      return mtu;
    }

    /** The end of a host's veth pair in the underlay's namespace. */
    public String port(CloudHost host) {
      return title + "-" + host.number();
    }
  }

  /** The namespace of the bridges. */
  public String namespace() {
    return "virga" + basePort;
  }

  /** The namespace of a host besides the first. */
  public String namespace(CloudHost host) {
    return namespace() + "-" + host.number();
  }

  /** The host's end of its veth pair; a namespace has these names for itself. */
  public String link(CloudHost host, Segment segment) {
    return host.isFirst() ? "v-" + segment.title() + basePort : segment.title();
  }

  /** All addresses of the home. */
  public IpPrefix range() {
    return IpPrefix.of(base(), PREFIX - 1);
  }

  /** Where a host listens for the others. */
  public String management(CloudHost host) {
    return base().plus(host.number()).toString();
  }

  /** Where a host takes VXLAN packets. */
  public String tunnel(CloudHost host) {
    return base().plus(ADDRESSES_OF_A_SEGMENT + host.number()).toString();
  }

  /** The address as {@code ip address} takes it. */
  public static String withPrefix(String address) {
    return address + "/" + PREFIX;
  }

  private IpAddress base() {
    return FIRST.plus((long) basePort / PORTS_OF_A_HOME * ADDRESSES_OF_A_HOME);
  }
}
