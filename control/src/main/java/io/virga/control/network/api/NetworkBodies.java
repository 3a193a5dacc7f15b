package io.virga.control.network.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Network.Provider;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads networks from requests. */
final class NetworkBodies {

  private static final int MIN_MTU = 68;
  private static final int MAX_MTU = 65_535;
  private static final int VXLAN_MTU = 1450;
  private static final int WIRE_MTU = 1500;
  private static final int MAX_VNI = (1 << 24) - 1;
  private static final int MAX_VLAN = 4094;

  private static final String TYPE = "provider:network_type";
  private static final String PHYSICAL = "provider:physical_network";
  private static final String SEGMENT = "provider:segmentation_id";
  private static final List<String> PROVIDER = List.of(TYPE, PHYSICAL, SEGMENT);

  private NetworkBodies() {}

  /** A new network; its VNI is 0 where it may have any. */
  static Network read(ApiRequest request, JsonBody body) {
    PROVIDER.forEach(name -> Fields.adminOnly(request, body, name));
    String type = body.optionalChoice(TYPE, List.of("vxlan", "flat", "vlan")).orElse("");
    Optional<Provider> provider = provider(body, type);
    return new Network(
        Ids.next(),
        Fields.project(request, body),
        Fields.name(body),
        Fields.description(body),
        body.flag("admin_state_up", true),
        Fields.adminFlag(request, body, "shared", false),
        Fields.adminFlag(request, body, "router:external", false),
        body.flag("port_security_enabled", true),
        mtu(body, provider.isPresent() ? WIRE_MTU : VXLAN_MTU),
        type.equals("vxlan")
            ? body.optionalNumber(SEGMENT, 1, MAX_VNI).map(Math::toIntExact).orElse(0)
            : 0,
        provider,
        dnsDomain(body, Optional.empty()),
        qosPolicy(body, Optional.empty()),
        List.of(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  static Network changed(ApiRequest request, JsonBody body, Network before) {
    refuseOtherWire(body, before);
    return new Network(
        before.id(),
        before.projectId(),
        body.optionalText("name", Fields.NAME_LENGTH).orElse(before.name()),
        body.optionalText("description", Fields.NAME_LENGTH).orElse(before.description()),
        body.flag("admin_state_up", before.adminStateUp()),
        Fields.adminFlag(request, body, "shared", before.shared()),
        Fields.adminFlag(request, body, "router:external", before.external()),
        body.flag("port_security_enabled", before.portSecurityEnabled()),
        mtu(body, before.mtu()),
        before.vni(),
        before.provider(),
        dnsDomain(body, before.dnsDomain()),
        qosPolicy(body, before.qosPolicyId()),
        before.subnetIds(),
        before.createdAt(),
        before.updatedAt(),
        before.revision());
  }

  private static Optional<String> dnsDomain(JsonBody body, Optional<String> before) {
    return body.has("dns_domain")
        ? DnsNames.domain(body, "dns_domain").filter(domain -> !domain.isEmpty())
        : before;
  }

  private static Optional<UUID> qosPolicy(JsonBody body, Optional<UUID> before) {
    return body.has("qos_policy_id")
        ? Fields.optionalId(body, "qos_policy_id", "QosPolicy")
        : before;
  }

  private static int mtu(JsonBody body, int absent) {
    return body.optionalNumber("mtu", MIN_MTU, MAX_MTU).map(Math::toIntExact).orElse(absent);
  }

  private static Optional<Provider> provider(JsonBody body, String type) {
    Optional<String> physical = body.optionalText(PHYSICAL, Fields.NAME_LENGTH);
    boolean segmented = body.member(SEGMENT).isPresent();
    switch (type) {
      case "" -> {
        if (physical.isPresent() || segmented) {
          throw Fields.invalid(body.at(TYPE) + ": is required beside the other provider members");
        }
        return Optional.empty();
      }
      case "vxlan" -> {
        if (physical.isPresent()) {
          throw Fields.invalid(body.at(PHYSICAL) + ": a vxlan network has none");
        }
        return Optional.empty();
      }
      case "flat" -> {
        if (segmented) {
          throw Fields.invalid(body.at(SEGMENT) + ": a flat network has none");
        }
        return Optional.of(new Provider(wire(body, physical), Optional.empty()));
      }
      default -> {
        int vlan = Math.toIntExact(body.number(SEGMENT, 1, MAX_VLAN));
        return Optional.of(new Provider(wire(body, physical), Optional.of(vlan)));
      }
    }
  }

  /** A name that hosts can map to a bridge: {@code name:bridge,...} is how they say so. */
  private static String wire(JsonBody body, Optional<String> physical) {
    return physical
        .filter(name -> name.matches("[A-Za-z0-9_.-]{1,64}"))
        .orElseThrow(
            () ->
                Fields.invalid(
                    "%s: '%s' is not a name of 1 to 64 letters, digits, '_', '.' and '-'"
                        .formatted(body.at(PHYSICAL), physical.orElse(""))));
  }

  private static void refuseOtherWire(JsonBody body, Network before) {
    boolean other =
        body.optionalText(TYPE, Fields.NAME_LENGTH)
                .filter(t -> !t.equals(before.type()))
                .isPresent()
            || body.optionalText(PHYSICAL, Fields.NAME_LENGTH)
                .filter(
                    name ->
                        !before.provider().map(Provider::physicalNetwork).equals(Optional.of(name)))
                .isPresent()
            || body.optionalNumber(SEGMENT, 0, MAX_VNI)
                .filter(id -> !before.segmentationId().equals(Optional.of(Math.toIntExact(id))))
                .isPresent();
    if (other) {
      throw ApiFault.badRequest(
              "Plugin does not support updating provider attributes: those of network %s stay."
                  .formatted(before.id()))
          .ofType("InvalidInput");
    }
  }
}
