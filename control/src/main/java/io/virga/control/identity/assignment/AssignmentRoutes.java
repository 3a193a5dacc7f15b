package io.virga.control.identity.assignment;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/role_assignments}: all of them, or effective ones with groups and implications undone.
 */
public final class AssignmentRoutes {

  private static final String INHERITED = "scope.OS-INHERIT:inherited_to";

  private static final String DIRECT =
      """
      SELECT role_id, user_id, group_id, project_id, domain_id, inherited, role_id AS given_role_id,
             group_id AS given_group_id, project_id AS given_project_id,
             domain_id AS given_domain_id
        FROM identity_assignment
      """;

  private static final String EFFECTIVE =
      """
      SELECT DISTINCT e.role_id, coalesce(a.user_id, m.user_id) AS user_id, NULL::text AS group_id,
             CASE WHEN a.inherited THEN p.id ELSE a.project_id END AS project_id,
             CASE WHEN a.inherited THEN NULL ELSE a.domain_id END AS domain_id, a.inherited,
             a.role_id AS given_role_id, a.group_id AS given_group_id,
             a.project_id AS given_project_id, a.domain_id AS given_domain_id
        FROM identity_assignment a
        JOIN effective e ON e.prior_id = a.role_id
        LEFT JOIN identity_membership m ON m.group_id = a.group_id
        LEFT JOIN identity_project p ON a.inherited AND (
             p.domain_id = a.domain_id
             OR p.id IN (SELECT d.id FROM identity_descendants(a.project_id) d))
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
             pd.name AS project_domain_name, d.name AS domain_name,
             rd.id AS role_domain_id, rd.name AS role_domain_name
        FROM (%s) x
        JOIN identity_role r ON r.id = x.role_id
        LEFT JOIN identity_domain rd ON rd.id = r.domain_id
        LEFT JOIN identity_user u ON u.id = x.user_id
        LEFT JOIN identity_domain ud ON ud.id = u.domain_id
        LEFT JOIN identity_group g ON g.id = x.group_id
        LEFT JOIN identity_domain gd ON gd.id = g.domain_id
        LEFT JOIN identity_project p ON p.id = x.project_id
        LEFT JOIN identity_domain pd ON pd.id = p.domain_id
        LEFT JOIN identity_domain d ON d.id = x.domain_id
       WHERE (:role = '' OR x.role_id = :role) AND (:user = '' OR x.user_id = :user)
         AND (:group = '' OR x.group_id = :group)
         AND (:project = '' OR x.project_id = :project OR :subtree AND x.project_id IN
              (SELECT d.id FROM identity_descendants(:project) d))
         AND (:domain = '' OR x.domain_id = :domain)
         AND (:inherited = '' OR x.inherited = (:inherited = 'projects'))
         AND (NOT :effective OR r.domain_id IS NULL)
         AND (:own = '' OR coalesce(pd.id, x.domain_id) = :own)
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
    return List.of(
        Route.get("/v3/role_assignments", LOGGED_IN, this::list),
        Route.get("/v3/auth/system", LOGGED_IN, this::system));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    String user = request.query("user.id").orElse("");
    boolean effective = Filters.isSet(request, "effective");
    boolean names = Filters.isSet(request, "include_names");
    String own = ownDomain(request.caller(), user);
    check(request, effective);
    return database
        .sql(LIST.formatted(effective ? EFFECTIVE : DIRECT))
        .bind("user", user)
        .bind("role", request.query("role.id").orElse(""))
        .bind("group", request.query("group.id").orElse(""))
        .bind("project", request.query("scope.project.id").orElse(""))
        .bind("subtree", Filters.isSet(request, "include_subtree"))
        .bind("domain", request.query("scope.domain.id").orElse(""))
        .bind("inherited", request.query(INHERITED).orElse(""))
        .bind("effective", effective)
        .bind("own", own)
        .bind("system", request.query("scope.system").isPresent())
        .all(row -> view(row, names))
        .collectList()
        .flatMap(views -> keystone.list(request, "role_assignments", views));
  }

  /** Whether the user may scope to the system. */
  private Mono<ServerResponse> system(ApiRequest request) {
    return EffectiveRoles.onSystem(database, request.caller().userId())
        .map(roles -> roles.isEmpty() ? List.<View>of() : List.of(View.of("all", true)))
        .flatMap(
            system ->
                Replies.ok(
                    View.of("system", system)
                        .with("links", View.of("self", request.uri().toString()))));
  }

  /** The only domain whose assignments are shown; empty if it is not for its domain. */
  private static String ownDomain(Caller caller, String user) {
    if (user.equals(caller.userId())) {
      return "";
    }
    if (!Rule.DOMAIN_READER.opensTo(caller)) {
      throw ApiFault.forbidden("You may list your own role assignments only.");
    }
    return Reach.of(caller).onlyDomain().orElse("");
  }

  /** Refuses what would be empty in any case, in Keystone's words. */
  private static void check(ApiRequest request, boolean effective) {
    boolean domain = request.query("scope.domain.id").isPresent();
    boolean project = request.query("scope.project.id").isPresent();
    boolean system = request.query("scope.system").isPresent();
    boolean group = request.query("group.id").isPresent();
    refuse(domain && project, "Specify a domain or project, not both");
    refuse(domain && system, "Specify system or domain, not both");
    refuse(project && system, "Specify system or project, not both");
    refuse(group && request.query("user.id").isPresent(), "Specify a user or group, not both");
    refuse(
        effective && group,
        "Combining effective and group filter will always result in an empty list.");
    refuse(
        effective && domain && request.query(INHERITED).isPresent(),
        "Combining effective, domain and inherited filters will always result in an empty list.");
    refuse(
        Filters.isSet(request, "include_subtree") && !project,
        "scope.project.id must be specified if include_subtree is also specified");
  }

  private static void refuse(boolean wrong, String why) {
    if (wrong) {
      throw ApiFault.badRequest(why);
    }
  }

  private View view(Row row, boolean names) {
    View role = View.of("id", row.text("role_id"));
    if (names) {
      role.with("name", row.text("role_name"));
      row.optionalText("role_domain_id")
          .ifPresent(
              id ->
                  role.with(
                      "domain", View.of("id", id).with("name", row.text("role_domain_name"))));
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
    return view.with("links", links(row));
  }

  /** To what was given, which an effective assignment follows from. */
  private View links(Row row) {
    boolean inherited = row.flag("inherited");
    Optional<String> group = row.optionalText("given_group_id");
    Optional<String> user = row.optionalText("user_id");
    String role = row.text("given_role_id");
    String target =
        row.optionalText("given_project_id")
            .map(id -> "/projects/" + id)
            .or(() -> row.optionalText("given_domain_id").map(id -> "/domains/" + id))
            .orElse("/system");
    String actor = group.map(id -> "/groups/" + id).orElseGet(() -> "/users/" + user.orElseThrow());
    View links =
        View.of(
            "assignment",
            keystone.base()
                + (inherited ? "/OS-INHERIT" : "")
                + target
                + actor
                + "/roles/"
                + role
                + (inherited ? "/inherited_to_projects" : ""));
    if (group.isPresent() && user.isPresent()) {
      links.with("membership", keystone.base() + "/groups/" + group.get() + "/users/" + user.get());
    }
    if (!role.equals(row.text("role_id"))) {
      links.with(
          "prior_role",
          keystone.base() + "/prior_role/" + role + "/implies/" + row.text("role_id"));
    }
    return links;
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
