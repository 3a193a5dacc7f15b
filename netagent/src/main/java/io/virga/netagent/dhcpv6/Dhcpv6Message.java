package io.virga.netagent.dhcpv6;

import io.virga.netagent.octets.Octets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A message between a client and a server (RFC 8415 §8).
 *
 * @param transactionId 24 bits
 */
public record Dhcpv6Message(int type, int transactionId, List<Option> options) {

  static final int SOLICIT = 1;
  static final int ADVERTISE = 2;
  static final int REQUEST = 3;
  static final int CONFIRM = 4;
  static final int RENEW = 5;
  static final int REBIND = 6;
  static final int REPLY = 7;
  static final int RELEASE = 8;
  static final int DECLINE = 9;
  static final int INFORMATION_REQUEST = 11;

  public Dhcpv6Message {
    options = List.copyOf(options);
  }

  /** An option; some may come more than once. */
  public record Option(int code, Octets value) {

    static final int CLIENT_ID = 1;
    static final int SERVER_ID = 2;
    static final int IA_NA = 3;
    static final int IA_ADDRESS = 5;
    static final int STATUS_CODE = 13;
    static final int RAPID_COMMIT = 14;
    static final int DNS_SERVERS = 23;
    static final int DOMAIN_LIST = 24;
  }

  /** The first of that code. */
  Optional<Octets> option(int code) {
    return options(code).findFirst();
  }

  Stream<Octets> options(int code) {
    return options.stream().filter(option -> option.code() == code).map(Option::value);
  }
}
