package io.virga.control.network.address;

import java.math.BigInteger;

/** The addresses that machines make of their MAC (RFC 4291, appendix A). */
public final class Eui64 {

  /** The prefixes of the blocks in which they do so. */
  public static final int PREFIX_LENGTH = 64;

  private static final int UNIVERSAL_OR_LOCAL = 2;

  private Eui64() {}

  /**
   * The address in a block of IPv6.
   *
   * @param mac in canonical form
   */
  public static IpAddress of(IpPrefix block, String mac) {
    String[] octets = mac.split(":", -1);
    int first = Integer.parseInt(octets[0], 16) ^ UNIVERSAL_OR_LOCAL;
    String hex =
        "%02x%s%sfffe%s%s%s"
            .formatted(first, octets[1], octets[2], octets[3], octets[4], octets[5]);
    return new IpAddress(block.version(), block.first().bits().or(new BigInteger(hex, 16)));
  }
}
