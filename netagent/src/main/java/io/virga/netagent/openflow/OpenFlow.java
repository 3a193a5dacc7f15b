package io.virga.netagent.openflow;

/** Numbers of OpenFlow 1.5 and of Nicira's extensions that more than one file needs. */
public final class OpenFlow {

  public static final int VERSION = 6;
  public static final int HEADER_BYTES = 8;
  public static final int NICIRA = 0x2320;

  public static final int PORT_IN_PORT = 0xfffffff8;
  public static final int PORT_CONTROLLER = 0xfffffffd;
  public static final int PORT_LOCAL = 0xfffffffe;
  public static final int PORT_ANY = 0xffffffff;

  /** {@code OFPP_NONE} in 16 bits. */
  public static final int NXM_PORT_NONE = 0xffff;

  public static final int GROUP_ANY = 0xffffffff;
  public static final int NO_BUFFER = 0xffffffff;

  /** In {@code vlan_vid}: the frame has a tag. */
  public static final int VLAN_PRESENT = 0x1000;

  /** {@code ct_state} bits. */
  public static final int CT_NEW = 0x01;

  public static final int CT_ESTABLISHED = 0x02;
  public static final int CT_RELATED = 0x04;
  public static final int CT_REPLY = 0x08;
  public static final int CT_INVALID = 0x10;
  public static final int CT_TRACKED = 0x20;

  private OpenFlow() {}
}
