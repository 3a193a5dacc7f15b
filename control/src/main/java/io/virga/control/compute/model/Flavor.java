package io.virga.control.compute.model;

import java.util.Map;

/** A size of servers. */
public record Flavor(
    String id,
    String name,
    String description,
    int vcpus,
    int ramMib,
    int diskGib,
    boolean isPublic,
    Map<String, String> extraSpecs) {

  public Flavor {
    extraSpecs = Map.copyOf(extraSpecs);
  }
}
