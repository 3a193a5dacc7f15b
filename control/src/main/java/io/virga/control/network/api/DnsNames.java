package io.virga.control.network.api;

import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.network.model.Port;
import io.virga.dataplane.desired.PortNames;
import java.util.List;
import java.util.Optional;

/** Names of ports, and the domains of networks. */
final class DnsNames {

  private static final int MAX_NAME = 255;

  private DnsNames() {}

  /** A host's name, or none. */
  static Optional<String> name(JsonBody body, String member) {
    return body.optionalText(member, MAX_NAME).map(text -> checked(body, member, text));
  }

  /** A domain, which ends in a dot, or none. */
  static Optional<String> domain(JsonBody body, String member) {
    Optional<String> domain = name(body, member);
    domain
        .filter(text -> !text.isEmpty() && !text.endsWith("."))
        .ifPresent(
            text -> {
              throw Fields.invalid(body.at(member) + ": '" + text + "' does not end in a dot");
            });
    return domain;
  }

  /** Under which names the port's addresses are found. */
  static List<View> assignment(Port port) {
    String domain = port.options().networkDomain().orElse(PortNames.DEFAULT_DOMAIN);
    return port.fixedIps().stream()
        .map(
            ip -> {
              String host = PortNames.host(port.hostname(), ip.ipAddress());
              return View.of("ip_address", ip.ipAddress())
                  .with("hostname", host)
                  .with("fqdn", PortNames.absolute(host, domain));
            })
        .toList();
  }

  private static String checked(JsonBody body, String member, String text) {
    if (!text.isEmpty() && !PortNames.isName(text)) {
      throw Fields.invalid(
          body.at(member) + ": '" + text + "' is not a DNS name such as www or www.example.org.");
    }
    return text;
  }
}
