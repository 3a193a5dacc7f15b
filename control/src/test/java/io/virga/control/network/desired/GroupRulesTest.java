package io.virga.control.network.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.model.Standard;
import io.virga.dataplane.desired.SecurityGroupSpec.Rule;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class GroupRulesTest {

  private static final UUID ADDRESSES = UUID.randomUUID();

  @Test
  void aRuleForAnAddressGroupIsOneForEachBlockOfItsFamily() {
    List<String> blocks = List.of("10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32");
    assertThat(GroupRules.of(rule("IPv4", Optional.of(ADDRESSES), blocks)).map(Rule::remoteCidr))
        .containsExactly(Optional.of("10.0.0.0/8"), Optional.of("192.0.2.1/32"));
    assertThat(GroupRules.of(rule("IPv6", Optional.of(ADDRESSES), blocks)).map(Rule::remoteCidr))
        .containsExactly(Optional.of("2001:db8::/32"));
    assertThat(GroupRules.of(rule("IPv4", Optional.of(ADDRESSES), blocks)).map(Rule::id))
        .doesNotHaveDuplicates();
  }

  @Test
  void aRuleForAnEmptyAddressGroupLetsNothingPass() {
    assertThat(GroupRules.of(rule("IPv4", Optional.of(ADDRESSES), List.of()))).isEmpty();
  }

  @Test
  void aRuleWithoutOneIsItself() {
    assertThat(GroupRules.of(rule("IPv4", Optional.empty(), List.of()))).hasSize(1);
  }

  private static SecurityGroupRule rule(
      String etherType, Optional<UUID> addressGroup, List<String> blocks) {
    return new SecurityGroupRule(
        Standard.ofNew(UUID.randomUUID(), "tenant", ""),
        UUID.randomUUID(),
        "ingress",
        etherType,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        addressGroup,
        blocks);
  }
}
