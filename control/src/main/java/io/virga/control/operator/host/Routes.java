package io.virga.control.operator.host;

import io.virga.control.network.address.IpPrefix;
import io.virga.dataplane.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The IPv4 routes of this machine ({@code ip -json route}, table {@code main}). */
public record Routes(List<Route> all) {

  /**
   * A route that is not the default one.
   *
   * @param device the interface; empty where the route has none
   */
  public record Route(String destination, String device) {

    @Override
    public String toString() {
      return destination + (device.isEmpty() ? "" : " on " + device);
    }
  }

  private static final String DEFAULT = "default";

  public Routes {
    all = List.copyOf(all);
  }

  /** Those of now. Blocks. */
  public static Routes now() {
    return of(Programs.run(List.of("ip", "-json", "-4", "route", "show")));
  }

  static Routes of(String json) {
    List<Route> routes = new ArrayList<>();
    for (JsonNode route : Json.mapper().readTree(json.isBlank() ? "[]" : json)) {
      routes.add(new Route(route.path("dst").asString(DEFAULT), route.path("dev").asString("")));
    }
    return new Routes(routes);
  }

  /** A route to any part of the range that has another interface than those that are our own. */
  public Optional<Route> through(IpPrefix range, String... own) {
    List<String> ours = List.of(own);
    return all.stream()
        .filter(route -> !route.destination().equals(DEFAULT) && !ours.contains(route.device()))
        .filter(route -> IpPrefix.parse(route.destination()).filter(range::overlaps).isPresent())
        .findFirst();
  }

  /** The interfaces by which everything else is reached. */
  public List<String> uplinks() {
    return all.stream()
        .filter(route -> route.destination().equals(DEFAULT) && !route.device().isEmpty())
        .map(Route::device)
        .distinct()
        .toList();
  }
}
