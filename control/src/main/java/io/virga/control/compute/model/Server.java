package io.virga.control.compute.model;

import io.virga.dataplane.desired.PowerState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A server: what its tenant asked for, what is desired of its host, and what the host has said.
 *
 * @param host empty if none could be found
 */
public record Server(
    UUID id,
    String projectId,
    String userId,
    String name,
    String description,
    String hostname,
    String host,
    Size size,
    String imageId,
    Access access,
    Map<String, String> metadata,
    List<String> securityGroups,
    Desired desired,
    Observed observed,
    Instant createdAt,
    Instant updatedAt) {

  public Server {
    metadata = Map.copyOf(metadata);
    securityGroups = List.copyOf(securityGroups);
  }

  /** The flavor, as it was when the server was made. */
  public record Size(String flavorId, String flavorName, int vcpus, int ramMib, int diskGib) {}

  /**
   * How its tenant gets in.
   *
   * @param userData base64
   */
  public record Access(
      Optional<String> keyName,
      Optional<String> publicKey,
      Optional<String> userData,
      boolean configDrive) {}

  /**
   * What its host is told.
   *
   * @param task what the newest change is called until the host has brought it about
   */
  public record Desired(
      PowerState power,
      long hardReboots,
      long softReboots,
      long generation,
      Optional<String> task) {

    /** The next generation, with another power state. */
    public Desired power(PowerState newPower, String newTask) {
      return new Desired(newPower, hardReboots, softReboots, generation + 1, Optional.of(newTask));
    }

    /** The next generation, with one reboot more. */
    public Desired reboot(boolean hard) {
      return new Desired(
          PowerState.RUNNING,
          hard ? hardReboots + 1 : hardReboots,
          hard ? softReboots : softReboots + 1,
          generation + 1,
          Optional.of(hard ? "rebooting_hard" : "rebooting"));
    }

    /** The next generation, in which the guest stays off, as it has chosen itself. */
    public Desired halted() {
      return new Desired(
          PowerState.STOPPED, hardReboots, softReboots, generation + 1, Optional.empty());
    }

    /** The next generation, with other disks. */
    public Desired changed() {
      return new Desired(power, hardReboots, softReboots, generation + 1, Optional.empty());
    }
  }

  /**
   * What the host has said.
   *
   * @param generation the newest that it has brought about; 0 for none
   * @param power {@code running}, {@code stopped}, {@code crashed}, or empty before it first ran
   */
  public record Observed(
      long generation, String power, Optional<String> error, Optional<Instant> launchedAt) {}

  /** The task that is under way. */
  public Optional<String> task() {
    if (desired.power() == PowerState.ABSENT) {
      return Optional.of("deleting");
    }
    return observed.generation() < desired.generation() ? desired.task() : Optional.empty();
  }

  /** Nova's status. */
  public String status() {
    if (observed.error().isPresent()) {
      return "ERROR";
    }
    if (observed.launchedAt().isEmpty() && observed.generation() == 0) {
      return "BUILD";
    }
    return switch (task().orElse("")) {
      case "rebooting" -> "REBOOT";
      case "rebooting_hard" -> "HARD_REBOOT";
      default -> observed.power().equals("running") ? "ACTIVE" : "SHUTOFF";
    };
  }

  /** Nova's {@code vm_state}. */
  public String vmState() {
    return switch (status()) {
      case "BUILD" -> "building";
      case "ERROR" -> "error";
      case "SHUTOFF" -> "stopped";
      default -> "active";
    };
  }

  /** Nova's {@code power_state}: 0 unknown, 1 running, 4 shut down, 6 crashed. */
  public int powerState() {
    return switch (observed.power()) {
      case "running" -> 1;
      case "stopped" -> 4;
      case "crashed" -> 6;
      default -> 0;
    };
  }
}
