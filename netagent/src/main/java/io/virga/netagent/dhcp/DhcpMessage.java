package io.virga.netagent.dhcp;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A DHCP message (RFC 2131 §2) over Ethernet.
 *
 * @param operation 1 from a client, 2 from a server
 * @param broadcast the client cannot receive unicast yet
 * @param clientAddress {@code ciaddr}, of a client that renews
 * @param yourAddress {@code yiaddr}
 * @param options by code, in the order of the message
 */
public record DhcpMessage(
    int operation,
    int transactionId,
    boolean broadcast,
    Ipv4Address clientAddress,
    Ipv4Address yourAddress,
    MacAddress clientMac,
    Map<Integer, Octets> options) {

  static final int DISCOVER = 1;
  static final int OFFER = 2;
  static final int REQUEST = 3;
  static final int ACK = 5;
  static final int NAK = 6;
  static final int INFORM = 8;

  static final int FROM_CLIENT = 1;
  static final int FROM_SERVER = 2;

  public DhcpMessage {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** DISCOVER, REQUEST and so on; 0 if the option is missing. */
  public int type() {
    Octets type = options.getOrDefault(DhcpOption.MESSAGE_TYPE, Octets.EMPTY);
    return type.length() == 1 ? (int) type.toLong() : 0;
  }

  /** An option that is one address. */
  Optional<Ipv4Address> address(int code) {
    return Optional.ofNullable(options.get(code))
        .filter(value -> value.length() == 4)
        .map(value -> new Ipv4Address((int) value.toLong()));
  }
}
