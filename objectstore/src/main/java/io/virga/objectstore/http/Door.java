package io.virga.objectstore.http;

import reactor.core.publisher.Mono;

/** An API: answers every request that is its, errors too. */
public interface Door {

  /** Whether the request is for this API. */
  boolean isFor(Request request);

  /** The name of the API and the operation, for metrics; one of few. */
  String operation(Request request);

  /** The reply; never fails for what a client did. */
  Mono<Reply> answer(Request request);
}
