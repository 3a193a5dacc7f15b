package io.virga.control.network.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.address.Protocols;
import io.virga.control.network.model.DefaultGroupRule;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.model.Standard;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Reads security group rules from requests, and refuses what does not fit together. */
final class RuleBodies {

  private static final int MAX_PORT = 65_535;
  private static final int MAX_ICMP = 255;
  private static final Set<Integer> WITH_PORTS = Set.of(Protocols.TCP, Protocols.UDP, 33, 132, 136);

  private RuleBodies() {}

  /** The project is the group's, filled in by the caller. */
  static SecurityGroupRule read(JsonBody body) {
    Optional<UUID> remoteGroup =
        body.optionalText("remote_group_id", Fields.NAME_LENGTH)
            .map(
                text ->
                    Ids.parse(text).orElseThrow(() -> ApiFault.notFound("SecurityGroup", text)));
    return read(body, Fields.id(body, "security_group_id", "SecurityGroup"), remoteGroup);
  }

  /** A rule that groups start with; of groups it may speak of that one alone. */
  static DefaultGroupRule readDefault(JsonBody body) {
    if (Fields.optionalId(body, "remote_address_group_id", "AddressGroup").isPresent()) {
      throw Fields.invalid(
          body.at("remote_address_group_id") + ": is not accepted in default rules");
    }
    Optional<UUID> remoteGroup =
        body.optionalChoice("remote_group_id", List.of(DefaultGroupRule.PARENT_WORD))
            .map(itself -> DefaultGroupRule.PARENT);
    return new DefaultGroupRule(
        read(body, DefaultGroupRule.PARENT, remoteGroup),
        body.flag("used_in_default_sg", false),
        body.flag("used_in_non_default_sg", true));
  }

  private static SecurityGroupRule read(
      JsonBody body, UUID securityGroup, Optional<UUID> remoteGroup) {
    Optional<String> protocol =
        body.member("protocol")
            .map(value -> value.isString() ? value.stringValue() : value.toString())
            .filter(text -> !text.equals("any") && !text.isEmpty());
    Optional<Integer> number = protocol.map(text -> protocolNumber(body, text));
    Optional<Integer> min = port(body, "port_range_min");
    Optional<Integer> max = port(body, "port_range_max");
    checkPorts(number, min, max);
    String etherType = etherType(body);
    checkFamily(protocol, etherType);
    Optional<String> cidr = remoteCidr(body, etherType);
    Optional<UUID> addressGroup =
        Fields.optionalId(body, "remote_address_group_id", "AddressGroup");
    if (Stream.of(cidr, remoteGroup, addressGroup).filter(Optional::isPresent).count() > 1) {
      throw ApiFault.badRequest(
              "Only one of remote_ip_prefix, remote_group_id and remote_address_group_id may be"
                  + " provided.")
          .ofType("SecurityGroupMultipleRemoteGroups");
    }
    return new SecurityGroupRule(
        Standard.ofNew(Ids.next(), "", Fields.description(body)),
        securityGroup,
        body.optionalChoice("direction", List.of("ingress", "egress"))
            .orElseThrow(() -> Fields.invalid("direction: is required")),
        etherType,
        protocol,
        min,
        max,
        cidr,
        remoteGroup,
        addressGroup,
        List.of());
  }

  private static String etherType(JsonBody body) {
    String given = body.optionalText("ethertype", Fields.NAME_LENGTH).orElse("IPv4");
    return List.of("IPv4", "IPv6").stream()
        .filter(given::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(
            () ->
                Fields.invalid(
                    body.at("ethertype") + ": '" + given + "' is not one of IPv4, IPv6"));
  }

  private static int protocolNumber(JsonBody body, String text) {
    return Protocols.parse(text)
        .orElseThrow(
            () ->
                ApiFault.badRequest(
                        "%s: '%s' is neither the name of an IP protocol nor a number of 0 to 255"
                            .formatted(body.at("protocol"), text))
                    .ofType("SecurityGroupRuleInvalidProtocol"));
  }

  private static void checkFamily(Optional<String> protocol, String etherType) {
    protocol
        .filter(text -> etherType.equals("IPv4") && Protocols.isOfIpv6(text))
        .ifPresent(
            text -> {
              throw ApiFault.badRequest(
                      "Invalid ethertype %s for protocol %s.".formatted(etherType, text))
                  .ofType("SecurityGroupEthertypeConflictWithProtocol");
            });
  }

  private static Optional<Integer> port(JsonBody body, String name) {
    return body.optionalNumber(name, Long.MIN_VALUE, Long.MAX_VALUE)
        .map(
            port -> {
              if (port < 0 || port > MAX_PORT) {
                throw ApiFault.badRequest(
                        "Invalid value for port %d: it is of 0 to %d.".formatted(port, MAX_PORT))
                    .ofType("SecurityGroupInvalidPortValue");
              }
              return Math.toIntExact(port);
            });
  }

  private static void checkPorts(
      Optional<Integer> protocol, Optional<Integer> min, Optional<Integer> max) {
    if (min.isEmpty() && max.isEmpty()) {
      return;
    }
    if (protocol.filter(p -> p == Protocols.ICMP || p == Protocols.ICMP_V6).isPresent()) {
      checkIcmp(min, max);
      return;
    }
    if (protocol.filter(WITH_PORTS::contains).isEmpty()) {
      throw ApiFault.badRequest("Ports need a protocol that has ports, such as tcp or udp.")
          .ofType("SecurityGroupProtocolRequiredWithPorts");
    }
    if (min.isEmpty() || max.isEmpty() || min.get() > max.get()) {
      throw ApiFault.badRequest(
              "For TCP/UDP protocols, port_range_min must be <= port_range_max, and both be given.")
          .ofType("SecurityGroupInvalidPortRange");
    }
  }

  private static void checkIcmp(Optional<Integer> type, Optional<Integer> code) {
    checkIcmp("type", "port_range_min", type);
    checkIcmp("code", "port_range_max", code);
    if (type.isEmpty()) {
      throw ApiFault.badRequest(
              "ICMP code (port-range-max) %d is provided but ICMP type (port-range-min) is missing."
                  .formatted(code.orElseThrow()))
          .ofType("SecurityGroupMissingIcmpType");
    }
  }

  private static void checkIcmp(String field, String attribute, Optional<Integer> value) {
    value
        .filter(number -> number > MAX_ICMP)
        .ifPresent(
            number -> {
              throw ApiFault.badRequest(
                      "Invalid value for ICMP %s (%s) %d. It must be 0 to %d."
                          .formatted(field, attribute, number, MAX_ICMP))
                  .ofType("SecurityGroupInvalidIcmpValue");
            });
  }

  private static Optional<String> remoteCidr(JsonBody body, String etherType) {
    Optional<String> given = body.optionalText("remote_ip_prefix", Fields.NAME_LENGTH);
    if (given.isEmpty() || given.get().isEmpty()) {
      return Optional.empty();
    }
    String text = given.get();
    IpPrefix prefix =
        IpPrefix.parse(text)
            .orElseThrow(
                () ->
                    Fields.invalid(
                        "%s: '%s' is no address or network such as 10.0.0.0/8 or 2001:db8::/32"
                            .formatted(body.at("remote_ip_prefix"), text)));
    if (!etherType.equals("IPv" + prefix.version())) {
      throw ApiFault.badRequest(
              "Conflicting value ethertype %s for CIDR %s".formatted(etherType, text))
          .ofType("SecurityGroupRuleParameterConflict");
    }
    return Optional.of(prefix.toString());
  }
}
