package io.virga.control.network;

import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.network.store.PortStore;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import reactor.core.publisher.Mono;

/** Notes which ports a host has wired: a port's status is ACTIVE once its flows are in place. */
final class PortReports implements ObservedHandler {

  private final PortStore ports;

  PortReports(PortStore ports) {
    this.ports = ports;
  }

  @Override
  public String kind() {
    return Kind.PORT.wireName();
  }

  @Override
  public Mono<Void> observed(Transaction transaction, PeerIdentity agent, ObservedState state) {
    boolean wired = Boolean.parseBoolean(state.details().getOrDefault("wired", "false"));
    return Mono.justOrEmpty(Ids.parse(state.id()))
        .flatMap(id -> ports.setWired(transaction, id, agent.host(), wired));
  }
}
