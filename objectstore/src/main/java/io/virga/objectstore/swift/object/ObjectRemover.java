package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.versions.LegacyVersions;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import io.virga.objectstore.versions.Detaching;
import io.virga.objectstore.versions.VersionId;
import io.virga.objectstore.versions.Versioning;
import io.virga.objectstore.versions.Versions;
import java.time.InstantSource;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Deletes objects, whatever request names them. */
public final class ObjectRemover {

  private final ObjectStore store;
  private final LegacyVersions legacy;
  private final Versions versions;
  private final Detaching detaching;
  private final Gate gate;
  private final InstantSource clock;

  public ObjectRemover(
      ObjectStore store, LegacyVersions legacy, Versions versions, Gate gate, InstantSource clock) {
    this.store = store;
    this.legacy = legacy;
    this.versions = versions;
    this.detaching = new Detaching(store, versions);
    this.gate = gate;
    this.clock = clock;
  }

  /** Deletes an object that may be deleted; 404 if it is not there. */
  Mono<Versions.Version> delete(ObjectPath path) {
    return store
        .container(path.containerPath())
        .map(found -> found.orElseThrow(SwiftError::notFound))
        .flatMap(container -> delete(container, path))
        .map(ObjectRemover::deleted);
  }

  private Mono<Result<Versions.Version>> delete(ContainerRow container, ObjectPath path) {
    Condition present = Expiry.present(clock);
    return switch (Versioning.of(container)) {
      case ENABLED ->
          versions
              .delete(new Versions.Target(path, Versioning.ENABLED, present))
              .flatMap(result -> markAbsent(path, result));
      case SUSPENDED -> detaching.delete(path, present);
      case OFF ->
          legacy
              .delete(container, path, present)
              .map(
                  result ->
                      switch (result) {
                        case Result.Done<ObjectRow>(ObjectRow row) ->
                            new Result.Done<>(new Versions.Version(row, Optional.empty()));
                        case Result.Refused<ObjectRow>(Result.Refusal refusal) ->
                            Result.refused(refusal);
                      });
    };
  }

  /** A deletion of what is not there is noted too, though the reply is 404. */
  private Mono<Result<Versions.Version>> markAbsent(
      ObjectPath path, Result<Versions.Version> result) {
    return result.equals(Result.refused(Result.Refusal.CONDITION_FAILED))
        ? versions
            .delete(new Versions.Target(path, Versioning.ENABLED, Condition.ABSENT))
            .map(
                marked -> {
                  SwiftError notFound = SwiftError.notFound();
                  if (marked instanceof Result.Done<Versions.Version>(Versions.Version mark)) {
                    mark.id().ifPresent(id -> notFound.with(ObjectReplies.VERSION_ID, id.text()));
                  }
                  throw notFound;
                })
        : Mono.just(result);
  }

  private static Versions.Version deleted(Result<Versions.Version> result) {
    return switch (result) {
      case Result.Done<Versions.Version>(Versions.Version version) -> version;
      case Result.Refused<Versions.Version> refused -> throw SwiftError.notFound();
    };
  }

  /**
   * Deletes one version for good; the mark of a deletion too. Where there is none that has no id,
   * {@code null} means the object, which then is not there, whatever versions it has.
   */
  Mono<Versions.Version> deleteVersion(ObjectPath path, String id) {
    return store
        .container(path.containerPath())
        .map(found -> found.orElseThrow(SwiftError::notFound))
        .flatMap(
            container ->
                Versioning.of(container) == Versioning.OFF
                    ? unversioned(container, path, id)
                    : detaching
                        .deleteVersion(path, id)
                        .flatMap(
                            result ->
                                id.equals(VersionId.NULL) && result instanceof Result.Refused<?>
                                    ? detaching.delete(path, Expiry.present(clock))
                                    : Mono.just(result)))
        .map(ObjectRemover::deleted);
  }

  private Mono<Result<Versions.Version>> unversioned(
      ContainerRow container, ObjectPath path, String id) {
    if (!id.equals(VersionId.NULL)) {
      throw SwiftError.badRequest(
          "version-aware operations require that the container is versioned");
    }
    return delete(container, path);
  }

  /** Deletes an object if the caller may; the status that a request for it alone would have had. */
  public Mono<Integer> delete(Request request, Caller caller, ObjectPath path) {
    return Mono.defer(() -> gate.enter(request, caller, SwiftPath.of(path), true))
        .flatMap(grant -> delete(path))
        .map(row -> 204)
        .onErrorResume(SwiftError.class, error -> Mono.just(error.status()));
  }
}
