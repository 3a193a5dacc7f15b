package io.virga.netagent.openflow;

import java.util.OptionalInt;

/**
 * A field of a match (OpenFlow 1.5.1 §7.2.3, and the Nicira extended match).
 *
 * <p>Compares and hashes itself, as {@link OxmEntry} and {@link FlowKey} do: what a record does for
 * this by itself costs several times as much without the optimising compiler, and tables of flows
 * do little else.
 *
 * @param oxmClass {@code 0x8000} OpenFlow basic, {@code 0x8001} packet registers, {@code 0} and
 *     {@code 1} Nicira, {@code 0x1000} Ericsson
 * @param number the field within its class, 0 to 127
 * @param widthBytes bytes of the value, without a mask
 */
public record OxmField(int oxmClass, int number, int widthBytes) implements Comparable<OxmField> {

  static final int BASIC = 0x8000;
  static final int PACKET_REGISTERS = 0x8001;
  static final int EXPERIMENTER = 0xffff;
  private static final int NXM = 0;
  private static final int NICIRA = 1;
  private static final int ERICSSON = 0x1000;
  private static final int FIRST_WIDE_REGISTER = 111;

  public static final OxmField IN_PORT = new OxmField(BASIC, 0, 4);

  /** The port of entry in 16 bits; unlike the other one it can be set to {@code OFPP_NONE}. */
  public static final OxmField NXM_IN_PORT = new OxmField(NXM, 0, 2);

  public static final OxmField METADATA = new OxmField(BASIC, 2, 8);
  public static final OxmField ETH_DST = new OxmField(BASIC, 3, 6);
  public static final OxmField ETH_SRC = new OxmField(BASIC, 4, 6);
  public static final OxmField ETH_TYPE = new OxmField(BASIC, 5, 2);
  public static final OxmField VLAN_VID = new OxmField(BASIC, 6, 2);
  public static final OxmField IP_DSCP = new OxmField(BASIC, 8, 1);
  public static final OxmField IP_PROTO = new OxmField(BASIC, 10, 1);
  public static final OxmField IPV4_SRC = new OxmField(BASIC, 11, 4);
  public static final OxmField IPV4_DST = new OxmField(BASIC, 12, 4);
  public static final OxmField TCP_SRC = new OxmField(BASIC, 13, 2);
  public static final OxmField TCP_DST = new OxmField(BASIC, 14, 2);
  public static final OxmField UDP_SRC = new OxmField(BASIC, 15, 2);
  public static final OxmField UDP_DST = new OxmField(BASIC, 16, 2);
  public static final OxmField SCTP_SRC = new OxmField(BASIC, 17, 2);
  public static final OxmField SCTP_DST = new OxmField(BASIC, 18, 2);
  public static final OxmField ICMPV4_TYPE = new OxmField(BASIC, 19, 1);
  public static final OxmField ICMPV4_CODE = new OxmField(BASIC, 20, 1);
  public static final OxmField ARP_OP = new OxmField(BASIC, 21, 2);
  public static final OxmField ARP_SPA = new OxmField(BASIC, 22, 4);
  public static final OxmField ARP_TPA = new OxmField(BASIC, 23, 4);
  public static final OxmField ARP_SHA = new OxmField(BASIC, 24, 6);
  public static final OxmField ARP_THA = new OxmField(BASIC, 25, 6);
  public static final OxmField IPV6_SRC = new OxmField(BASIC, 26, 16);
  public static final OxmField IPV6_DST = new OxmField(BASIC, 27, 16);
  public static final OxmField ICMPV6_TYPE = new OxmField(BASIC, 29, 1);
  public static final OxmField ICMPV6_CODE = new OxmField(BASIC, 30, 1);
  public static final OxmField ND_TARGET = new OxmField(BASIC, 31, 16);
  public static final OxmField ND_SLL = new OxmField(BASIC, 32, 6);
  public static final OxmField ND_TLL = new OxmField(BASIC, 33, 6);

  /** The flags of a neighbour advertisement and what is reserved beside them. */
  public static final OxmField ND_RESERVED = new OxmField(ERICSSON, 1, 4);

  /** Whose MAC the option of neighbour discovery has: 1 the sender's, 2 the target's. */
  public static final OxmField ND_OPTIONS_TYPE = new OxmField(ERICSSON, 2, 1);

  public static final OxmField TUNNEL_ID = new OxmField(BASIC, 38, 8);
  public static final OxmField TUNNEL_IPV4_SRC = new OxmField(NICIRA, 31, 4);
  public static final OxmField TUNNEL_IPV4_DST = new OxmField(NICIRA, 32, 4);
  public static final OxmField IP_TTL = new OxmField(NICIRA, 29, 1);
  public static final OxmField CT_STATE = new OxmField(NICIRA, 105, 4);
  public static final OxmField CT_MARK = new OxmField(NICIRA, 107, 4);

  /** A 32-bit register, 0 to 15. */
  public static OxmField register(int index) {
    return new OxmField(NICIRA, index, 4);
  }

  /** The 128-bit register that covers registers {@code 4 index} to {@code 4 index + 3}. */
  public static OxmField wideRegister(int index) {
    return new OxmField(NICIRA, FIRST_WIDE_REGISTER + index, 16);
  }

  /** Whether it covers several 32-bit registers. */
  boolean isWideRegister() {
    return firstRegister().isPresent();
  }

  /** The first 32-bit register of those that a wider one covers; empty if the field is none. */
  OptionalInt firstRegister() {
    if (oxmClass == PACKET_REGISTERS && widthBytes == 8 && number < 8) {
      return OptionalInt.of(number * 2);
    }
    return oxmClass == NICIRA
            && widthBytes == 16
            && number >= FIRST_WIDE_REGISTER
            && number < FIRST_WIDE_REGISTER + 4
        ? OptionalInt.of((number - FIRST_WIDE_REGISTER) * 4)
        : OptionalInt.empty();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof OxmField field
            && rank() == field.rank()
            && widthBytes == field.widthBytes;
  }

  @Override
  public int hashCode() {
    return rank() * 31 + widthBytes;
  }

  /** Basic fields first: a switch wants to know the Ethernet type before what presupposes it. */
  @Override
  public int compareTo(OxmField other) {
    return Integer.compare(rank(), other.rank());
  }

  private int rank() {
    return (oxmClass == BASIC ? 0 : 1 << 23) | oxmClass << 7 | number;
  }
}
