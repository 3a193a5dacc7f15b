package io.virga.objectstore.manifest;

import io.virga.objectstore.record.ContainerPath;
import reactor.core.publisher.Mono;

/** Decides whether the segments that a client's manifest names may be read by who reads it. */
public interface Guard {

  /** Everything may be read. */
  Guard NONE = (container, listed) -> Mono.empty();

  /**
   * Fails if nothing in the container may be read.
   *
   * @param listed whether the segments are found by a listing of it, and not named one by one
   */
  Mono<Void> check(ContainerPath container, boolean listed);
}
