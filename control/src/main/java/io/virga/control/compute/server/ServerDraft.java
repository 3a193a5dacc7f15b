package io.virga.control.compute.server;

import io.virga.control.compute.model.Server;
import io.virga.control.network.InstancePorts.Nic;
import io.virga.control.volume.InstanceVolumes.Wish;
import io.virga.dataplane.desired.VolumeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A server that is asked for.
 *
 * @param imageId what its own disk is made of; empty if it boots from one of the disks
 * @param disks which it shall have beside that, in the order of their devices
 * @param further how the further disks that its flavor gives shall be
 * @param diskConfig {@code AUTO} or {@code MANUAL}
 */
public record ServerDraft(
    Server.Description description,
    Optional<String> imageId,
    List<Wish> disks,
    List<FurtherDisk> further,
    String flavorId,
    Entry entry,
    String diskConfig,
    Network network,
    Where where) {

  public ServerDraft {
    disks = List.copyOf(disks);
    further = List.copyOf(further);
  }

  /**
   * A further disk of the server's own.
   *
   * @param size of one to swap to in MiB, of another in GiB; as the flavor says if absent
   */
  public record FurtherDisk(VolumeSource.Format format, Optional<Long> size) {}

  /**
   * How its tenant gets in.
   *
   * @param userData base64, checked
   */
  public record Entry(Optional<String> keyName, Optional<String> userData, boolean configDrive) {}

  /**
   * Its cards.
   *
   * @param nics empty for the project's only network
   * @param none whether it shall have no card at all
   */
  public record Network(List<String> securityGroups, List<Nic> nics, boolean none) {

    public Network {
      securityGroups = List.copyOf(securityGroups);
      nics = List.copyOf(nics);
    }
  }

  /**
   * Where it shall be.
   *
   * @param host the one that it is to be on; for administrators
   * @param zone the availability zone that it is to be in
   * @param groupId the server group that it is to be in
   */
  public record Where(Optional<String> host, Optional<String> zone, Optional<UUID> groupId) {}

  /** The same, booting from one of these disks, which come before its others. */
  public ServerDraft on(List<Wish> mapped) {
    List<Wish> all = new ArrayList<>(mapped);
    all.addAll(disks);
    return new ServerDraft(
        description, Optional.empty(), all, further, flavorId, entry, diskConfig, network, where);
  }

  /** The same under another name; for several at once. */
  ServerDraft named(String name) {
    Server.Description other =
        new Server.Description(
            name,
            description.text(),
            description.metadata(),
            description.tags(),
            description.accessV4(),
            description.accessV6());
    return new ServerDraft(
        other, imageId, disks, further, flavorId, entry, diskConfig, network, where);
  }
}
