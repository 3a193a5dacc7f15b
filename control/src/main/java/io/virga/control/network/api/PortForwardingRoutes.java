package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.model.PortForwarding;
import io.virga.control.network.router.FloatingIps;
import io.virga.control.network.router.PortForwardings;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2.0/floatingips/{id}/port_forwardings}. */
public final class PortForwardingRoutes {

  private static final String ALL = "/v2.0/floatingips/{floatingip}/port_forwardings";
  private static final String ONE = ALL + "/{id}";

  private final Database database;
  private final FloatingIpStore floatingIps;
  private final FloatingIps life;
  private final PortForwardings forwardings;

  public PortForwardingRoutes(
      Database database,
      FloatingIpStore floatingIps,
      FloatingIps life,
      PortForwardings forwardings) {
    this.database = database;
    this.floatingIps = floatingIps;
    this.life = life;
    this.forwardings = forwardings;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, Rule.READER, this::list),
        Route.post(ALL, Rule.MEMBER, this::create),
        Route.get(ONE, Rule.READER, this::show),
        Route.put(ONE, Rule.MEMBER, this::update),
        Route.delete(ONE, Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return floatingIps
        .find(database, viewer(request), floatingIp(request))
        .flatMap(
            of ->
                Listing.reply(
                    request,
                    "port_forwardings",
                    Flux.fromIterable(of.forwardings()).map(RouterViews::forwarding)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return floatingIps
        .find(database, viewer(request), floatingIp(request))
        .map(of -> PortForwardings.find(of, request.id("id", "PortForwarding")))
        .flatMap(forwarding -> Replies.ok(view(forwarding)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    UUID id = floatingIp(request);
    return request
        .json()
        .map(
            body ->
                FloatingIpBodies.forwarding(body.object("port_forwarding"), id, Optional.empty()))
        .flatMap(
            wanted ->
                database.inTransaction(
                    tx ->
                        life.lock(tx, viewer(request), id)
                            .flatMap(of -> forwardings.save(tx, viewer(request), of, wanted))))
        .flatMap(made -> Replies.created(view(made)));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    UUID id = request.id("id", "PortForwarding");
    return request
        .json()
        .map(body -> body.object("port_forwarding"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        life.lock(tx, viewer(request), floatingIp(request))
                            .flatMap(
                                of ->
                                    forwardings.save(
                                        tx,
                                        viewer(request),
                                        of,
                                        FloatingIpBodies.forwarding(
                                            body,
                                            of.id(),
                                            Optional.of(PortForwardings.find(of, id)))))))
        .flatMap(written -> Replies.ok(view(written)));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "PortForwarding");
    return database
        .inTransaction(
            tx ->
                life.lock(tx, viewer(request), floatingIp(request))
                    .flatMap(of -> forwardings.delete(tx, of, id)))
        .then(Replies.noContent());
  }

  private static UUID floatingIp(ApiRequest request) {
    return request.id("floatingip", "FloatingIP");
  }

  private static Viewer viewer(ApiRequest request) {
    return Viewer.of(request.caller());
  }

  private static View view(PortForwarding forwarding) {
    return View.of("port_forwarding", RouterViews.forwarding(forwarding));
  }
}
