package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/types}: there is one. */
final class TypeRoutes {

  /** The id of the one type. */
  static final String ID = "6f3a2c7e-0b1d-4a55-9a34-2d1c5b7e9f01";

  private TypeRoutes() {}

  static List<Route> routes() {
    return List.of(
        Projects.get("/types", Rule.READER, request -> list()),
        Projects.get("/types/{id}", Rule.READER, TypeRoutes::show),
        Projects.get("/types/{id}/extra_specs", Rule.READER, TypeRoutes::extraSpecs));
  }

  private static Mono<ServerResponse> list() {
    return Replies.ok(View.of("volume_types", List.of(type())));
  }

  /** {@code default} stands for the one that a volume gets that asks for none. */
  private static Mono<ServerResponse> show(ApiRequest request) {
    check(request);
    return Replies.ok(View.of("volume_type", type()));
  }

  private static Mono<ServerResponse> extraSpecs(ApiRequest request) {
    check(request);
    return Replies.ok(View.of("extra_specs", Map.of()));
  }

  private static void check(ApiRequest request) {
    String id = request.path("id");
    if (!id.equals(ID) && !id.equals("default")) {
      throw ApiFault.notFound("Volume type", id);
    }
  }

  private static View type() {
    return View.of("id", ID)
        .with("name", VolumeBodies.TYPE)
        .with("description", "Thin volumes of Virga's block store")
        .with("is_public", true)
        .with("os-volume-type-access:is_public", true)
        .with("extra_specs", Map.of())
        .with("qos_specs_id", Optional.empty());
  }
}
