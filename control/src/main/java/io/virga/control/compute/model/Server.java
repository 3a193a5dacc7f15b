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
 * @param hostname what the guest is told that it is called
 */
public record Server(
    UUID id,
    Owner owner,
    Description description,
    Build build,
    String hostname,
    Placed placed,
    Optional<Lock> lock,
    Desired desired,
    Observed observed,
    Instant createdAt,
    Instant updatedAt) {

  /** What the task of one that is being put away is called. */
  public static final String SHELVING = "shelving";

  /** Likewise of one that is taken back. */
  public static final String UNSHELVING = "unshelving";

  /** Whose it is. */
  public record Owner(String projectId, String userId) {}

  /**
   * What its tenant says of it.
   *
   * @param accessV4 where it is reached, as the tenant says; empty if he does not
   */
  public record Description(
      String name,
      String text,
      Map<String, String> metadata,
      List<String> tags,
      String accessV4,
      String accessV6) {

    public Description {
      metadata = Map.copyOf(metadata);
      tags = List.copyOf(tags);
    }

    /** The same with other metadata. */
    public Description metadata(Map<String, String> items) {
      return new Description(name, text, items, tags, accessV4, accessV6);
    }

    /** The same with other tags. */
    public Description tags(List<String> others) {
      return new Description(name, text, metadata, others, accessV4, accessV6);
    }
  }

  /**
   * What it is made of.
   *
   * @param resizedFrom its size before a resize that is neither confirmed nor reverted
   * @param imageId empty if its disk is a volume
   * @param diskConfig {@code AUTO} or {@code MANUAL}
   * @param rescued whether it runs from a rescue disk
   */
  public record Build(
      Size size,
      Optional<Size> resizedFrom,
      String imageId,
      Access access,
      String diskConfig,
      List<String> securityGroups,
      boolean rescued) {

    public Build {
      securityGroups = List.copyOf(securityGroups);
    }

    /** The same with another size. */
    public Build sized(Size other, Optional<Size> from) {
      return new Build(other, from, imageId, access, diskConfig, securityGroups, rescued);
    }

    /** The same from another image. */
    public Build from(String otherImage, Access otherAccess, String otherDiskConfig) {
      return new Build(
          size, resizedFrom, otherImage, otherAccess, otherDiskConfig, securityGroups, false);
    }

    /** The same with {@code AUTO} or {@code MANUAL}. */
    public Build diskConfig(String other) {
      return new Build(size, resizedFrom, imageId, access, other, securityGroups, rescued);
    }

    /** The same in other security groups. */
    public Build groups(List<String> names) {
      return new Build(size, resizedFrom, imageId, access, diskConfig, names, rescued);
    }

    /** The same, running from a rescue disk or not. */
    public Build rescued(boolean is) {
      return new Build(size, resizedFrom, imageId, access, diskConfig, securityGroups, is);
    }
  }

  /** The flavor, as it was when the server was made or resized. */
  public record Size(
      String flavorId,
      String flavorName,
      int vcpus,
      int ramMib,
      int diskGib,
      int ephemeralGib,
      int swapMib,
      Map<String, String> extraSpecs) {

    private static final long MIB_IN_GIB = 1024;

    public Size {
      extraSpecs = Map.copyOf(extraSpecs);
    }

    public static Size of(Flavor flavor) {
      return new Size(
          flavor.id(),
          flavor.name(),
          flavor.vcpus(),
          flavor.ramMib(),
          flavor.diskGib(),
          flavor.extra().ephemeralGib(),
          flavor.extra().swapMib(),
          flavor.extraSpecs());
    }

    /** What its further disks may take of its host, in MiB. */
    public long furtherMib() {
      return ephemeralGib * MIB_IN_GIB + swapMib;
    }
  }

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
   * Where it is, and with whom it came.
   *
   * @param host where it is; empty if none could be found
   * @param reservationId shared by the servers of one request
   * @param launchIndex its place among them
   * @param zone the availability zone of its host
   * @param groupId the server group that it is in
   * @param shelf whether it is put away
   * @param move its way to another host
   */
  public record Placed(
      String host,
      String zone,
      String reservationId,
      int launchIndex,
      Optional<UUID> groupId,
      Shelf shelf,
      Optional<Move> move) {

    /** The same on a host of a zone. */
    public Placed on(String other, String otherZone) {
      return new Placed(other, otherZone, reservationId, launchIndex, groupId, shelf, move);
    }

    /** The same, put away or not. */
    public Placed shelved(Shelf other) {
      return new Placed(host, zone, reservationId, launchIndex, groupId, other, move);
    }

    /** The same, on its way to another host. */
    public Placed moving(Move way) {
      return new Placed(host, zone, reservationId, launchIndex, groupId, shelf, Optional.of(way));
    }

    /** The same, on no way. */
    public Placed settled() {
      return new Placed(host, zone, reservationId, launchIndex, groupId, shelf, Optional.empty());
    }
  }

  /**
   * Keeps it from being changed by its tenant.
   *
   * @param byAdmin whether only an administrator may open it
   */
  public record Lock(boolean byAdmin, Optional<String> reason) {}

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

    /** The next generation, running, with one reboot more. */
    public Desired reboot(boolean hard) {
      return new Desired(
          PowerState.RUNNING,
          hard ? hardReboots + 1 : hardReboots,
          hard ? softReboots : softReboots + 1,
          generation + 1,
          Optional.of(hard ? "rebooting_hard" : "rebooting"));
    }

    /** The next generation, in which a guest that runs begins anew. */
    public Desired anew(String newTask) {
      return new Desired(power, hardReboots + 1, softReboots, generation + 1, Optional.of(newTask));
    }

    /** The next generation, in which the guest begins anew, also one that is off. */
    public Desired running(String newTask) {
      return new Desired(
          PowerState.RUNNING, hardReboots + 1, softReboots, generation + 1, Optional.of(newTask));
    }

    /** The next generation, in which the guest stays off, as it has chosen itself. */
    public Desired halted() {
      return new Desired(
          PowerState.STOPPED, hardReboots, softReboots, generation + 1, Optional.empty());
    }

    private Desired next(Optional<String> newTask) {
      return new Desired(power, hardReboots, softReboots, generation + 1, newTask);
    }
  }

  /**
   * What the host has said.
   *
   * @param generation the newest that it has brought about; 0 for none
   * @param power {@code running}, {@code paused}, {@code suspended}, {@code stopped}, {@code
   *     crashed}, or empty before it first ran
   */
  public record Observed(
      long generation, String power, Optional<String> error, Optional<Instant> launchedAt) {}

  public String projectId() {
    return owner.projectId();
  }

  public String name() {
    return description.name();
  }

  /** Where it is, or was when it was put away; empty if no host could be found. */
  public String host() {
    return placed.host();
  }

  /** The host that has it now; empty if none has. */
  public String runsOn() {
    return placed.shelf() == Shelf.OFFLOADED ? "" : placed.host();
  }

  /** Whether its host is told what is desired of it. */
  public boolean isTold() {
    return !runsOn().isEmpty() || desired.power() == PowerState.ABSENT && !host().isEmpty();
  }

  public Size size() {
    return build.size();
  }

  public Access access() {
    return build.access();
  }

  public Server with(Description other) {
    return new Server(
        id, owner, other, build, hostname, placed, lock, desired, observed, createdAt, updatedAt);
  }

  public Server with(Build other) {
    return new Server(
        id,
        owner,
        description,
        other,
        hostname,
        placed,
        lock,
        desired,
        observed,
        createdAt,
        updatedAt);
  }

  public Server with(Desired other) {
    return new Server(
        id,
        owner,
        description,
        build,
        hostname,
        placed,
        lock,
        other,
        observed,
        createdAt,
        updatedAt);
  }

  public Server with(Placed other) {
    return new Server(
        id,
        owner,
        description,
        build,
        hostname,
        other,
        lock,
        desired,
        observed,
        createdAt,
        updatedAt);
  }

  public Server with(Observed other) {
    return new Server(
        id,
        owner,
        description,
        build,
        hostname,
        placed,
        lock,
        desired,
        other,
        createdAt,
        updatedAt);
  }

  /** The next generation, with other devices or another description; what is under way goes on. */
  public Server changed() {
    return with(desired.next(task()));
  }

  /** The same, locked or not. */
  public Server locked(Optional<Lock> other) {
    return new Server(
        id,
        owner,
        description,
        build,
        hostname,
        placed,
        other,
        desired,
        observed,
        createdAt,
        updatedAt);
  }

  /** The task that is under way. A failure ends it, but for the last one. */
  public Optional<String> task() {
    if (desired.power() == PowerState.ABSENT) {
      return desired.task();
    }
    if (observed.error().isPresent()) {
      return Optional.empty();
    }
    if (isBuilding()) {
      return Optional.of("spawning");
    }
    return observed.generation() < desired.generation() ? desired.task() : Optional.empty();
  }

  public VmState vmState() {
    if (observed.error().isPresent()) {
      return VmState.ERROR;
    }
    if (isBuilding()) {
      return VmState.BUILDING;
    }
    Optional<String> task = task();
    if (placed.shelf() == Shelf.OFFLOADED || task.filter(UNSHELVING::equals).isPresent()) {
      return VmState.SHELVED_OFFLOADED;
    }
    if (placed.shelf() == Shelf.SHELVED && task.filter(SHELVING::equals).isEmpty()) {
      return VmState.SHELVED;
    }
    if (build.resizedFrom().isPresent() && task.isEmpty()) {
      return VmState.RESIZED;
    }
    if (build.rescued() && task.isEmpty()) {
      return VmState.RESCUED;
    }
    return switch (observed.power()) {
      case "running" -> VmState.ACTIVE;
      case "paused" -> VmState.PAUSED;
      case "suspended" -> VmState.SUSPENDED;
      default -> VmState.STOPPED;
    };
  }

  /** Nova's status. */
  public String status() {
    return vmState().status(task().orElse(""));
  }

  /** Nova's {@code power_state}: 0 unknown, 1 running, 3 paused, 4 off, 6 crashed, 7 suspended. */
  public int powerState() {
    return switch (observed.power()) {
      case "running" -> 1;
      case "paused" -> 3;
      case "stopped" -> 4;
      case "crashed" -> 6;
      case "suspended" -> 7;
      default -> 0;
    };
  }

  private boolean isBuilding() {
    return observed.launchedAt().isEmpty() && observed.generation() == 0;
  }
}
