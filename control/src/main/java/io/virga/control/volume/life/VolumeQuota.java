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
        .then(Mono.defer(() -> quota.usages(transaction, project)))
        .flatMap(limits -> check(transaction, project, typeId, amounts, limits));
  }

  /** Likewise for a volume that then has the size, if the project may have such a one. */
  Mono<Void> claimOfSize(
      Transaction transaction, String project, UUID typeId, Map<Resource, Long> amounts, long gib) {
    return quota
        .claim(transaction, project, amounts)
        .then(Mono.defer(() -> quota.usages(transaction, project)))
        .doOnNext(limits -> checkSize(limits, gib))
        .flatMap(limits -> check(transaction, project, typeId, amounts, limits));
  }

  /** Fails over limit if there would be too much of the type; of all together it is claimed. */
  private Mono<Void> check(
      Transaction transaction,
      String project,
      UUID typeId,
      Map<Resource, Long> amounts,
      Quota.Usages limits) {
    boolean unlimited =
        OfType.all(typeId, "").stream()
            .allMatch(counted -> limits.of(counted).limit() == Quota.UNLIMITED);
    return unlimited
        ? Mono.empty()
        : usages
            .of(transaction, project, typeId)
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

  private static void checkSize(Quota.Usages limits, long gib) {
    long limit = limits.of(Resource.PER_VOLUME_GIGABYTES).limit();
    if (limit != Quota.UNLIMITED && gib > limit) {
      throw ApiFault.overLimit(
          "Requested volume size %d is larger than maximum allowed limit %d."
              .formatted(gib, limit));
    }
  }

  /** Fails over limit if there may be no such volume of another type. */
  Mono<Void> checkRetyped(
      Transaction transaction, String project, UUID typeId, Map<Resource, Long> amounts) {
    // Whoever adds volumes to the project waits for this row.
    return quota
        .count(transaction, project, Resource.VOLUMES, 0)
        .then(Mono.defer(() -> quota.usages(transaction, project)))
        .flatMap(limits -> check(transaction, project, typeId, amounts, limits));
  }

  Mono<Void> release(Transaction transaction, String project, Map<Resource, Long> amounts) {
    return quota.release(transaction, project, amounts);
  }
}
