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
    Extra extra,
    boolean isPublic,
    Map<String, String> extraSpecs) {

  public Flavor {
    extraSpecs = Map.copyOf(extraSpecs);
  }

  /** What is kept and shown for clients that say it; no server is made with such disks. */
  public record Extra(int ephemeralGib, int swapMib, float rxtxFactor) {

    /** Whether servers would need further disks. */
    public boolean wantsDisks() {
      return ephemeralGib > 0 || swapMib > 0;
    }
  }
}
