package io.virga.control.network.desired;

import io.virga.control.network.model.QosRule;
import io.virga.control.network.model.QosRule.Type;
import io.virga.dataplane.desired.PortQos;
import java.util.List;
import java.util.Optional;

/** The rules of a QoS policy as hosts are told of them. */
final class PortQosSpecs {

  private PortQosSpecs() {}

  /** Empty if nothing is limited or marked. */
  static Optional<PortQos> of(List<QosRule> rules) {
    return rules.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PortQos(
                bandwidth(rules, "egress"),
                bandwidth(rules, "ingress"),
                packets(rules, "egress"),
                packets(rules, "ingress"),
                rules.stream()
                    .filter(rule -> rule.type() == Type.DSCP_MARKING)
                    .findFirst()
                    .map(rule -> Math.toIntExact(rule.value()))));
  }

  private static Optional<PortQos.Bandwidth> bandwidth(List<QosRule> rules, String direction) {
    return find(rules, Type.BANDWIDTH_LIMIT, direction)
        .map(rule -> new PortQos.Bandwidth(rule.value(), rule.burst()));
  }

  private static Optional<PortQos.PacketRate> packets(List<QosRule> rules, String direction) {
    return find(rules, Type.PACKET_RATE_LIMIT, direction)
        .map(rule -> new PortQos.PacketRate(rule.value(), rule.burst()));
  }

  private static Optional<QosRule> find(List<QosRule> rules, Type type, String direction) {
    return rules.stream()
        .filter(
            rule -> rule.type() == type && rule.direction().filter(direction::equals).isPresent())
        .findFirst();
  }
}
