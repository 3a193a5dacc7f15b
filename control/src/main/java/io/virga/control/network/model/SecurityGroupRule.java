package io.virga.control.network.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a security group lets pass.
 *
 * @param direction {@code ingress} or {@code egress}
 * @param etherType {@code IPv4} or {@code IPv6}
 * @param protocol as the client gave it, a name or a number
 * @param remoteAddresses those of the remote address group, as texts; none without one
 */
public record SecurityGroupRule(
    Standard standard,
    UUID securityGroupId,
    String direction,
    String etherType,
    Optional<String> protocol,
    Optional<Integer> portMin,
    Optional<Integer> portMax,
    Optional<String> remoteCidr,
    Optional<UUID> remoteGroupId,
    Optional<UUID> remoteAddressGroupId,
    List<String> remoteAddresses) {

  public SecurityGroupRule {
    remoteAddresses = List.copyOf(remoteAddresses);
  }

  public UUID id() {
    return standard.id();
  }

  public String projectId() {
    return standard.projectId();
  }

  /** The same rule, of that project. */
  public SecurityGroupRule ofProject(String project) {
    return new SecurityGroupRule(
        standard.ofProject(project),
        securityGroupId,
        direction,
        etherType,
        protocol,
        portMin,
        portMax,
        remoteCidr,
        remoteGroupId,
        remoteAddressGroupId,
        remoteAddresses);
  }
}
