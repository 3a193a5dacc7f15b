package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.DOMAIN_ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.view.Keystone;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;

/** {@code /v3/projects/{id}/tags}. */
public final class ProjectTagRoutes {

  private static final String ALL = "/v3/projects/{id}/tags";
  private static final String ONE = ALL + "/{tag}";

  private final Database database;
  private final Keystone keystone;

  public ProjectTagRoutes(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, LOGGED_IN, this::list),
        Route.put(ALL, DOMAIN_ADMIN, this::replace),
        Route.delete(ALL, DOMAIN_ADMIN, this::clear),
        Route.get(ONE, LOGGED_IN, this::check),
        Route.put(ONE, DOMAIN_ADMIN, this::add),
        Route.delete(ONE, DOMAIN_ADMIN, this::remove));
  }

  private static Mono<ServerResponse> view(ApiRequest request, List<String> tags) {
    return Replies.ok(
        View.of("links", View.of("self", request.uri().toString())).with("tags", tags));
  }

  private Mono<Project> seen(ApiRequest request) {
    String id = request.path("id");
    return Lookup.found(
        Project.find(database, id, "").filter(project -> project.isSeenBy(request.caller())),
        "project",
        id);
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return seen(request).flatMap(project -> view(request, project.tags()));
  }

  private Mono<ServerResponse> check(ApiRequest request) {
    String tag = request.path("tag");
    return Lookup.found(
            seen(request).filter(project -> project.tags().contains(tag)), "project tag", tag)
        .then(Replies.noContent());
  }

  private Mono<List<String>> change(ApiRequest request, UnaryOperator<List<String>> change) {
    return database.inTransaction(tx -> change(tx, request, change));
  }

  private static Mono<List<String>> change(
      Transaction transaction, ApiRequest request, UnaryOperator<List<String>> change) {
    Reach reach = Reach.of(request.caller());
    return Project.find(transaction, request.path("id"), "FOR UPDATE")
        .doOnNext(project -> reach.check(project.domainId()))
        .map(project -> ProjectTags.checked(change.apply(project.tags())))
        .flatMap(
            tags ->
                transaction
                    .sql("UPDATE identity_project SET tags = :tags WHERE id = :id")
                    .bind("tags", tags.toArray(String[]::new))
                    .bind("id", request.path("id"))
                    .execute()
                    .thenReturn(tags));
  }

  private Mono<ServerResponse> replace(ApiRequest request) {
    return request
        .json()
        .map(ProjectTags::of)
        .flatMap(tags -> change(request, before -> tags))
        .flatMap(tags -> view(request, tags));
  }

  private Mono<ServerResponse> clear(ApiRequest request) {
    return change(request, before -> List.of()).then(Replies.noContent());
  }

  private Mono<ServerResponse> add(ApiRequest request) {
    String tag = request.path("tag");
    return change(
            request,
            before -> {
              List<String> after = new ArrayList<>(before);
              after.add(tag);
              return after;
            })
        .then(Mono.defer(() -> ServerResponse.created(location(request)).build()));
  }

  private URI location(ApiRequest request) {
    String tag = UriUtils.encodePathSegment(request.path("tag"), StandardCharsets.UTF_8);
    return URI.create(keystone.base() + "/projects/" + request.path("id") + "/tags/" + tag);
  }

  private Mono<ServerResponse> remove(ApiRequest request) {
    String tag = request.path("tag");
    return change(
            request,
            before -> {
              if (!before.contains(tag)) {
                throw Keystone.notFound("project tag", tag);
              }
              return before.stream().filter(other -> !other.equals(tag)).toList();
            })
        .then(Replies.noContent());
  }
}
