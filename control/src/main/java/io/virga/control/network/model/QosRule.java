package io.virga.control.network.model;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What a QoS policy asks for.
 *
 * @param direction {@code egress} or {@code ingress}, seen from the instance; absent for DSCP
 * @param value kilobits or thousands of packets a second, or the DSCP
 * @param burst in the same unit; 0 is for the hosts to choose
 */
public record QosRule(
    UUID id, UUID policyId, Type type, Optional<String> direction, long value, long burst) {

  /** The kinds that hosts can do. */
  public enum Type {
    BANDWIDTH_LIMIT("max_kbps", "max_burst_kbps"),
    PACKET_RATE_LIMIT("max_kpps", "max_burst_kpps"),
    DSCP_MARKING("dscp_mark", "");

    private final String valueName;
    private final String burstName;

    Type(String valueName, String burstName) {
      this.valueName = valueName;
      this.burstName = burstName;
    }

    /** Neutron's word. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The member of bodies with one. */
    public String member() {
      return word() + "_rule";
    }

    public String valueName() {
      return valueName;
    }

    /** Empty if it has no burst, and no direction. */
    public String burstName() {
      return burstName;
    }

    public boolean hasDirection() {
      return this != DSCP_MARKING;
    }
  }
}
