package io.virga.control.network.model;

import io.virga.control.http.Ids;
import java.util.Optional;
import java.util.UUID;

/**
 * A rule that security groups start with.
 *
 * @param rule of the group {@link #PARENT}, which stands for the one that gets it
 * @param inDefault whether the groups get it that projects have by themselves
 * @param inOthers whether all others do
 */
public record DefaultGroupRule(SecurityGroupRule rule, boolean inDefault, boolean inOthers) {

  /** Stands for the group that gets the rule. */
  public static final UUID PARENT = new UUID(0, 0);

  /** Neutron's word for it. */
  public static final String PARENT_WORD = "PARENT";

  public Standard standard() {
    return rule.standard();
  }

  /** What of groups it speaks of, in Neutron's words. */
  public Optional<String> remoteGroup() {
    return rule.remoteGroupId().map(itself -> PARENT_WORD);
  }

  /** The rule as the group gets it. */
  public SecurityGroupRule of(UUID group, String project) {
    return new SecurityGroupRule(
        Standard.ofNew(Ids.next(), project, standard().description()),
        group,
        rule.direction(),
        rule.etherType(),
        rule.protocol(),
        rule.portMin(),
        rule.portMax(),
        rule.remoteCidr(),
        rule.remoteGroupId().map(itself -> group),
        Optional.empty(),
        rule.remoteAddresses());
  }
}
