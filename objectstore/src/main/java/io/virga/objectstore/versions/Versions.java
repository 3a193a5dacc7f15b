package io.virga.objectstore.versions;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Received;
import io.virga.objectstore.store.Result;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes and finds objects, with or without versions as their container wants it. */
public final class Versions {

  private static final int FIND_RETRIES = 3;

  private final ObjectStore store;
  private final InstantSource clock;
  private final VersionLinks links;
  private final Adoption adoption;
  private final AtomicLong ties = new AtomicLong(new SplittableRandom().nextLong());

  public Versions(ObjectStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    this.links = new VersionLinks(store);
    this.adoption = new Adoption(store, links);
  }

  /**
   * Where to write.
   *
   * @param condition of the object that is current
   */
  public record Target(ObjectPath path, Versioning versioning, Condition condition) {}

  /**
   * What to write.
   *
   * @param object made when the bytes have come
   */
  public record Source(
      OptionalLong length, Flux<ByteBuf> body, Function<Received, NewObject> object) {}

  /**
   * An object that is there.
   *
   * @param row of the version itself, not of a link to it
   * @param id empty for an object that has no versions
   */
  public record Version(ObjectRow row, Optional<VersionId> id) {

    static Version of(ObjectRow row) {
      return new Version(row, VersionName.idOf(row.path()));
    }

    /** Whether it only says that the object was deleted. */
    public boolean isMarker() {
      return VersionLinks.isMarker(row);
    }
  }

  /** Writes an object, which is the current one from then on. */
  public Mono<Result<Version>> put(Target target, Source source) {
    if (target.versioning() == Versioning.OFF) {
      return receive(target.path(), source, target.condition()).map(r -> map(r, Version::of));
    }
    return store
        .object(target.path())
        .flatMap(
            current ->
                target.condition().holds(current)
                    ? begin(target).flatMap(id -> put(target, source, id))
                    : Mono.just(Result.refused(Result.Refusal.CONDITION_FAILED)));
  }

  private Mono<Result<Version>> put(Target target, Source source, VersionId id) {
    return receive(VersionName.path(target.path(), id), source, Condition.NONE)
        .flatMap(written -> makeCurrent(target, id, written));
  }

  private Mono<Result<ObjectRow>> receive(ObjectPath path, Source source, Condition condition) {
    return store.receive(
        path,
        source.length(),
        source.body(),
        received ->
            store.put(path, source.object().apply(received), received.content(), condition));
  }

  /** Keeps what is there as a version, and gives the id of the next. */
  private Mono<VersionId> begin(Target target) {
    ContainerPath hidden = VersionName.hidden(target.path().containerPath());
    return store
        .container(hidden)
        .flatMap(
            row ->
                row.isPresent()
                    ? Mono.just(true)
                    : store.putHidden(hidden, target.path().containerPath()))
        .then(Mono.defer(() -> adoption.adopt(target.path())))
        .then(Mono.defer(() -> links.newest(target.path())))
        .map(newest -> next(newest, target.versioning()));
  }

  private VersionId next(Optional<VersionLinks.Newest> newest, Versioning versioning) {
    long now = Timestamp.of(clock.instant()).micros();
    long after = newest.map(n -> n.id().micros() + 1).orElse(0L);
    boolean isNull = versioning == Versioning.SUSPENDED;
    return new VersionId(Math.max(now, after), (int) ties.incrementAndGet(), isNull);
  }

  private Mono<Result<Version>> makeCurrent(
      Target target, VersionId id, Result<ObjectRow> written) {
    if (!(written instanceof Result.Done<ObjectRow>(ObjectRow row))) {
      return Mono.just(map(written, Version::of));
    }
    Condition condition = existing -> target.condition().holds(existing) && !isNewer(existing, id);
    return links
        .link(target.path(), row, id, Map.of(), condition)
        .flatMap(
            linked -> {
              if (linked instanceof Result.Refused<ObjectRow>(Result.Refusal refusal)
                  && (refusal != Result.Refusal.CONDITION_FAILED
                      || target.condition() != Condition.NONE)) {
                return store
                    .delete(row.path(), Condition.NONE)
                    .thenReturn(Result.<Version>refused(refusal));
              }
              return links
                  .sync(target.path())
                  .then(Mono.defer(() -> adoption.keepOneNull(target.path(), id)))
                  .thenReturn(new Result.Done<>(Version.of(row)));
            });
  }

  private static boolean isNewer(Optional<ObjectRow> existing, VersionId id) {
    return existing
        .flatMap(VersionLinks::linked)
        .filter(other -> other.isNewerThan(id))
        .isPresent();
  }

  /** Deletes the object; where versions are kept, by putting the mark of a deletion before them. */
  public Mono<Result<Version>> delete(Target target) {
    ObjectPath plain = target.path();
    if (target.versioning() == Versioning.OFF) {
      return store.delete(plain, target.condition()).map(r -> map(r, Version::of));
    }
    return store
        .object(plain)
        .flatMap(
            current ->
                target.condition().holds(current)
                    ? begin(target).flatMap(id -> mark(plain, id))
                    : Mono.just(Result.refused(Result.Refusal.CONDITION_FAILED)));
  }

