package io.virga.control.http;

import io.virga.dataplane.json.Json;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The usual replies. A body is anything that {@link Json} writes, most often a {@link View}. */
public final class Replies {

  private Replies() {}

  public static Mono<ServerResponse> ok(Object body) {
    return json(HttpStatus.OK, body);
  }

  public static Mono<ServerResponse> created(Object body) {
    return json(HttpStatus.CREATED, body);
  }

  public static Mono<ServerResponse> accepted(Object body) {
    return json(HttpStatus.ACCEPTED, body);
  }

  public static Mono<ServerResponse> json(HttpStatus status, Object body) {
    return bytes(ServerResponse.status(status), body);
  }

  /** A body after headers of one's own. */
  public static Mono<ServerResponse> bytes(ServerResponse.BodyBuilder builder, Object body) {
    return builder.contentType(MediaType.APPLICATION_JSON).bodyValue(Json.bytes(body));
  }

  public static Mono<ServerResponse> acceptedEmpty() {
    return ServerResponse.accepted().build();
  }

  public static Mono<ServerResponse> noContent() {
    return ServerResponse.noContent().build();
  }

  public static Mono<ServerResponse> redirect(URI location) {
    return ServerResponse.status(HttpStatus.FOUND).location(location).build();
  }
}
