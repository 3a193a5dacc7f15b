package io.virga.control.network.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A security group with its rules.
 *
 * @param shared whether it is opened to who looks, by an RBAC policy
 */
public record SecurityGroup(
    UUID id,
    String projectId,
    String name,
    String description,
    boolean stateful,
    boolean shared,
    List<SecurityGroupRule> rules,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  /** The name of the group that ports get when they ask for none. */
  public static final String DEFAULT_NAME = "default";

  public SecurityGroup {
    rules = List.copyOf(rules);
  }
}
