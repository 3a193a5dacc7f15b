package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.store.AvailabilityStore;
import io.virga.control.network.store.AvailabilityStore.Availability;
import io.virga.control.network.store.AvailabilityStore.Used;
import io.virga.control.policy.Rule;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.0/network-ip-availabilities}. */
public final class IpAvailabilityRoutes {

  private final Database database;
  private final AvailabilityStore availabilities = new AvailabilityStore();

  public IpAvailabilityRoutes(Database database) {
    this.database = database;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2.0/network-ip-availabilities", Rule.ADMIN, this::list),
        Route.get("/v2.0/network-ip-availabilities/{id}", Rule.ADMIN, this::show));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Optional<Integer> version =
        request.query("ip_version").filter(text -> text.matches("[46]")).map(Integer::valueOf);
    return Listing.reply(
        request,
        "network_ip_availabilities",
        availabilities
            .list(database, Optional.empty())
            .map(availability -> view(availability, version)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    UUID id = request.id("id", "Network");
    return availabilities
        .list(database, Optional.of(id))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Network", id.toString())))
        .flatMap(
            availability ->
                Replies.ok(
                    View.of("network_ip_availability", view(availability, Optional.empty()))));
  }

  private static View view(Availability availability, Optional<Integer> version) {
    List<Used> subnets =
        availability.subnets().stream()
            .filter(subnet -> version.map(v -> v == subnet.ipVersion()).orElse(true))
            .toList();
    return View.of("network_id", availability.networkId())
        .with("network_name", availability.name())
        .with("tenant_id", availability.projectId())
        .with("project_id", availability.projectId())
        .with(
            "total_ips", subnets.stream().map(Used::total).reduce(BigInteger.ZERO, BigInteger::add))
        .with("used_ips", subnets.stream().mapToLong(Used::used).sum())
        .with("subnet_ip_availability", subnets.stream().map(IpAvailabilityRoutes::view).toList());
  }

  private static View view(Used subnet) {
    return View.of("subnet_id", subnet.subnetId())
        .with("subnet_name", subnet.name())
        .with("cidr", subnet.cidr())
        .with("ip_version", subnet.ipVersion())
        .with("total_ips", subnet.total())
        .with("used_ips", subnet.used());
  }
}
