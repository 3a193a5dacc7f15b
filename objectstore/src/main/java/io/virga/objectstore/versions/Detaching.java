package io.virga.objectstore.versions;

import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Deletes as Swift does, where S3 would make the version before the current one: the object is not
 * there from then on, though it has other versions. The link goes first, so that a cut deletion
 * leaves no link that leads nowhere.
 */
public final class Detaching {

  private final ObjectStore store;
  private final Versions versions;

  public Detaching(ObjectStore store, Versions versions) {
    this.store = store;
    this.versions = versions;
  }

  /** Deletes a version for good; no other takes its place. */
  public Mono<Result<Versions.Version>> deleteVersion(ObjectPath plain, String id) {
    return versions
        .find(plain, id)
        .flatMap(
            found ->
                found
                    .map(version -> delete(plain, version))
                    .orElseGet(() -> Mono.just(Result.refused(Result.Refusal.NO_OBJECT))));
  }

  private Mono<Result<Versions.Version>> delete(ObjectPath plain, Versions.Version version) {
    Condition current =
        existing ->
            existing
                .flatMap(VersionLinks::linked)
                .filter(linked -> version.id().equals(Optional.of(linked)))
                .isPresent();
    return store
        .delete(plain, current)
        .then(store.delete(version.row().path(), Condition.NONE))
        .map(deleted -> result(deleted, version));
  }

  /**
   * Takes the object away and keeps its versions; a null version goes with it.
   *
   * @param condition of the object that is current
   */
  public Mono<Result<Versions.Version>> delete(ObjectPath plain, Condition condition) {
    return store
        .object(plain)
        .flatMap(
            current -> {
              if (current.isEmpty() || !condition.holds(current)) {
                return Mono.just(Result.<Versions.Version>refused(Result.Refusal.NO_OBJECT));
              }
              Versions.Version gone = new Versions.Version(current.get(), Optional.empty());
              Optional<ObjectPath> replaced =
                  VersionLinks.linked(current.get())
                      .filter(VersionId::isNull)
                      .flatMap(id -> VersionLinks.target(current.get()));
              return store
                  .delete(plain, condition)
                  .flatMap(
                      deleted ->
                          replaced
                              .map(path -> store.delete(path, Condition.NONE).thenReturn(deleted))
                              .orElseGet(() -> Mono.just(deleted)))
                  .map(deleted -> result(deleted, gone));
            });
  }

  private static Result<Versions.Version> result(
      Result<ObjectRow> deleted, Versions.Version version) {
    return switch (deleted) {
      case Result.Done<ObjectRow> done -> new Result.Done<>(version);
      case Result.Refused<ObjectRow>(Result.Refusal refusal) -> Result.refused(refusal);
    };
  }
}
