package io.virga.dataplane.desired;

import java.util.List;
import java.util.Optional;

/**
 * An instance on a compute agent.
 *
 * @param name the domain's title, for operators; the domain itself is named {@code virga-<id>}
 * @param hardReboots how often the instance was asked to reboot hard; a count above the one that
 *     the agent has applied is carried out once
 * @param softReboots likewise by the guest's own shutdown (ACPI), and hard after two minutes
 * @param disks in the order of their devices; the first one boots
 * @param configDrive the files of a config drive, if the tenant asked for one
 */
public record InstanceSpec(
    String id,
    long generation,
    String name,
    String projectId,
    PowerState power,
    int vcpus,
    long memoryBytes,
    long hardReboots,
    long softReboots,
    List<DiskSpec> disks,
    List<NicSpec> nics,
    Optional<ConfigDriveSpec> configDrive)
    implements DesiredState {

  public InstanceSpec {
    disks = List.copyOf(disks);
    nics = List.copyOf(nics);
  }

  /** The same with other disks. */
  public InstanceSpec with(List<DiskSpec> others) {
    return new InstanceSpec(
        id,
        generation,
        name,
        projectId,
        power,
        vcpus,
        memoryBytes,
        hardReboots,
        softReboots,
        others,
        nics,
        configDrive);
  }

  /**
   * A disk of the instance.
   *
   * @param exportName an {@link ExportSpec#name()}
   * @param device {@code vda} to {@code vdz}
   * @param iscsi where it is opened over iSCSI; it is opened over NBD otherwise
   * @param successor what it is copied to while the guest runs, and what is in its place from then
   *     on
   * @param nbd the blockstore of another host that it is opened on; the host's own otherwise
   */
  public record DiskSpec(
      String volumeId,
      String exportName,
      String device,
      boolean readOnly,
      Optional<IscsiSource> iscsi,
      Optional<Successor> successor,
      Optional<NbdSource> nbd) {

    /** A disk over NBD. */
    public DiskSpec(String volumeId, String exportName, String device, boolean readOnly) {
      this(volumeId, exportName, device, readOnly, Optional.empty());
    }

    /** A disk that stays. */
    public DiskSpec(
        String volumeId,
        String exportName,
        String device,
        boolean readOnly,
        Optional<IscsiSource> iscsi) {
      this(volumeId, exportName, device, readOnly, iscsi, Optional.empty(), Optional.empty());
    }

    /** The same, staying. */
    public DiskSpec itself() {
      return new DiskSpec(volumeId, exportName, device, readOnly, iscsi, Optional.empty(), nbd);
    }

    /** What is in its place in the end: its successor, or itself. */
    public DiskSpec target() {
      return successor
          .map(
              next ->
                  new DiskSpec(
                      next.volumeId(),
                      next.exportName(),
                      device,
                      readOnly,
                      next.iscsi(),
                      Optional.empty(),
                      next.nbd()))
          .orElse(this);
    }
  }

  /**
   * A volume that takes over from a disk, at the same device and as writable.
   *
   * @param exportName an {@link ExportSpec#name()}
   * @param iscsi as that of a disk
   * @param nbd likewise
   */
  public record Successor(
      String volumeId, String exportName, Optional<IscsiSource> iscsi, Optional<NbdSource> nbd) {}

  /**
   * A blockstore that is reached over TCP, by TLS with the certificates of both hosts.
   *
   * @param address of IPv4 or IPv6, without brackets
   * @param port 1 to 65535
   */
  public record NbdSource(String address, int port) {}

  /**
   * Where a target is, of the name {@link IscsiAccess#target}, with the volume as its LUN 0.
   *
   * @param portal {@code address:port}
   */
  public record IscsiSource(String portal, IscsiAccess access) {}

  /**
   * A network card, a tap device in the integration bridge.
   *
   * @param tapName at most 15 characters: {@code tap} and the first 11 of the port's id
   */
  public record NicSpec(String portId, String mac, String tapName, int mtu) {}

  /** The metadata to write on a small read-only disk with the label {@code config-2}. */
  public record ConfigDriveSpec(MetadataSpec metadata) {}
}
