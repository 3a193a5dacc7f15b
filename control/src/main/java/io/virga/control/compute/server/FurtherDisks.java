package io.virga.control.compute.server;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.Server.Size;
import io.virga.control.compute.server.ServerDraft.FurtherDisk;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import io.virga.control.volume.InstanceVolumes.RootDisk;
import io.virga.dataplane.desired.VolumeSource.Format;
import io.virga.dataplane.desired.VolumeSource.Formatted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The disks that a flavor gives beside the one that a server boots from: ephemeral ones, with an
 * empty file system, and one to swap to. They are the server's own and end with it.
 */
final class FurtherDisks {

  private static final long MEBIBYTE = 1L << 20;
  private static final long GIBIBYTE = 1L << 30;
  private static final String DEVICES = "bcdefghijklmnopqrstuvwxyz";

  private final InstanceVolumes volumes;
  private final boolean off;

  /**
   * Those of servers.
   *
   * @param off whether the servers are known to no host, so that disks go at once
   */
  FurtherDisks(InstanceVolumes volumes, boolean off) {
    this.volumes = volumes;
    this.off = off;
  }

  /** A disk, in the order of devices: those with file systems come first. */
  record Disk(Formatted source, long sizeBytes) {}

  /**
   * What a server of the size has, as its tenant wants it: one disk of each kind if he does not
   * say. Fails with bad request, in Nova's words, for more than the flavor gives.
   */
  static List<Disk> of(Size size, List<FurtherDisk> wanted) {
    List<Long> ephemeral = sizes(Format.EXT4, size.ephemeralGib(), wanted);
    List<Long> swap = sizes(Format.SWAP, size.swapMib(), wanted);
    if (ephemeral.stream().mapToLong(Long::longValue).sum() > size.ephemeralGib()) {
      throw ApiFault.badRequest(
          "Ephemeral disks requested are larger than the instance type allows.");
    }
    if (swap.size() > 1 || swap.stream().anyMatch(mib -> mib > size.swapMib())) {
      throw ApiFault.badRequest("Swap drive requested is larger than instance type allows.");
    }
    List<Disk> disks = new ArrayList<>();
    for (long gib : ephemeral) {
      disks.add(ephemeral(disks.size(), gib));
    }
    swap.forEach(mib -> disks.add(swap(mib)));
    return disks;
  }

  private static List<Long> sizes(Format format, long most, List<FurtherDisk> wanted) {
    List<Long> sizes =
        wanted.stream()
            .filter(disk -> disk.format() == format)
            .map(disk -> disk.size().orElse(most))
            .toList();
    return sizes.isEmpty() && most > 0 ? List.of(most) : sizes;
  }

  private static Disk ephemeral(int index, long gib) {
    return new Disk(new Formatted(Format.EXT4, "ephemeral" + index), gib * GIBIBYTE);
  }

  private static Disk swap(long mib) {
    return new Disk(new Formatted(Format.SWAP, ""), mib * MEBIBYTE);
  }

  /** Makes them for a new server, from {@code vdb} on. */
  Flux<AttachedVolume> claim(Transaction transaction, Server server, List<Disk> disks) {
    return Flux.range(0, disks.size())
        .concatMap(
            place -> claim(transaction, server, "vd" + DEVICES.charAt(place), disks.get(place)));
  }

  private Mono<AttachedVolume> claim(
      Transaction transaction, Server server, String device, Disk disk) {
    return volumes.claimFurther(
        transaction,
        new RootDisk(server.projectId(), server.id().toString(), server.host(), device),
        disk.source(),
        disk.sizeBytes());
  }

  /**
   * Makes of those of one size those of another. What was swapped is lost; an ephemeral disk grows,
   * and never shrinks. Where the tenant has several of these they stay as they are.
   */
  Mono<Void> resize(Transaction transaction, Server server, Size from, Size to) {
    String id = server.id().toString();
    return volumes
        .attached(transaction, id)
        .filter(volume -> !volume.detaching())
        .collectList()
        .flatMap(
            all ->
                resizeEphemeral(transaction, server, all, from, to)
                    .then(resizeSwap(transaction, server, all, from, to)));
  }

  private Mono<Void> resizeEphemeral(
      Transaction transaction, Server server, List<AttachedVolume> all, Size from, Size to) {
    List<AttachedVolume> there = those(all, Format.EXT4);
    if (to.ephemeralGib() > from.ephemeralGib() && there.isEmpty()) {
      return claim(transaction, server, free(all, 0), ephemeral(0, to.ephemeralGib())).then();
    }
    if (to.ephemeralGib() > from.ephemeralGib() && there.size() == 1) {
      return volumes.growRoot(
          transaction,
          server.id().toString(),
          there.getFirst().device(),
          to.ephemeralGib() * GIBIBYTE);
    }
    return to.ephemeralGib() == 0 ? retire(transaction, server, there) : Mono.empty();
  }

  private Mono<Void> resizeSwap(
      Transaction transaction, Server server, List<AttachedVolume> all, Size from, Size to) {
    if (to.swapMib() == from.swapMib()) {
      return Mono.empty();
    }
    List<AttachedVolume> there = those(all, Format.SWAP);
    Mono<Void> retired = retire(transaction, server, there);
    if (to.swapMib() == 0) {
      return retired;
    }
    boolean ephemeralToo =
        to.ephemeralGib() > from.ephemeralGib() && those(all, Format.EXT4).isEmpty();
    String device = there.isEmpty() ? free(all, ephemeralToo ? 1 : 0) : there.getFirst().device();
    return retired.then(claim(transaction, server, device, swap(to.swapMib()))).then();
  }

  private Mono<Void> retire(Transaction transaction, Server server, List<AttachedVolume> leaving) {
    String id = server.id().toString();
    return Flux.fromIterable(leaving)
        .concatMap(
            volume ->
                volumes
                    .retireRoot(transaction, id, volume.device())
                    .then(
                        Mono.defer(
                            () ->
                                off
                                    ? volumes
                                        .finishDetach(transaction, volume.volumeId(), id)
                                        .then()
                                    : Mono.empty())))
        .then();
  }

  private static List<AttachedVolume> those(List<AttachedVolume> all, Format format) {
    return all.stream()
        .filter(volume -> volume.format().filter(format::equals).isPresent())
        .toList();
  }

  /** The first device that is free behind so many others that are; fails if there is none. */
  private static String free(List<AttachedVolume> all, int others) {
    Set<String> taken = all.stream().map(AttachedVolume::device).collect(Collectors.toSet());
    return IntStream.range(0, DEVICES.length())
        .mapToObj(place -> "vd" + DEVICES.charAt(place))
        .filter(device -> !taken.contains(device))
        .skip(others)
        .findFirst()
        .orElseThrow(() -> ApiFault.badRequest("The server has no device left for another disk."));
  }
}
