package io.virga.control.http;

import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Answers one route. Runs on an event loop: never blocks. Fails, by throwing or by the Mono, with
 * an {@link io.virga.control.fault.ApiFault}; anything else is told to the client as an internal
 * error.
 */
@FunctionalInterface
public interface Handler {

  Mono<ServerResponse> handle(ApiRequest request);
}
