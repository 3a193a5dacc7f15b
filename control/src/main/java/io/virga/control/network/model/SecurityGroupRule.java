package io.virga.control.network.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a security group lets pass.
 *
 * @param direction {@code ingress} or {@code egress}
 * @param etherType {@code IPv4} or {@code IPv6}
 * @param protocol as the client gave it, a name or a number
 */
public record SecurityGroupRule(
    UUID id,
    UUID securityGroupId,
    String projectId,
    String direction,
    String etherType,
    Optional<String> protocol,
    Optional<Integer> portMin,
    Optional<Integer> portMax,
    Optional<String> remoteCidr,
    Optional<UUID> remoteGroupId,
    String description,
    Instant createdAt) {

  /** The same rule, of that project. */
  public SecurityGroupRule ofProject(String project) {
    return new SecurityGroupRule(
        id,
        securityGroupId,
        project,
        direction,
        etherType,
        protocol,
        portMin,
        portMax,
        remoteCidr,
        remoteGroupId,
        description,
        createdAt);
  }
}
