package io.virga.control.compute.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.network.address.IpAddress;
import java.util.Optional;

/** Addresses in requests: checked, and in canonical form. */
final class Addresses {

  private Addresses() {}

  /** {@code accessIPv4}; empty if it is not there or nothing. */
  static Optional<String> v4(JsonBody body) {
    return read(body, "accessIPv4", 4);
  }

  /** {@code accessIPv6}; empty if it is not there or nothing. */
  static Optional<String> v6(JsonBody body) {
    return read(body, "accessIPv6", 6);
  }

  private static Optional<String> read(JsonBody body, String name, int version) {
    return body.optionalText(name, ServerBodies.NAME_LENGTH)
        .filter(text -> !text.isEmpty())
        .map(
            text ->
                IpAddress.parse(text)
                    .filter(address -> address.version() == version)
                    .orElseThrow(
                        () ->
                            ApiFault.badRequest(
                                "%s: '%s' is not an IPv%d address"
                                    .formatted(body.at(name), text, version)))
                    .toString());
  }
}
