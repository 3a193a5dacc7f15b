package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.Act;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.compute.store.ServerStore;
import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.http.ApiRequest;
import io.virga.control.tenancy.Viewer;
import java.util.UUID;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** The server that a request names by {@code {id}}: finds it, and does things to it. */
record Servers(Database database, ServerStore store, ServerLife life) {

  /** Makes the changed server of the one that is there, in the transaction of the change. */
  @FunctionalInterface
  interface Change {
    Mono<Server> of(Transaction transaction, Server server);
  }

  Mono<Server> find(ApiRequest request) {
    return store.find(database, Viewer.of(request.caller()), id(request));
  }

  /** As {@link ServerLife#act}, in a transaction of its own. */
  Mono<Server> act(ApiRequest request, Act act, UnaryOperator<Server> change) {
    return act(
        request, act, (transaction, server) -> Mono.fromSupplier(() -> change.apply(server)));
  }

  Mono<Server> act(ApiRequest request, Act act, Change change) {
    UUID id = id(request);
    return database.inTransaction(
        transaction ->
            life.act(
                transaction, actor(request), id, act, server -> change.of(transaction, server)));
  }

  /** As {@link ServerLife#delete}, in a transaction of its own. */
  Mono<Void> delete(ApiRequest request) {
    UUID id = id(request);
    return database.inTransaction(transaction -> life.delete(transaction, actor(request), id));
  }

  static ServerLife.Actor actor(ApiRequest request) {
    return new ServerLife.Actor(request.caller(), request.requestId());
  }

  static UUID id(ApiRequest request) {
    return request.id("id", "Instance");
  }
}
