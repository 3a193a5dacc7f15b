package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Handler;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The project in every path of cinder's: it must be that of the token. */
final class Projects {

  private Projects() {}

  static Route get(String path, Rule rule, Handler handler) {
    return route(HttpMethod.GET, path, rule, handler);
  }

  static Route post(String path, Rule rule, Handler handler) {
    return route(HttpMethod.POST, path, rule, handler);
  }

  static Route put(String path, Rule rule, Handler handler) {
    return route(HttpMethod.PUT, path, rule, handler);
  }

  static Route delete(String path, Rule rule, Handler handler) {
    return route(HttpMethod.DELETE, path, rule, handler);
  }

  private static Route route(HttpMethod method, String path, Rule rule, Handler handler) {
    return new Route(
        method,
        "/v3/{project}" + path,
        rule,
        request -> {
          if (!request.path("project").equals(request.projectId())) {
            throw ApiFault.badRequest("Malformed request url");
          }
          return handler.handle(request);
        });
  }

  /** Whose things a list shows: everyone's only if an administrator asks for them. */
  static Viewer listViewer(ApiRequest request) {
    boolean all =
        request.caller().isAdmin()
            && request
                .query("all_tenants")
                .filter(text -> !text.equals("0") && !text.equalsIgnoreCase("false"))
                .isPresent();
    return new Viewer(request.projectId(), all);
  }

  /** Cinder's lists: a page of what is there, with the link to the next if this one is full. */
  static <T> Mono<ServerResponse> page(
      ApiRequest request, String collection, List<T> matching, Shown<T> shown) {
    View body =
        Page.of(request)
            .ofFull(matching, shown.id(), offset(request))
            .map(shown.view())
            .view(collection);
    if (wantsCount(request)) {
      body.with("count", matching.size());
    }
    return Replies.ok(body);
  }

  /** How the things of a list are shown. */
  record Shown<T>(Function<T, String> id, Function<T, View> view) {}

  /** Whether a list shall say how long it is. */
  static boolean wantsCount(ApiRequest request) {
    return request.query("with_count").filter("true"::equalsIgnoreCase).isPresent();
  }

  /** How many a list shall pass over. */
  static int offset(ApiRequest request) {
    Optional<String> offset = request.query("offset");
    if (offset.isPresent() && !offset.get().matches("[0-9]{1,9}")) {
      throw ApiFault.badRequest(
          "offset: '%s' is not a whole number of 0 or more".formatted(offset.get()));
    }
    return offset.map(Integer::parseInt).orElse(0);
  }
}
