package io.virga.control.network;

import io.virga.control.database.Transaction;
import io.virga.control.network.desired.NetworkHosts;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import reactor.core.publisher.Mono;

/** Tells other hosts at once when a network agent has said something new of its own. */
final class NetworkHostReports implements ObservedHandler {

  private final NetworkHosts hosts;

  NetworkHostReports(NetworkHosts hosts) {
    this.hosts = hosts;
  }

  @Override
  public String kind() {
    return "host";
  }

  @Override
  public Mono<Void> observed(Transaction transaction, PeerIdentity agent, ObservedState state) {
    return agent.service().equals("netagent") ? hosts.update(transaction) : Mono.empty();
  }
}
