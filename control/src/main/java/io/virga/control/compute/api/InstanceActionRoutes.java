package io.virga.control.compute.api;

import io.virga.control.compute.model.ServerAction;
import io.virga.control.compute.store.ActionLog;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/servers/{id}/os-instance-actions}: what was done to a server. */
final class InstanceActionRoutes {

  /** Since then also of servers that are gone. */
  private static final int OF_THE_GONE = 21;

  private static final int EVENTS_FOR_ALL = 51;
  private static final int PAGED = 58;
  private static final int EVENT_HOSTS = 62;
  private static final int CHANGES_BEFORE = 66;

  private final Servers servers;
  private final ActionLog actions;

  InstanceActionRoutes(Servers servers, ActionLog actions) {
    this.servers = servers;
    this.actions = actions;
  }

  List<Route> routes() {
    String all = "/v2.1/servers/{id}/os-instance-actions";
    return List.of(
        Route.get(all, Rule.READER, this::list),
        Route.get(all + "/{request}", Rule.READER, this::show));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Microversion version = Microversion.of(request);
    ActionLog.Selection selection =
        new ActionLog.Selection(
            request
                .query("changes-since")
                .filter(text -> version.atLeast(PAGED))
                .map(text -> Times.parse("changes-since", text)),
            request
                .query("changes-before")
                .filter(text -> version.atLeast(CHANGES_BEFORE))
                .map(text -> Times.parse("changes-before", text)));
    UUID id = Servers.id(request);
    return mustBeThere(request, version)
        .thenMany(actions.list(servers.database(), Viewer.of(request.caller()), id, selection))
        .collectList()
        .flatMap(
            found -> {
              Page.Cut<ServerAction> cut =
                  version.atLeast(PAGED)
                      ? Page.of(request).of(found, ServerAction::requestId)
                      : new Page.Cut<>(found, Optional.empty());
              View body = View.of("instanceActions", cut.map(a -> view(a, version)).items());
              cut.next()
                  .ifPresent(
                      href ->
                          body.with("links", List.of(View.of("rel", "next").with("href", href))));
              Mono<Void> there = found.isEmpty() ? servers.find(request).then() : Mono.empty();
              return there.then(Replies.ok(body));
            });
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Microversion version = Microversion.of(request);
    UUID id = Servers.id(request);
    String requestId = request.path("request");
    return mustBeThere(request, version)
        .then(actions.find(servers.database(), Viewer.of(request.caller()), id, requestId))
        .switchIfEmpty(
            Mono.error(
                () -> ApiFault.of(FaultKind.NOT_FOUND, "Action " + requestId + " not found")))
        .flatMap(
            action -> {
              View view = view(action, version);
              boolean admin = request.caller().isAdmin();
              if (admin || version.atLeast(EVENTS_FOR_ALL)) {
                view.with("events", List.of(event(action, version, admin)));
              }
              return Replies.ok(View.of("instanceAction", view));
            });
  }

  private Mono<Void> mustBeThere(ApiRequest request, Microversion version) {
    return version.atLeast(OF_THE_GONE) ? Mono.empty() : servers.find(request).then();
  }

  private static View view(ServerAction action, Microversion version) {
    View view =
        View.of("action", action.action())
            .with("instance_uuid", action.serverId())
            .with("message", action.end().filter(end -> !end.success()).map(end -> "Error"))
            .with("project_id", action.projectId())
            .with("request_id", action.requestId())
            .with("start_time", Times.bare(action.startedAt()))
            .with("user_id", action.userId());
    return version.atLeast(PAGED) ? view.with("updated_at", Times.bare(action.updatedAt())) : view;
  }

  private static View event(ServerAction action, Microversion version, boolean admin) {
    View event =
        View.of("event", action.event())
            .with("start_time", Times.bare(action.startedAt()))
            .with("finish_time", action.end().map(end -> Times.bare(end.at())))
            .with("result", action.end().map(end -> end.success() ? "Success" : "Error"));
    if (admin) {
      event.with("traceback", Optional.empty());
    }
    if (version.atLeast(EVENT_HOSTS)) {
      event.with("hostId", ServerViews.hostId(action.projectId(), action.host()));
      if (admin) {
        event.with("host", action.host());
      }
    }
    return event;
  }
}
