package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.volume.model.QosLimits;
import io.virga.control.volume.model.QosSpecs;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.model.VolumeType;
import io.virga.control.volume.store.QosStore;
import io.virga.control.volume.store.TypeStore;
import io.virga.control.volume.store.VolumeStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What limits types, and with them their volumes: a change is told to the hosts of all volumes that
 * it concerns in its own transaction. Locks are taken in the order QoS, types, volumes; whoever
 * makes a volume holds its type, so that none is left behind with other limits than its type's.
 */
public final class QosLife {

  private final QosStore qos;
  private final TypeStore types;
  private final VolumeStore volumes;
  private final VolumeLife life;

  public QosLife(QosStore qos, TypeStore types, VolumeStore volumes, VolumeLife life) {
    this.qos = qos;
    this.types = types;
    this.volumes = volumes;
    this.life = life;
  }

  /** Changes the specs, or whom they are said to be for; refuses what is no number. */
  public Mono<QosSpecs> change(Transaction transaction, UUID id, UnaryOperator<QosSpecs> change) {
    return qos.lock(transaction, id)
        .map(change)
        .flatMap(
            changed -> {
              QosLimits.check(changed.specs());
              return qos.update(transaction, changed)
                  .then(types.lockOfQos(transaction, id).collectList())
                  .then(
                      Mono.defer(
                          () ->
                              tell(
                                  transaction,
                                  volumes.lockOfQos(transaction, id),
                                  changed.specs())))
                  .thenReturn(changed);
            });
  }

  /** From now on the QoS limits the type's volumes; nothing if it did before. */
  public Mono<Void> associate(Transaction transaction, UUID id, UUID typeId) {
    return qos.lock(transaction, id)
        .flatMap(
            limiting ->
                types
                    .lock(transaction, typeId)
                    .flatMap(type -> associate(transaction, limiting, type)));
  }

  private Mono<Void> associate(Transaction transaction, QosSpecs limiting, VolumeType type) {
    if (type.qosId().filter(other -> !other.equals(limiting.id())).isPresent()) {
      return Mono.error(
          ApiFault.badRequest(
              "Type %s is already associated with another qos specs: %s"
                  .formatted(type.id(), type.qosId().get())));
    }
    return types
        .limitBy(transaction, type.id(), limiting.id())
        .then(Mono.defer(() -> tell(transaction, type, limiting.specs())));
  }

  /** From now on the QoS does not limit the type's volumes; nothing if it did not before. */
  public Mono<Void> disassociate(Transaction transaction, UUID id, UUID typeId) {
    return qos.lock(transaction, id)
        .then(Mono.defer(() -> types.lock(transaction, typeId)))
        .filter(type -> type.qosId().filter(id::equals).isPresent())
        .flatMap(type -> free(transaction, type));
  }

  /** From now on the QoS limits nothing. */
  public Mono<Void> disassociateAll(Transaction transaction, UUID id) {
    return qos.lock(transaction, id).then(Mono.defer(() -> freeAll(transaction, id)));
  }

  /**
   * Removes a QoS.
   *
   * @param force also one that limits types, which are not limited any more then
   */
  public Mono<Void> delete(Transaction transaction, UUID id, boolean force) {
    return qos.lock(transaction, id)
        .then(Mono.defer(() -> types.lockOfQos(transaction, id).collectList()))
        .flatMap(
            limited -> {
              if (!limited.isEmpty() && !force) {
                return Mono.error(
                    ApiFault.badRequest(
                        "QoS Specs %s is still associated with entities.".formatted(id)));
              }
              return freeAll(transaction, id);
            })
        .then(Mono.defer(() -> qos.delete(transaction, id)));
  }

  private Mono<Void> freeAll(Transaction transaction, UUID id) {
    return types
        .lockOfQos(transaction, id)
        .collectList()
        .flatMapIterable(limited -> limited)
        .concatMap(type -> free(transaction, type))
        .then();
  }

  private Mono<Void> free(Transaction transaction, VolumeType type) {
    return types
        .unlimit(transaction, type.id())
        .then(Mono.defer(() -> tell(transaction, type, Map.of())));
  }

  private Mono<Void> tell(Transaction transaction, VolumeType type, Map<String, String> specs) {
    return tell(transaction, volumes.lockOfType(transaction, type.id()), specs);
  }

  private Mono<Void> tell(
      Transaction transaction, Flux<Volume> limited, Map<String, String> specs) {
    return limited
        .collectList()
        .flatMapIterable(found -> found)
        .concatMapIterable(volume -> limited(volume, specs))
        .concatMap(volume -> life.change(transaction, volume))
        .then();
  }

  private static List<Volume> limited(Volume volume, Map<String, String> specs) {
    return volume.traits().type().stream()
        .filter(type -> !type.qos().equals(specs))
        .map(type -> volume.retyped(new Volume.Type(type.id(), type.name(), specs)))
        .toList();
  }
}
