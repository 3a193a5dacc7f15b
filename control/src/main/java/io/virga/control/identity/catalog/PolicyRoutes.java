package io.virga.control.identity.catalog;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/policies}. */
public final class PolicyRoutes {

  private static final String ALL = "/v3/policies";
  private static final String ONE = ALL + "/{id}";

  private static final String INSERT =
      """
      INSERT INTO identity_policy (id, type, blob, extra)
      VALUES (:id, :type, :blob, CAST(:extra AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE identity_policy SET type = :type, blob = :blob, extra = CAST(:extra AS jsonb)
       WHERE id = :id
      """;

  private final Database database;
  private final Keystone keystone;

  public PolicyRoutes(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, SYSTEM_READER, this::list),
        Route.post(ALL, ADMIN, this::create),
        Route.get(ONE, SYSTEM_READER, this::show),
        Route.patch(ONE, ADMIN, this::change),
        Route.delete(ONE, ADMIN, this::delete));
  }

  private View view(Policy policy) {
    return keystone.linked("policies", policy.id(), policy.view());
  }

  private View body(Policy policy) {
    return View.of("policy", view(policy));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Page page = Page.of(request);
    return Filters.of(request)
        .text("type")
        .query(database, Policy.COLUMNS, page)
        .all(Policy::of)
        .collectList()
        .map(rows -> page.cut(rows, Policy::id))
        .flatMap(cut -> keystone.list(request, "policies", cut.map(this::view)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return Policy.find(database, request.path("id"), "")
        .flatMap(policy -> Replies.ok(body(policy)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> Policy.created(body.object("policy")))
        .flatMap(
            policy ->
                policy.bind(database.sql(INSERT)).execute().then(Replies.created(body(policy))));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.changes("policy"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        Policy.find(tx, request.path("id"), "FOR UPDATE")
                            .map(policy -> policy.changed(body))
                            .flatMap(
                                policy ->
                                    policy.bind(tx.sql(UPDATE)).execute().thenReturn(policy))))
        .flatMap(policy -> Replies.ok(body(policy)));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .sql("DELETE FROM identity_policy WHERE id = :id")
        .bind("id", id)
        .execute()
        .filter(deleted -> deleted > 0)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("policy", id)))
        .then(Replies.noContent());
  }
}
