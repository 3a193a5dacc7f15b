package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.FloatingIp;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.router.FloatingIps;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** {@code /v2.0/floatingips}. */
public final class FloatingIpRoutes implements Lifecycle {

  private final Database database;
  private final HostViews hosts;
  private final FloatingIpStore floatingIps;
  private final FloatingIps life;

  public FloatingIpRoutes(
      Database database, HostViews hosts, FloatingIpStore floatingIps, FloatingIps life) {
    this.database = database;
    this.hosts = hosts;
    this.floatingIps = floatingIps;
    this.life = life;
  }

  public List<Route> routes() {
    return new CollectionRoutes<>(
            database, hosts, FloatingIpAttributes.type(floatingIps.rows()), this)
        .routes();
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    return life.create(
            transaction, Viewer.of(request.caller()), FloatingIpBodies.read(request, body))
        .map(FloatingIp::id);
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    Viewer viewer = Viewer.of(request.caller());
    return life.lock(transaction, viewer, id)
        .flatMap(before -> write(transaction, viewer, body, before))
        .then();
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return life.lock(transaction, Viewer.of(request.caller()), id)
        .flatMap(floatingIp -> life.delete(transaction, floatingIp));
  }

  private Mono<FloatingIp> write(
      Transaction transaction, Viewer viewer, JsonBody body, FloatingIp before) {
    Mono<FloatingIp> described =
        body.optionalText("description", Fields.NAME_LENGTH)
            .map(text -> life.describe(transaction, before, text))
            .orElseGet(() -> Mono.just(before));
    return body.has("port_id")
        ? described.flatMap(
            after -> life.associate(transaction, viewer, after, FloatingIpBodies.association(body)))
        : described;
  }
}
