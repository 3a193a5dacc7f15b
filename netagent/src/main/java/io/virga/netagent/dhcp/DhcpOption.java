package io.virga.netagent.dhcp;

/** Codes of options (RFC 2132, RFC 3442). */
final class DhcpOption {

  static final int PAD = 0;
  static final int SUBNET_MASK = 1;
  static final int ROUTER = 3;
  static final int DNS = 6;
  static final int HOSTNAME = 12;
  static final int DOMAIN_NAME = 15;
  static final int MTU = 26;
  static final int REQUESTED_ADDRESS = 50;
  static final int LEASE_SECONDS = 51;
  static final int MESSAGE_TYPE = 53;
  static final int SERVER_ID = 54;
  static final int RENEWAL_SECONDS = 58;
  static final int REBINDING_SECONDS = 59;
  static final int CLASSLESS_ROUTES = 121;
  static final int END = 255;

  private DhcpOption() {}
}
