package io.virga.control.identity.assignment;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/role_assignments}: all of them, or effective ones with groups and implications undone.
 */
public final class AssignmentRoutes {

  private static final String DIRECT =
      """
      SELECT role_id, user_id, group_id, project_id, domain_id, inherited FROM identity_assignment
      """;

  private static final String EFFECTIVE =
      """
      SELECT DISTINCT e.role_id, coalesce(a.user_id, m.user_id) AS user_id, NULL::text AS group_id,
             coalesce(a.project_id, p.id) AS project_id,
             CASE WHEN a.inherited THEN NULL ELSE a.domain_id END AS domain_id, false AS inherited
        FROM identity_assignment a
        JOIN effective e ON e.prior_id = a.role_id
        LEFT JOIN identity_membership m ON m.group_id = a.group_id
        LEFT JOIN identity_project p ON a.inherited AND p.domain_id = a.domain_id
       WHERE coalesce(a.user_id, m.user_id) IS NOT NULL AND (NOT a.inherited OR p.id IS NOT NULL)
      """;

  private static final String LIST =
      """
      WITH RECURSIVE effective AS (
        SELECT id AS prior_id, id AS role_id FROM identity_role
        UNION SELECT e.prior_id, i.implied_id FROM effective e
          JOIN identity_implied_role i ON i.prior_id = e.role_id)
      SELECT x.*, r.name AS role_name, u.name AS user_name, ud.id AS user_domain_id,
             ud.name AS user_domain_name, g.name AS group_name, gd.id AS group_domain_id,
             gd.name AS group_domain_name, p.name AS project_name, pd.id AS project_domain_id,
             pd.name AS project_domain_name, d.name AS domain_name
        FROM (%s) x
        JOIN identity_role r ON r.id = x.role_id
        LEFT JOIN identity_user u ON u.id = x.user_id
        LEFT JOIN identity_domain ud ON ud.id = u.domain_id
        LEFT JOIN identity_group g ON g.id = x.group_id
        LEFT JOIN identity_domain gd ON gd.id = g.domain_id
        LEFT JOIN identity_project p ON p.id = x.project_id
        LEFT JOIN identity_domain pd ON pd.id = p.domain_id
        LEFT JOIN identity_domain d ON d.id = x.domain_id
       WHERE (:role = '' OR x.role_id = :role) AND (:user = '' OR x.user_id = :user)
         AND (:group = '' OR x.group_id = :group) AND (:project = '' OR x.project_id = :project)
         AND (:domain = '' OR x.domain_id = :domain)
         AND (NOT :system OR x.project_id IS NULL AND x.domain_id IS NULL)
       ORDER BY x.role_id, x.user_id, x.group_id, x.project_id, x.domain_id LIMIT 10000
      """;

  private final Database database;
  private final Keystone keystone;

  public AssignmentRoutes(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(Route.get("/v3/role_assignments", LOGGED_IN, this::list));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Caller caller = request.caller();
    String user = request.query("user.id").orElse("");
    if (!caller.isAdmin() && !user.equals(caller.userId())) {
      throw ApiFault.forbidden("You may list your own role assignments only.");
    }
    boolean effective = set(request, "effective");
    boolean names = set(request, "include_names");
    return database
        .sql(LIST.formatted(effective ? EFFECTIVE : DIRECT))
        .bind("user", user)
        .bind("role", request.query("role.id").orElse(""))
        .bind("group", request.query("group.id").orElse(""))
        .bind("project", request.query("scope.project.id").orElse(""))
        .bind("domain", request.query("scope.domain.id").orElse(""))
        .bind("system", request.hasQuery("scope.system"))
        .all(row -> view(row, names))
        .collectList()
        .flatMap(views -> keystone.list(request, "role_assignments", views));
  }

  /** {@code ?effective} and {@code ?effective=True} are the same; only 0 and false are not set. */
  private static boolean set(ApiRequest request, String name) {
    return request.hasQuery(name)
        && request
            .query(name)
            .map(v -> !v.equals("0") && !v.equalsIgnoreCase("false"))
            .orElse(true);
  }

  private View view(Row row, boolean names) {
    View role = View.of("id", row.text("role_id"));
    if (names) {
      role.with("name", row.text("role_name"));
    }
    View scope =
        thing(row, "project", names)
            .map(project -> View.of("project", project))
            .or(() -> domain(row, names).map(domain -> View.of("domain", domain)))
            .orElseGet(() -> View.of("system", View.of("all", true)));
    if (row.flag("inherited")) {
      scope.with("OS-INHERIT:inherited_to", "projects");
    }
    View view = View.of("role", role).with("scope", scope);
    thing(row, "user", names).ifPresent(user -> view.with("user", user));
    thing(row, "group", names).ifPresent(group -> view.with("group", group));
    return view.with("links", View.of("assignment", keystone.base() + "/role_assignments"));
  }

  private static Optional<View> thing(Row row, String kind, boolean names) {
    return row.optionalText(kind + "_id")
        .map(
            id -> {
              View view = View.of("id", id);
              return names
                  ? view.with("name", row.text(kind + "_name"))
                      .with(
                          "domain",
                          View.of("id", row.text(kind + "_domain_id"))
                              .with("name", row.text(kind + "_domain_name")))
                  : view;
            });
  }

  private static Optional<View> domain(Row row, boolean names) {
    return row.optionalText("domain_id")
        .map(
            id -> {
              View view = View.of("id", id);
              return names ? view.with("name", row.text("domain_name")) : view;
            });
  }
}
