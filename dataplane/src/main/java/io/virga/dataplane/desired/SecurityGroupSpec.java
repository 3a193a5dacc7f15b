package io.virga.dataplane.desired;

import java.util.List;
import java.util.Optional;

/**
 * A security group that a port on this host uses or refers to.
 *
 * @param memberAddresses the addresses of all ports in the group, for rules with a remote group
 * @param stateless whether its rules are applied without connection tracking, so that answers need
 *     a rule of their own
 */
public record SecurityGroupSpec(
    String id, long generation, List<Rule> rules, List<String> memberAddresses, boolean stateless)
    implements DesiredState {

  public SecurityGroupSpec {
    rules = List.copyOf(rules);
    memberAddresses = List.copyOf(memberAddresses);
  }

  /** Seen from the instance. */
  public enum Direction {
    INGRESS,
    EGRESS
  }

  /** The family that a rule speaks of. */
  public enum EtherType {
    IPV4,
    IPV6
  }

  /**
   * What a rule lets pass; all that it leaves empty matches everything.
   *
   * @param protocol an IP protocol number, 0 to 255
   * @param portMin first port, or the ICMP type
   * @param portMax last port, or the ICMP code
   * @param remoteCidr with {@code remoteGroupId} empty
   */
  public record Rule(
      String id,
      Direction direction,
      EtherType etherType,
      Optional<Integer> protocol,
      Optional<Integer> portMin,
      Optional<Integer> portMax,
      Optional<String> remoteCidr,
      Optional<String> remoteGroupId) {}
}