  private Mono<Result<Version>> mark(ObjectPath plain, VersionId id) {
    Source nothing =
        new Source(
            OptionalLong.of(0),
            Flux.empty(),
            received -> NewObject.of(received, VersionLinks.DELETED, Map.of()));
    return receive(VersionName.path(plain, id), nothing, Condition.NONE)
        .flatMap(
            written ->
                links
                    .sync(plain)
                    .then(Mono.defer(() -> adoption.keepOneNull(plain, id)))
                    .thenReturn(map(written, Version::of)));
  }

  /**
   * Deletes a version for good. The result is what was deleted, or that it was not there.
   *
   * @param condition of that version
   */
  public Mono<Result<Version>> deleteVersion(ObjectPath plain, String id, Condition condition) {
    return find(plain, id)
        .flatMap(
            found ->
                found
                    .map(version -> store.delete(version.row().path(), condition))
                    .orElseGet(() -> Mono.just(Result.refused(Result.Refusal.NO_OBJECT))))
        .flatMap(deleted -> links.follow(plain).thenReturn(map(deleted, Version::of)));
  }

  /** Makes a version the current one as it is; empty if it is not there or marks a deletion. */
  public Mono<Optional<Version>> restore(ObjectPath plain, String id) {
    return find(plain, id)
        .flatMap(
            found -> {
              Optional<Version> version = found.filter(v -> !v.isMarker());
              return version.flatMap(Version::id).isEmpty()
                  ? Mono.just(Optional.<Version>empty())
                  : links
                      .link(
                          plain,
                          version.get().row(),
                          version.get().id().get(),
                          Map.of(),
                          Condition.NONE)
                      .thenReturn(version);
            });
  }

  /** The current version, if there is an object. */
  public Mono<Optional<Version>> find(ObjectPath plain) {
    return find(plain, FIND_RETRIES);
  }

  private Mono<Optional<Version>> find(ObjectPath plain, int retries) {
    return store
        .object(plain)
        .flatMap(
            row -> {
              Optional<ObjectPath> target = row.flatMap(VersionLinks::target);
              if (target.isEmpty()) {
                return Mono.just(row.map(Version::of));
              }
              return store
                  .object(target.get())
                  .flatMap(
                      version ->
                          version.isPresent() || retries == 0
                              ? Mono.just(version.map(Version::of))
                              : links.sync(plain).then(find(plain, retries - 1)));
            });
  }

  /** A version, which may be the mark of a deletion. */
  public Mono<Optional<Version>> find(ObjectPath plain, String id) {
    if (!id.equals(VersionId.NULL)) {
      return VersionId.parse(id)
          .map(known -> store.object(VersionName.path(plain, known)))
          .orElseGet(() -> Mono.just(Optional.empty()))
          .map(row -> row.map(Version::of));
    }
    return store
        .object(plain)
        .flatMap(
            row -> {
              if (row.isPresent() && VersionLinks.linked(row.get()).isEmpty()) {
                return Mono.just(row.map(Version::of));
              }
              return links
                  .nullVersions(plain)
                  .flatMap(
                      ids ->
                          ids.isEmpty()
                              ? Mono.just(Optional.<ObjectRow>empty())
                              : store.object(VersionName.path(plain, ids.getFirst())))
                  .map(found -> found.map(Version::of));
            });
  }

  /** What is newest of an object that is not there: the mark of its deletion, if there is one. */
  public Mono<Optional<Version>> findMarker(ObjectPath plain) {
    return links
        .newest(plain)
        .flatMap(
            newest ->
                newest
                    .filter(VersionLinks.Newest::marker)
                    .map(marker -> store.object(VersionName.path(plain, marker.id())))
                    .orElseGet(() -> Mono.just(Optional.empty())))
        .map(row -> row.map(Version::of));
  }

  /** How many bytes the versions of a container's objects are, the current ones too. */
  public static Mono<Long> bytes(ObjectStore store, ContainerRow container) {
    return Versioning.of(container) == Versioning.OFF
        ? Mono.just(0L)
        : store
            .container(VersionName.hidden(container.path()))
            .map(hidden -> hidden.map(ContainerRow::bytesUsed).orElse(0L));
  }

  /** Deletes the container of versions, which must be empty; there may be none. */
  public Mono<Result<Boolean>> deleteContainer(ContainerPath container) {
    return store.deleteContainer(VersionName.hidden(container));
  }

  private static <A, B> Result<B> map(Result<A> result, Function<A, B> function) {
    return switch (result) {
      case Result.Done<A>(A value) -> new Result.Done<>(function.apply(value));
      case Result.Refused<A>(Result.Refusal refusal) -> Result.refused(refusal);
    };
  }
}
