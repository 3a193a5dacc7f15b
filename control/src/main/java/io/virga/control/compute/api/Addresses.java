package io.virga.control.compute.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/** Addresses in requests: checked, and written as RFC 5952 has them. */
final class Addresses {

  private static final int GROUPS = 8;

  private Addresses() {}

  /** {@code accessIPv4}; empty if it is not there or nothing. */
  static Optional<String> v4(JsonBody body) {
    return read(body, "accessIPv4")
        .map(
            text -> {
              if (!(literal(text, "[0-9.]{7,15}") instanceof Inet4Address address)) {
                throw ApiFault.badRequest(
                    "%s: '%s' is not an IPv4 address".formatted(body.at("accessIPv4"), text));
              }
              return address.getHostAddress();
            });
  }

  /** {@code accessIPv6}; empty if it is not there or nothing. */
  static Optional<String> v6(JsonBody body) {
    return read(body, "accessIPv6")
        .map(
            text -> {
              if (!(literal(text, "[0-9a-fA-F:.]{2,45}") instanceof Inet6Address address)) {
                throw ApiFault.badRequest(
                    "%s: '%s' is not an IPv6 address".formatted(body.at("accessIPv6"), text));
              }
              return shortest(address.getAddress());
            });
  }

  private static Optional<String> read(JsonBody body, String name) {
    return body.optionalText(name, ServerBodies.NAME_LENGTH).filter(text -> !text.isEmpty());
  }

  /** Anything else than a literal would be looked up. */
  private static Object literal(String text, String characters) {
    try {
      return text.matches(characters) ? InetAddress.ofLiteral(text) : text;
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** RFC 5952 §4: lower case, no leading zeros, the longest run of zeros left out. */
  private static String shortest(byte[] bytes) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << Byte.SIZE | bytes[2 * i + 1] & 0xff;
    }
    int from = -1;
    int longest = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > longest) {
        longest = end - i;
        from = i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == from) {
        text.append("::");
        i += longest - 1;
      } else {
        text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
            .append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
