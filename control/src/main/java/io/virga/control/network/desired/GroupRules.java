package io.virga.control.network.desired;

import io.virga.control.network.address.Protocols;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.desired.SecurityGroupSpec.EtherType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A security group's rule as hosts are told of it: of an address group one for each block. */
final class GroupRules {

  private GroupRules() {}

  static Stream<SecurityGroupSpec.Rule> of(SecurityGroupRule rule) {
    if (rule.remoteAddressGroupId().isEmpty()) {
      return Stream.of(spec(rule, rule.id().toString(), rule.remoteCidr()));
    }
    boolean ipv6 = rule.etherType().equals("IPv6");
    List<String> blocks =
        rule.remoteAddresses().stream().filter(block -> block.contains(":") == ipv6).toList();
    return IntStream.range(0, blocks.size())
        .mapToObj(i -> spec(rule, rule.id() + "/" + i, Optional.of(blocks.get(i))));
  }

  private static SecurityGroupSpec.Rule spec(
      SecurityGroupRule rule, String id, Optional<String> remoteCidr) {
    return new SecurityGroupSpec.Rule(
        id,
        rule.direction().equals("ingress") ? Direction.INGRESS : Direction.EGRESS,
        rule.etherType().equals("IPv4") ? EtherType.IPV4 : EtherType.IPV6,
        rule.protocol().map(text -> Protocols.number(text, rule.etherType().equals("IPv6"))),
        rule.portMin(),
        rule.portMax(),
        remoteCidr,
        rule.remoteGroupId().map(UUID::toString));
  }
}
