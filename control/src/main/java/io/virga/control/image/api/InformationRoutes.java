package io.virga.control.image.api;

import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.image.model.Member;
import io.virga.control.policy.Rule;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What the service says of itself: versions and schemas. */
public final class InformationRoutes {

  /** 2.15 tells administrators of stores; 2.14 and 2.16 are of a cache that is not here. */
  private static final int NEWEST = 15;

  private static final int CACHE = 14;

  private final URI endpoint;

  public InformationRoutes(URI endpoint) {
    this.endpoint = endpoint;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/", Rule.ANYONE, request -> versions(HttpStatus.MULTIPLE_CHOICES)),
        Route.get("/versions", Rule.ANYONE, request -> versions(HttpStatus.OK)),
        Route.get("/v2", Rule.ANYONE, request -> versions(HttpStatus.OK)),
        Route.get("/v2/info/import", Rule.LOGGED_IN, request -> imports()),
        Route.get("/v2/schemas/member", Rule.LOGGED_IN, request -> Replies.ok(member())),
        Route.get("/v2/schemas/members", Rule.LOGGED_IN, request -> Replies.ok(members())),
        Route.get("/v2/schemas/image", Rule.LOGGED_IN, request -> Replies.ok(image())),
        Route.get("/v2/schemas/images", Rule.LOGGED_IN, request -> Replies.ok(images())));
  }

  private Mono<ServerResponse> versions(HttpStatus status) {
    List<View> versions =
        IntStream.iterate(NEWEST, minor -> minor >= 0, minor -> minor - 1)
            .filter(minor -> minor != CACHE)
            .mapToObj(
                minor ->
                    View.of("id", "v2." + minor)
                        .with("status", minor == NEWEST ? "CURRENT" : "SUPPORTED")
                        .with(
                            "links",
                            List.of(View.of("rel", "self").with("href", endpoint + "/image/v2/"))))
            .toList();
    return Replies.json(status, View.of("versions", versions));
  }

  private static Mono<ServerResponse> imports() {
    return Replies.ok(
        View.of(
            "import-methods",
            View.of("description", "Import methods available.")
                .with("type", "array")
                .with("value", ImportRoutes.METHODS)));
  }

  private static View member() {
    View text = View.of("type", "string");
    return View.of("name", "member")
        .with(
            "properties",
            View.of("member_id", text)
                .with("image_id", text)
                .with("status", View.of("type", "string").with("enum", Member.STATUSES))
                .with("created_at", text)
                .with("updated_at", text)
                .with("schema", View.of("type", "string").with("readOnly", true)));
  }

  private static View members() {
    return View.of("name", "members")
        .with(
            "properties",
            View.of("members", View.of("type", "array").with("items", member()))
                .with("schema", View.of("type", "string")))
        .with("links", List.of(View.of("rel", "describedby").with("href", "{schema}")));
  }

  private static View image() {
    View text = View.of("type", List.of("null", "string"));
    View number = View.of("type", List.of("null", "integer"));
    View flag = View.of("type", "boolean");
    View properties =
        View.of("id", View.of("type", "string"))
            .with("name", text)
            .with("status", View.of("type", "string").with("readOnly", true))
            .with("visibility", View.of("type", "string").with("enum", ImageBodies.VISIBILITIES))
            .with("protected", flag)
            .with("os_hidden", flag)
            .with("owner", text)
            .with("disk_format", text)
            .with("container_format", text)
            .with("min_disk", View.of("type", "integer"))
            .with("min_ram", View.of("type", "integer"))
            .with("tags", View.of("type", "array").with("items", View.of("type", "string")))
            .with("size", number)
            .with("virtual_size", number)
            .with("checksum", text)
            .with("os_hash_algo", text)
            .with("os_hash_value", text)
            .with("created_at", View.of("type", "string").with("readOnly", true))
            .with("updated_at", View.of("type", "string").with("readOnly", true))
            .with("self", View.of("type", "string").with("readOnly", true))
            .with("stores", View.of("type", "string").with("readOnly", true))
            .with("file", View.of("type", "string").with("readOnly", true))
            .with("schema", View.of("type", "string").with("readOnly", true));
    return View.of("name", "image")
        .with("properties", properties)
        .with("additionalProperties", Map.of("type", "string"))
        .with("links", List.of());
  }

  private static View images() {
    return View.of("name", "images")
        .with(
            "properties",
            View.of("images", View.of("type", "array").with("items", image()))
                .with("first", View.of("type", "string"))
                .with("next", View.of("type", "string"))
                .with("schema", View.of("type", "string")))
        .with("links", List.of());
  }
}
