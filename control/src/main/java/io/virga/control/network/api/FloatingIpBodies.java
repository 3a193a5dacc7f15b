package io.virga.control.network.api;

import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.model.PortForwarding;
import io.virga.control.network.port.PortDraft.AddressWish;
import io.virga.control.network.router.FloatingIpDraft;
import io.virga.control.network.router.FloatingIpDraft.Association;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Reads floating IPs and port forwardings from requests. */
final class FloatingIpBodies {

  private static final int MAX_PORT = 65_535;

  /** Ports of a range that is shifted: each of them is a flow of its own on its host. */
  private static final int MAX_SHIFTED = 256;

  private static final List<String> PROTOCOLS = List.of("tcp", "udp");

  private FloatingIpBodies() {}

  static FloatingIpDraft read(ApiRequest request, JsonBody body) {
    Fields.adminOnly(request, body, "floating_ip_address");
    Optional<String> address =
        body.optionalText("floating_ip_address", Fields.NAME_LENGTH)
            .map(text -> Fields.ipv4(body.at("floating_ip_address"), text).toString());
    Optional<UUID> subnet = Fields.optionalId(body, "subnet_id", "Subnet");
    return new FloatingIpDraft(
        Fields.project(request, body),
        Fields.description(body),
        Fields.id(body, "floating_network_id", "Network"),
        address.isEmpty() && subnet.isEmpty()
            ? Optional.empty()
            : Optional.of(new AddressWish(subnet, address)),
        association(body));
  }

  /** What the floating IP is to stand for; nothing without a port. */
  static Optional<Association> association(JsonBody body) {
    Optional<UUID> port = Fields.optionalId(body, "port_id", "Port");
    Optional<String> fixedIp =
        body.optionalText("fixed_ip_address", Fields.NAME_LENGTH)
            .map(text -> Fields.ipv4(body.at("fixed_ip_address"), text).toString());
    if (port.isEmpty() && fixedIp.isPresent()) {
      throw Fields.invalid("fixed_ip_address cannot be specified without a port_id");
    }
    return port.map(id -> new Association(id, fixedIp));
  }

  /** A new forwarding, or what becomes of the one that is there. */
  static PortForwarding forwarding(
      JsonBody body, UUID floatingIp, Optional<PortForwarding> before) {
    Range external =
        range(body, "external_port")
            .or(() -> before.map(b -> new Range(b.externalPort(), b.externalPortLast())))
            .orElseThrow(required(body, "external_port"));
    Range internal =
        range(body, "internal_port")
            .or(() -> before.map(b -> new Range(b.internalPort(), b.internalPortLast())))
            .orElseThrow(required(body, "internal_port"));
    checkTogether(body, external, internal);
    Optional<UUID> port = Fields.optionalId(body, "internal_port_id", "Port");
    Optional<String> ip =
        body.optionalText("internal_ip_address", Fields.NAME_LENGTH)
            .map(text -> Fields.ipv4(body.at("internal_ip_address"), text).toString());
    return new PortForwarding(
        before.map(PortForwarding::id).orElseGet(Ids::next),
        floatingIp,
        body.optionalChoice("protocol", PROTOCOLS)
            .or(() -> before.map(PortForwarding::protocol))
            .orElseThrow(required(body, "protocol")),
        external.first,
        external.last,
        internal.first,
        port.or(() -> before.map(PortForwarding::internalPortId))
            .orElseThrow(required(body, "internal_port_id")),
        ip.or(() -> before.filter(b -> port.isEmpty()).map(PortForwarding::internalIp)).orElse(""),
        body.optionalText("description", Fields.NAME_LENGTH)
            .or(() -> before.map(PortForwarding::description))
            .orElse(""),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  private static void checkTogether(JsonBody body, Range external, Range internal) {
    if (internal.length() != external.length()) {
      throw Fields.invalid(
          "%s: %s is not as long as the external %s"
              .formatted(body.at("internal_port_range"), internal, external));
    }
    if (internal.first != external.first && internal.length() > MAX_SHIFTED) {
      throw Fields.invalid(
          "%s: %s and the external %s are %d ports, at most %d where the two ranges differ"
              .formatted(
                  body.at("internal_port_range"),
                  internal,
                  external,
                  internal.length(),
                  MAX_SHIFTED));
    }
  }

  private record Range(int first, int last) {

    int length() {
      return last - first + 1;
    }

    @Override
    public String toString() {
      return first + ":" + last;
    }
  }

  /** {@code name: 80}, or {@code name_range: "80:89"}. */
  private static Optional<Range> range(JsonBody body, String name) {
    Optional<Long> one = body.optionalNumber(name, 1, MAX_PORT);
    return one.map(port -> new Range(port.intValue(), port.intValue()))
        .or(
            () ->
                body.optionalText(name + "_range", Fields.NAME_LENGTH)
                    .map(text -> parsed(body.at(name + "_range"), text)));
  }

  private static Range parsed(String where, String text) {
    if (text.matches("[0-9]{1,5}(:[0-9]{1,5})?")) {
      String[] ends = text.split(":", -1);
      Range range = new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
      if (range.first >= 1 && range.first <= range.last && range.last <= MAX_PORT) {
        return range;
      }
    }
    throw Fields.invalid(
        where + ": '" + text + "' is not a range of ports of 1 to 65535 such as 80:89");
  }

  private static Supplier<RuntimeException> required(JsonBody body, String name) {
    return () -> Fields.invalid(body.at(name) + ": is required");
  }
}
