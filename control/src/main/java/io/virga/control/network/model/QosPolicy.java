package io.virga.control.network.model;

import java.util.List;

/**
 * What ports may do at most, and how their packets are marked.
 *
 * @param isDefault whether the project's new networks take it where they name none
 */
public record QosPolicy(
    Standard standard, String name, List<QosRule> rules, boolean shared, boolean isDefault) {

  public QosPolicy {
    rules = List.copyOf(rules);
  }
}
