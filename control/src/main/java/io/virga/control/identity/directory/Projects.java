package io.virga.control.identity.directory;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Projects, for what else of identity speaks of them. */
public final class Projects {

  private final Database database;
  private final Keystone keystone;

  public Projects(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  /** Fails, not found, if there is none. */
  public Mono<Void> check(Session session, String id) {
    return Project.find(session, id, "").then();
  }

  /**
   * A page of those for which a condition holds.
   *
   * @param sql with {@code %s} where the value is
   */
  public Mono<ServerResponse> list(ApiRequest request, String sql, Object value) {
    Page page = Page.of(request);
    return Filters.of(request)
        .where(sql, value)
        .query(database, Project.COLUMNS, page)
        .all(Project::of)
        .collectList()
        .map(rows -> page.cut(rows, Project::id))
        .flatMap(
            cut ->
                keystone.list(
                    request,
                    "projects",
                    cut.map(project -> keystone.linked("projects", project.id(), project.view()))));
  }
}
