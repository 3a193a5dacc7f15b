package io.virga.control.network.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.address.Mac;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;
import io.virga.control.network.port.PortDraft;
import io.virga.control.network.port.PortDraft.AddressWish;
import io.virga.control.network.port.PortDraft.Device;
import io.virga.control.network.trunk.TrunkLife;
import java.util.List;
import java.util.Optional;

/** Reads ports from requests. */
final class PortBodies {

  private PortBodies() {}

  static PortDraft read(ApiRequest request, JsonBody body) {
    Optional<String> mac = mac(body);
    return new PortDraft(
        Fields.project(request, body),
        Fields.id(body, "network_id", "Network"),
        Fields.name(body),
        Fields.description(body),
        mac,
        wishes(body, "fixed_ips"),
        groups(body),
        body.flag("admin_state_up", true),
        body.optionalFlag("port_security_enabled"),
        pairs(body, mac.orElse("")),
        DhcpOptionBodies.options(body, Port.Options.NONE),
        new Device(
            body.optionalText("device_id", Fields.NAME_LENGTH).orElse(""),
            owner(request, body, ""),
            host(request, body, ""),
            DnsNames.name(body, "dns_name").orElse(""),
            false,
            0));
  }

  static Port changed(ApiRequest request, JsonBody body, Port before) {
    String deviceId = body.optionalText("device_id", Fields.NAME_LENGTH).orElse(before.deviceId());
    String deviceOwner = owner(request, body, before.deviceOwner());
    boolean moves =
        !deviceId.equals(before.deviceId()) || !deviceOwner.equals(before.deviceOwner());
    String host = host(request, body, before.host());
    if (before.options().trunk().isPresent() && (moves || !host.equals(before.host()))) {
      throw TrunkLife.subPortInUse(before.id());
    }
    boolean routing = DeviceOwner.isRouting(before.deviceOwner());
    if (routing && (moves || !host.isEmpty())
        || moves && isReserved(before.deviceOwner()) && !request.caller().isAdmin()) {
      throw ApiFault.conflict("Port %s is in use by %s.".formatted(before.id(), before.deviceId()))
          .ofType("PortInUse");
    }
    return new Port(
        before.id(),
        before.networkId(),
        before.projectId(),
        body.optionalText("name", Fields.NAME_LENGTH).orElse(before.name()),
        body.optionalText("description", Fields.NAME_LENGTH).orElse(before.description()),
        mac(body).orElse(before.mac()),
        body.flag("admin_state_up", before.adminStateUp()),
        body.flag("port_security_enabled", before.portSecurityEnabled()),
        deviceId,
        deviceOwner,
        host,
        DnsNames.name(body, "dns_name").orElse(before.hostname()),
        before.wired(),
        before.madeForInstance(),
        before.card(),
        before.fixedIps(),
        groups(body).orElse(before.securityGroupIds()),
        body.has("allowed_address_pairs")
            ? pairs(body, before.mac())
            : before.allowedAddressPairs(),
        DhcpOptionBodies.options(body, before.options()),
        before.createdAt(),
        before.updatedAt(),
        before.revision());
  }

  /** Empty if the body does not speak of addresses. */
  static Optional<List<AddressWish>> wishes(JsonBody body, String name) {
    if (body.member(name).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        body.objects(name, Fields.MAX_ITEMS).stream()
            .map(
                wish ->
                    new AddressWish(
                        wish.optionalText("subnet_id", Fields.NAME_LENGTH)
                            .map(
                                text ->
                                    Ids.parse(text)
                                        .orElseThrow(
                                            () ->
                                                Fields.invalid(
                                                    wish.at("subnet_id")
                                                        + ": '"
                                                        + text
                                                        + "' is not a UUID"))),
                        wish.optionalText("ip_address", Fields.NAME_LENGTH)))
            .toList());
  }

  private static Optional<List<String>> groups(JsonBody body) {
    if (body.member("security_groups").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        body.texts("security_groups", Fields.MAX_ITEMS, Fields.NAME_LENGTH).stream()
            .map(
                text ->
                    Ids.parse(text)
                        .orElseThrow(
                            () ->
                                Fields.invalid(
                                    body.at("security_groups") + ": '" + text + "' is not a UUID"))
                        .toString())
            .distinct()
            .toList());
  }

  private static Optional<String> mac(JsonBody body) {
    return body.optionalText("mac_address", Fields.NAME_LENGTH)
        .map(
            text ->
                Mac.parse(text)
                    .orElseThrow(
                        () ->
                            Fields.invalid(
                                body.at("mac_address")
                                    + ": '"
                                    + text
                                    + "' is not a unicast MAC address")));
  }

  /** Which server a port is in is for the compute service to say: the port is told its secrets. */
  private static String owner(ApiRequest request, JsonBody body, String absent) {
    String owner = body.optionalText("device_owner", Fields.NAME_LENGTH).orElse(absent);
    if (!owner.equals(absent) && DeviceOwner.isRouting(owner)) {
      throw ApiFault.badRequest(
              body.at("device_owner") + ": '" + owner + "' is what routers and floating IPs set.")
          .ofType("BadRequest");
    }
    if (!owner.equals(absent) && isReserved(owner) && !request.caller().isAdmin()) {
      throw ApiFault.forbidden(
          body.at("device_owner") + ": only an administrator may set '" + owner + "'.");
    }
    return owner;
  }

  private static boolean isReserved(String owner) {
    return owner.startsWith("compute:") || owner.startsWith("network:");
  }

  private static String host(ApiRequest request, JsonBody body, String absent) {
    Optional<String> host = body.optionalText("binding:host_id", Fields.NAME_LENGTH);
    if (host.isPresent() && !request.caller().isAdmin()) {
      throw ApiFault.forbidden("binding:host_id: only an administrator may set this.");
    }
    return host.orElse(absent);
  }

  private static List<Port.AddressPair> pairs(JsonBody body, String portMac) {
    return body.objects("allowed_address_pairs", Fields.MAX_ITEMS).stream()
        .map(
            pair -> {
              String text = pair.text("ip_address", Fields.NAME_LENGTH);
              String where = pair.at("ip_address");
              String address =
                  text.contains("/")
                      ? Fields.prefix(where, text).toString()
                      : Fields.ip(where, text).toString();
              return new Port.AddressPair(address, mac(pair).orElse(portMac));
            })
        .toList();
  }
}
