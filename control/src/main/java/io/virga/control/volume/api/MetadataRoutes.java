package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.volume.model.Volume.Description;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * The metadata of volumes or of snapshots, all of it and item by item.
 *
 * @param collection below the project, {@code /volumes}
 */
record MetadataRoutes(String collection, Described things) {

  /** Where the descriptions are kept; the request names one by {@code {id}}. */
  interface Described {

    /** What the caller sees of it; fails with not found. */
    Mono<Description> find(ApiRequest request);

    /** Changes what the caller may change. */
    Mono<Void> describe(ApiRequest request, UnaryOperator<Description> change);
  }

  List<Route> routes() {
    String all = collection + "/{id}/metadata";
    String item = all + "/{key}";
    return List.of(
        Projects.get(all, Rule.READER, this::show),
        Projects.post(all, Rule.MEMBER, this::add),
        Projects.put(all, Rule.MEMBER, this::replace),
        Projects.get(item, Rule.READER, this::showItem),
        Projects.put(item, Rule.MEMBER, this::setItem),
        Projects.delete(item, Rule.MEMBER, this::removeItem));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return things
        .find(request)
        .flatMap(description -> Replies.ok(View.of("metadata", description.metadata())));
  }

  private Mono<ServerResponse> add(ApiRequest request) {
    return request
        .json()
        .map(VolumeBodies::metadata)
        .flatMap(
            added -> things.describe(request, description -> Metadata.with(description, added)))
        .then(show(request));
  }

  private Mono<ServerResponse> replace(ApiRequest request) {
    return request
        .json()
        .map(VolumeBodies::metadata)
        .flatMap(all -> things.describe(request, description -> Metadata.of(description, all)))
        .then(show(request));
  }

  private Mono<ServerResponse> showItem(ApiRequest request) {
    String key = request.path("key");
    return things
        .find(request)
        .flatMap(
            description -> {
              String value = description.metadata().get(key);
              return value == null
                  ? Mono.error(ApiFault.notFound("Metadata item", key))
                  : Replies.ok(View.of("meta", Map.of(key, value)));
            });
  }

  private Mono<ServerResponse> setItem(ApiRequest request) {
    String key = request.path("key");
    return request
        .json()
        .map(body -> VolumeBodies.metadataItem(body, key))
        .flatMap(
            item ->
                things
                    .describe(request, description -> Metadata.with(description, item))
                    .then(Replies.ok(View.of("meta", item))));
  }

  private Mono<ServerResponse> removeItem(ApiRequest request) {
    String key = request.path("key");
    return things
        .describe(request, description -> Metadata.without(description, key))
        .then(ServerResponse.ok().build());
  }
}
