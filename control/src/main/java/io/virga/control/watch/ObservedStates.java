package io.virga.control.watch;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The intake of observed state: gives each report to the handlers of its kind, in order, each in a
 * transaction of its own, so that one bad report spoils no other.
 */
public final class ObservedStates {

  /** The most that one batch may hold. */
  public static final int MAX_BATCH = 1000;

  private static final Logger log = LoggerFactory.getLogger(ObservedStates.class);

  private final Database database;
  private final Map<String, List<ObservedHandler>> handlers;

  public ObservedStates(Database database, List<ObservedHandler> handlers) {
    this.database = database;
    this.handlers = handlers.stream().collect(Collectors.groupingBy(ObservedHandler::kind));
  }

  /**
   * Completes when all have been taken in. Fails only if the database is away, so that the batch is
   * sent again; a report that its handler chokes on is logged and passed over, or it would hold
   * back all that its agent reports after it.
   */
  public Mono<Void> take(PeerIdentity agent, List<ObservedState> batch) {
    return Flux.fromIterable(batch)
        .concatMap(
            state ->
                take(agent, state)
                    .onErrorResume(
                        e -> !isOutage(e),
                        e -> {
                          log.error("{} {} of {} not taken in", state.kind(), state.id(), agent, e);
                          return Mono.empty();
                        }))
        .then();
  }

  private static boolean isOutage(Throwable error) {
    return error instanceof ApiFault fault && fault.kind() == FaultKind.UNAVAILABLE;
  }

  private Mono<Void> take(PeerIdentity agent, ObservedState state) {
    List<ObservedHandler> known = handlers.getOrDefault(state.kind(), List.of());
    if (known.isEmpty()) {
      log.debug("{} reports a {}, which nobody takes in", agent, state.kind());
    }
    return Flux.fromIterable(known)
        .concatMap(handler -> database.inTransaction(tx -> handler.observed(tx, agent, state)))
        .then();
  }
}
