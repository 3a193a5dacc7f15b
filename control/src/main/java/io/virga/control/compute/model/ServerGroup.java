package io.virga.control.compute.model;

import java.util.List;
import java.util.UUID;

/**
 * Servers that are to be on one host, or on different ones.
 *
 * @param policy {@code affinity} or {@code anti-affinity}, or as far as that is possible with
 *     {@code soft-} before it
 * @param maxPerHost how many of an anti-affinity group may be on one host
 * @param members the ids of its servers
 */
public record ServerGroup(
    UUID id,
    String projectId,
    String userId,
    String name,
    String policy,
    int maxPerHost,
    List<String> members) {

  public ServerGroup {
    members = List.copyOf(members);
  }
}
