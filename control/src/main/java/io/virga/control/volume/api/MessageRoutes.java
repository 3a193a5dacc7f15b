package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.UserMessage;
import io.virga.control.volume.store.MessageStore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/messages}, from version 3.3 on: what failed. */
final class MessageRoutes {

  /** What is told of in {@code resource_filters}. */
  static final List<String> FILTERS =
      List.of("event_id", "message_level", "request_id", "resource_type", "resource_uuid");

  private static final String THING = "Message";
  private static final String LEVEL = "ERROR";
  private static final int MESSAGES = 3;

  private static final Filters LISTING =
      new Filters(
          Map.of(
              "resource_uuid", FilterValues.word("u.resource_id::text"),
              "resource_type",
                  asked ->
                      "u.resource_type = " + asked.bind(asked.value().toUpperCase(Locale.ROOT)),
              "event_id", Filters.equal("u.event_id"),
              "request_id", Filters.equal("u.request_id"),
              "message_level", Filters.equal("'" + LEVEL + "'")),
          Map.of(
              "id", "%1$s.id",
              "event_id", "%1$s.event_id",
              "resource_uuid", "%1$s.resource_id",
              "resource_type", "%1$s.resource_type",
              "request_id", "%1$s.request_id",
              "created_at", "%1$s.created_at",
              "guaranteed_until", "%1$s.guaranteed_until"));

  private final Database database;
  private final MessageStore messages = new MessageStore();
  private final VolumeViews views;

  MessageRoutes(Database database, VolumeViews views) {
    this.database = database;
    this.views = views;
  }

  List<Route> routes() {
    String one = "/messages/{message}";
    return List.of(
        Projects.get("/messages", Rule.READER, GroupRoutes.from(MESSAGES, this::list)),
        Projects.get(one, Rule.READER, GroupRoutes.from(MESSAGES, this::show)),
        Projects.delete(one, Rule.MEMBER, GroupRoutes.from(MESSAGES, this::delete)));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return new ListPages<>(database, "messages", THING, MessageStore.LISTS)
        .answer(
            request,
            LISTING.query(request),
            new Projects.Shown<>(message -> message.id().toString(), this::view));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return messages
        .find(database, Viewer.of(request.caller()), id(request))
        .flatMap(message -> Replies.ok(View.of("message", view(message))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return messages
        .delete(database, Viewer.of(request.caller()), id(request))
        .then(Replies.noContent());
  }

  private static UUID id(ApiRequest request) {
    return request.id("message", THING);
  }

  private View view(UserMessage message) {
    return View.of("id", message.id())
        .with("event_id", message.eventId())
        .with("user_message", message.text())
        .with("message_level", LEVEL)
        .with("resource_type", message.resourceType())
        .with("resource_uuid", message.resourceId())
        .with("request_id", message.requestId())
        .with("created_at", VolumeViews.time(message.createdAt()))
        .with("guaranteed_until", VolumeViews.time(message.guaranteedUntil()))
        .with("links", views.links(message.projectId(), "messages", message.id().toString()));
  }
}
