package io.virga.control.identity.revocation;

import static io.virga.control.policy.Rule.ADMIN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import io.virga.control.identity.view.Times;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code GET /v3/OS-REVOKE/events}: which tokens are void, for who verifies them itself. Keystone's
 * events know no application credentials, so revocations of these are left out: without their one
 * field they would say that all tokens are void.
 */
public final class RevocationRoutes {

  private static final String COLUMNS =
      """
      SELECT id, token_id, user_id, project_id, issued_before FROM identity_revocation
      """;

  private final Database database;
  private final Keystone keystone;

  public RevocationRoutes(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(Route.get("/v3/OS-REVOKE/events", ADMIN, this::list));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return Filters.of(request)
        .where("num_nonnulls(token_id, user_id, project_id) >= %s", 1)
        .where(
            "issued_before >= %s", request.query("since").map(since -> Times.parse("since", since)))
        .query(database, COLUMNS)
        .all(RevocationRoutes::view)
        .collectList()
        .flatMap(events -> keystone.list(request, "events", events));
  }

  private static View view(Row row) {
    View view = View.of("issued_before", Times.text(row.time("issued_before")));
    row.optionalText("token_id").ifPresent(id -> view.with("audit_id", id));
    row.optionalText("user_id").ifPresent(id -> view.with("user_id", id));
    row.optionalText("project_id").ifPresent(id -> view.with("project_id", id));
    return view;
  }
}
