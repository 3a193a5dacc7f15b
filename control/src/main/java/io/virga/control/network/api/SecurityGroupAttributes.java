package io.virga.control.network.api;

import io.virga.control.network.model.SecurityGroup;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.network.resource.ResourceType.Names;
import io.virga.control.network.store.SecurityGroupStore;
import java.util.List;

/** What clients see of security groups and their rules. */
final class SecurityGroupAttributes {

  private SecurityGroupAttributes() {}

  static ResourceType<SecurityGroup> groups(SecurityGroupStore groups) {
    ResourceType<SecurityGroupRule> rules = rules(groups);
    return ResourceType.of(
        new Names("security-groups", "security_group", "security_groups"),
        "security_group",
        groups.rows(),
        List.of(
            Attribute.of("name", SecurityGroup::name).text("g.name"),
            Attribute.of("stateful", SecurityGroup::stateful).flag("g.stateful"),
            Attribute.of("shared", SecurityGroup::shared).filteredBy(RbacRoutes.sharedFilter("g")),
            Attribute.<SecurityGroup>of(
                "security_group_rules",
                group ->
                    group.rules().stream()
                        .map(rule -> rules.view(rule, rule.standard()))
                        .toList())));
  }

  static ResourceType<SecurityGroupRule> rules(SecurityGroupStore groups) {
    return ResourceType.of(
        new Names("security-group-rules", "security_group_rule", "security_group_rules"),
        "security_group_rule",
        groups.ruleRows(),
        List.of(
            Attribute.of("security_group_id", SecurityGroupRule::securityGroupId)
                .id("r.security_group_id"),
            Attribute.of("direction", SecurityGroupRule::direction).text("r.direction"),
            Attribute.of("ethertype", SecurityGroupRule::etherType).text("r.ethertype"),
            Attribute.of("protocol", SecurityGroupRule::protocol).optionalText("r.protocol"),
            Attribute.of("port_range_min", SecurityGroupRule::portMin).optionalNumber("r.port_min"),
            Attribute.of("port_range_max", SecurityGroupRule::portMax).optionalNumber("r.port_max"),
            Attribute.of("remote_ip_prefix", SecurityGroupRule::remoteCidr)
                .optionalText("r.remote_cidr"),
            Attribute.of("remote_group_id", SecurityGroupRule::remoteGroupId)
                .optionalId("r.remote_group_id"),
            Attribute.of("remote_address_group_id", SecurityGroupRule::remoteAddressGroupId)
                .optionalId("r.remote_address_group_id")));
  }
}
