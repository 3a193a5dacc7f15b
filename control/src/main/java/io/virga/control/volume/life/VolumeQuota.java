package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.volume.model.OfType;
import io.virga.control.volume.store.TypeUsages;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What projects may have of volumes and snapshots, of all together and of each type. Of a type
 * nothing is counted: what there is, is looked up where a limit is set, behind the claim of all
 * types together, which keeps others of the project from adding to it.
 */
public final class VolumeQuota {

  private final Quota quota;
  private final TypeUsages usages;

  public VolumeQuota(Quota quota, TypeUsages usages) {
    this.quota = quota;
    this.usages = usages;
  }

  /** Claims amounts of volumes of a type; fails over limit. */
  Mono<Void> claim(
      Transaction transaction, String project, UUID typeId, Map<Resource, Long> amounts) {
    return quota
        .claim(transaction, project, amounts)
        .then(Mono.defer(() -> check(transaction, project, typeId, amounts)));
  }

  /** Fails over limit if there would be too much of the type; of all together it is claimed. */
  private Mono<Void> check(
      Transaction transaction, String project, UUID typeId, Map<Resource, Long> amounts) {
    return quota
        .usages(transaction, project)
        .filter(
            limits ->
                OfType.all(typeId, "").stream()
                    .anyMatch(counted -> limits.of(counted).limit() != Quota.UNLIMITED))
        .flatMap(limits -> usages.of(transaction, project, typeId))
        .flatMapMany(
            usage ->
                Flux.fromIterable(OfType.all(typeId, usage.typeName()))
                    .filter(counted -> amounts.containsKey(counted.resource()))
                    .concatMap(
                        counted ->
                            quota.check(
                                transaction,
                                project,
                                counted,
                                usage.of(counted),
                                amounts.getOrDefault(counted.resource(), 0L))))
        .then();
  }

  /** Fails over limit if the project may have no volume of the size. */
  Mono<Void> checkSize(Transaction transaction, String project, long gib) {
    return quota
        .usages(transaction, project)
        .map(all -> all.of(Resource.PER_VOLUME_GIGABYTES).limit())
        .filter(limit -> limit != Quota.UNLIMITED && gib > limit)
        .flatMap(
            limit ->
                Mono.error(
                    ApiFault.overLimit(
                        "Requested volume size %d is larger than maximum allowed limit %d."
                            .formatted(gib, limit))));
  }

  /** Fails over limit if there may be no such volume of another type. */
  Mono<Void> checkRetyped(
      Transaction transaction, String project, UUID typeId, Map<Resource, Long> amounts) {
    // Whoever adds volumes to the project waits for this row.
    return quota
        .count(transaction, project, Resource.VOLUMES, 0)
        .then(Mono.defer(() -> check(transaction, project, typeId, amounts)));
  }

  Mono<Void> release(Transaction transaction, String project, Map<Resource, Long> amounts) {
    return quota.release(transaction, project, amounts);
  }
}
