package io.virga.control.compute.server;

import io.virga.control.compute.model.Server;
import io.virga.control.database.Transaction;
import io.virga.control.network.InstancePorts;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import io.virga.control.watch.DesiredStates;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.VolumeSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/** Tells a server's host what the server shall be, and its network agent what it may ask. */
public final class InstanceSpecs {

  private static final long MEBIBYTE = 1L << 20;

  private static final String SECOND = "vdb";

  /** The availability zone of hosts that are in no other. */
  public static final String ZONE = "nova";

  private final DesiredStates desiredStates;
  private final InstancePorts ports;
  private final InstanceVolumes volumes;

  public InstanceSpecs(DesiredStates desiredStates, InstancePorts ports, InstanceVolumes volumes) {
    this.desiredStates = desiredStates;
    this.ports = ports;
    this.volumes = volumes;
  }

  /** Puts both records, as the tables are in the transaction. */
  public Mono<Void> put(Transaction transaction, Server server) {
    List<String> ids = List.of(server.id().toString());
    return ports
        .ofInstances(transaction, ids)
        .collectList()
        .flatMap(
            cards ->
                volumes
                    .attached(transaction, ids)
                    .collectList()
                    .flatMap(disks -> put(transaction, server, cards, disks)));
  }

  /** Takes both back: the instance is gone. */
  public Mono<Void> remove(Transaction transaction, Server server) {
    String id = server.id().toString();
    return desiredStates
        .remove(transaction, server.host(), Kind.INSTANCE, id)
        .then(desiredStates.remove(transaction, server.host(), Kind.METADATA, id));
  }

  /** Puts both records of a server that has these cards and disks. */
  Mono<Void> put(
      Transaction transaction, Server server, List<BoundPort> cards, List<AttachedVolume> disks) {
    MetadataSpec metadata = metadata(server, cards, disks);
    InstanceSpec instance =
        new InstanceSpec(
            server.id().toString(),
            server.desired().generation(),
            server.name(),
            server.projectId(),
            server.desired().power(),
            server.size().vcpus(),
            server.size().ramMib() * MEBIBYTE,
            server.desired().hardReboots(),
            server.desired().softReboots(),
            disks(server, disks),
            cards.stream().map(InstanceSpecs::nic).toList(),
            server.access().configDrive()
                ? Optional.of(new InstanceSpec.ConfigDriveSpec(metadata))
                : Optional.empty());
    return desiredStates
        .put(transaction, server.host(), instance)
        .then(desiredStates.put(transaction, server.host(), metadata));
  }

  private static MetadataSpec metadata(
      Server server, List<BoundPort> cards, List<AttachedVolume> volumes) {
    Map<String, String> keys =
        server
            .access()
            .publicKey()
            .map(key -> Map.of(server.access().keyName().orElse("key"), key))
            .orElse(Map.of());
    return new MetadataSpec(
        server.id().toString(),
        server.desired().generation(),
        server.projectId(),
        server.name(),
        server.hostname(),
        server.placed().zone(),
        keys,
        server.description().metadata(),
        server.access().userData(),
        cards.stream().map(BoundPort::portId).toList(),
        blockDevices(server, volumes));
  }

  /** In EC2's names, for cloud-init. */
  private static Map<String, String> blockDevices(Server server, List<AttachedVolume> volumes) {
    Map<String, String> devices = new TreeMap<>();
    devices.put("ami", InstanceVolumes.ROOT);
    devices.put("root", "/dev/" + InstanceVolumes.ROOT);
    if (server.build().rescued()) {
      return devices;
    }
    int ephemeral = 0;
    for (AttachedVolume volume : inOrder(volumes)) {
      Optional<VolumeSource.Format> format = volume.format();
      if (format.isPresent()) {
        String name =
            switch (format.get()) {
              case EXT4 -> "ephemeral" + ephemeral++;
              case SWAP -> "swap";
            };
        devices.put(name, "/dev/" + volume.device());
      }
    }
    return devices;
  }

  /** The first one boots. A rescued one has the rescue disk and, behind it, its own; no others. */
  private static List<InstanceSpec.DiskSpec> disks(Server server, List<AttachedVolume> volumes) {
    List<AttachedVolume> staying = inOrder(volumes);
    if (!server.build().rescued()) {
      return staying.stream().map(volume -> succession(volume, volumes)).toList();
    }
    return staying.stream()
        .filter(volume -> volume.root() && volume.format().isEmpty())
        .sorted(Comparator.comparing(volume -> !isRescue(volume)))
        .map(volume -> disk(volume, isRescue(volume) ? InstanceVolumes.ROOT : SECOND))
        .toList();
  }

  /** Those that stay, in the order of their devices: it boots from the first. */
  private static List<AttachedVolume> inOrder(List<AttachedVolume> volumes) {
    return volumes.stream()
        .filter(volume -> !volume.detaching())
        .sorted(Comparator.comparing(AttachedVolume::device))
        .toList();
  }

  /** One that takes over is told as what the one that it takes over from is copied to. */
  private static InstanceSpec.DiskSpec succession(
      AttachedVolume volume, List<AttachedVolume> volumes) {
    InstanceSpec.DiskSpec alone = disk(volume, volume.device());
    return volumes.stream()
        .filter(other -> volume.replaces().filter(other.volumeId()::equals).isPresent())
        .findFirst()
        .map(
            before ->
                new InstanceSpec.DiskSpec(
                    before.volumeId(),
                    before.exportName(),
                    before.device(),
                    before.readOnly(),
                    before.iscsi(),
                    Optional.of(
                        new InstanceSpec.Successor(
                            alone.volumeId(), alone.exportName(), alone.iscsi(), alone.nbd())),
                    before.nbd()))
        .orElse(alone);
  }

  private static boolean isRescue(AttachedVolume volume) {
    return volume.device().equals(InstanceVolumes.RESCUE);
  }

  private static InstanceSpec.DiskSpec disk(AttachedVolume volume, String device) {
    return new InstanceSpec.DiskSpec(
        volume.volumeId(),
        volume.exportName(),
        device,
        volume.readOnly(),
        volume.iscsi(),
        Optional.empty(),
        volume.nbd());
  }

  private static InstanceSpec.NicSpec nic(BoundPort port) {
    return new InstanceSpec.NicSpec(port.portId(), port.mac(), port.tapName(), port.mtu());
  }
}
