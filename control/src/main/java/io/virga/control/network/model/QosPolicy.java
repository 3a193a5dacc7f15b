package io.virga.control.network.model;

import java.util.List;

/** What ports may do at most, and how their packets are marked. */
public record QosPolicy(Standard standard, String name, List<QosRule> rules, boolean shared) {

  public QosPolicy {
    rules = List.copyOf(rules);
  }
}
