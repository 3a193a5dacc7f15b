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

  /**
   * What few flavors have.
   *
   * @param ephemeralGib a further disk that is empty and ends with the server; 0 for none
   * @param swapMib likewise one to swap to
   * @param rxtxFactor is kept and shown for clients that say it
   */
  public record Extra(int ephemeralGib, int swapMib, float rxtxFactor) {}
}
