package io.virga.dataplane.operations;

/** Looks at a part. Called on an event loop at each {@code GET /health}, so it must not block. */
@FunctionalInterface
public interface HealthCheck {

  Health check();
}
