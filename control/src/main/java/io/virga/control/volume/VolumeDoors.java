package io.virga.control.volume;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import io.virga.control.volume.life.AttachmentDoors;
import io.virga.control.volume.life.VolumeLife;
import io.virga.control.volume.model.Attachment;
import io.virga.control.volume.model.Attachment.Door;
import io.virga.control.volume.model.Attachment.Instance;
import io.virga.control.volume.model.StorageProtocol;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import io.virga.dataplane.desired.InstanceSpec.NbdSource;
import io.virga.dataplane.desired.VolumeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * On which hosts instances have their volumes: the own one of a volume, or any other to which its
 * block store opens it over TLS. A door that is closed is never opened again; whoever comes by it
 * is refused from then on.
 */
final class VolumeDoors {

  private final VolumeStore volumes;
  private final VolumeLife life;
  private final AttachmentDoors doors;

  VolumeDoors(VolumeStore volumes, VolumeLife life, AttachmentDoors doors) {
    this.volumes = volumes;
    this.life = life;
    this.doors = doors;
  }

  /** Fails with conflict if the host can have none of the volume. */
  Mono<Void> requireOpenable(Session session, Volume volume, String host) {
    return volume.host().equals(host)
        ? Mono.empty()
        : isTied(session, volume)
            .flatMap(
                tied ->
                    tied
                        ? Mono.error(
                            ApiFault.conflict(
                                "Volume %s is on the host %s, which opens it to no other; the server is on %s."
                                    .formatted(volume.id(), volume.host(), host)))
                        : Mono.empty());
  }

  /** Over iSCSI it is opened on its own host alone. */
  private Mono<Boolean> isTied(Session session, Volume volume) {
    return doors
        .protocol(session, volume)
        .filter(protocol -> protocol == StorageProtocol.NBD)
        .flatMap(nbd -> doors.reachesOthers(session, volume.host()))
        .map(reaches -> !reaches)
        .defaultIfEmpty(true);
  }

  Mono<Optional<String>> tiedTo(Transaction transaction, String instanceId) {
    return locked(transaction, instanceId)
        .doOnNext(VolumeSwaps::checkSettled)
        .concatMap(
            volume -> isTied(transaction, volume).flatMap(is -> Mono.justOrEmpty(host(volume, is))))
        .collectList()
        .map(hosts -> hosts.stream().findFirst());
  }

  private static Optional<String> host(Volume volume, boolean tied) {
    return Optional.of(volume.host()).filter(host -> tied);
  }

  /** Makes the change of each volume of the instance, and tells their hosts. */
  Mono<Void> change(Transaction transaction, String instanceId, Function<Volume, Volume> change) {
    return locked(transaction, instanceId)
        .concatMap(volume -> life.change(transaction, change.apply(volume)))
        .then();
  }

  private Flux<Volume> locked(Transaction transaction, String instanceId) {
    return volumes
        .lockOfInstance(transaction, instanceId)
        .collectList()
        .flatMapIterable(Function.identity());
  }

  /** What the compute service sees of attached volumes, by the doors that their instances use. */
  Flux<AttachedVolume> views(Session session, List<Volume> attached) {
    return views(session, attached, volume -> Optional.of(volume.door()));
  }

  /** Likewise by the doors of the hosts that the instances are being moved to. */
  Flux<AttachedVolume> viewsOfNext(Session session, List<Volume> attached) {
    return views(session, attached, volume -> volume.doors().next());
  }

  private Flux<AttachedVolume> views(
      Session session, List<Volume> attached, Function<Volume, Optional<Door>> door) {
    return Flux.fromStream(attached.stream().flatMap(volume -> far(volume, door.apply(volume))))
        .distinct()
        .concatMap(host -> doors.nbd(session, host).map(source -> Map.entry(host, source)))
        .collectMap(Map.Entry::getKey, Map.Entry::getValue)
        .flatMapIterable(
            sources ->
                attached.stream()
                    .flatMap(
                        volume ->
                            door.apply(volume).stream()
                                .flatMap(by -> view(volume, by, source(volume, by, sources))))
                    .toList());
  }

  private static Stream<String> far(Volume volume, Optional<Door> door) {
    return door.stream()
        .filter(by -> volume.attachment().flatMap(Attachment::iscsi).isEmpty())
        .filter(by -> !by.host().equals(volume.host()))
        .map(by -> volume.host());
  }

  private static Optional<NbdSource> source(
      Volume volume, Door door, Map<String, NbdSource> sources) {
    return far(volume, Optional.of(door))
        .findFirst()
        .map(
            host ->
                Optional.ofNullable(sources.get(host))
                    .orElseThrow(
                        () ->
                            ApiFault.unavailable(
                                "The host %s of volume %s does not say where it is opened."
                                    .formatted(host, volume.id()))));
  }

  private static Stream<AttachedVolume> view(Volume volume, Door door, Optional<NbdSource> source) {
    return volume.attachment().stream()
        .map(
            attachment ->
                new AttachedVolume(
                    attachment.holder().server().orElse(""),
                    volume.id().toString(),
                    volume.exportName(door),
                    attachment.iscsi(),
                    source,
                    attachment.holder().device(),
                    volume.root(),
                    attachment.ends(),
                    volume.isReadOnly(),
                    volume.isDetaching(),
                    attachment.instance().flatMap(Instance::replaces).map(UUID::toString),
                    volume.source() instanceof VolumeSource.Formatted how
                        ? Optional.of(how.format())
                        : Optional.empty()));
  }
}
