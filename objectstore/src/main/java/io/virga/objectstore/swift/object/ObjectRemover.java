package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.versions.LegacyVersions;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.time.InstantSource;
import reactor.core.publisher.Mono;

/** Deletes objects, whatever request names them. */
public final class ObjectRemover {

  private final ObjectStore store;
  private final LegacyVersions versions;
  private final Gate gate;
  private final InstantSource clock;

  public ObjectRemover(ObjectStore store, LegacyVersions versions, Gate gate, InstantSource clock) {
    this.store = store;
    this.versions = versions;
    this.gate = gate;
    this.clock = clock;
  }

  /** Deletes an object that may be deleted; 404 if it is not there. */
  Mono<ObjectRow> delete(ObjectPath path) {
    return store
        .container(path.containerPath())
        .map(found -> found.orElseThrow(SwiftError::notFound))
        .flatMap(container -> versions.delete(container, path, Expiry.present(clock)))
        .map(ObjectRemover::deleted);
  }

  private static ObjectRow deleted(Result<ObjectRow> result) {
    return switch (result) {
      case Result.Done<ObjectRow>(ObjectRow row) -> row;
      case Result.Refused<ObjectRow> refused -> throw SwiftError.notFound();
    };
  }

  /** Deletes an object if the caller may; the status that a request for it alone would have had. */
  public Mono<Integer> delete(Request request, Caller caller, ObjectPath path) {
    return Mono.defer(() -> gate.enter(request, caller, SwiftPath.of(path), true))
        .flatMap(grant -> delete(path))
        .map(row -> 204)
        .onErrorResume(SwiftError.class, error -> Mono.just(error.status()));
  }
}
