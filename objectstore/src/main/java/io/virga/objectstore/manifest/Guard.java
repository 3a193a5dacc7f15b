package io.virga.objectstore.manifest;

import io.virga.objectstore.record.ContainerPath;
import reactor.core.publisher.Mono;

/** Decides whether the segments that a client's manifest names may be read by who reads it. */
public interface Guard {

  /** Everything may be read. */
  Guard NONE = container -> Mono.empty();

  /** Fails if nothing in the container may be read. */
  Mono<Void> check(ContainerPath container);
}
