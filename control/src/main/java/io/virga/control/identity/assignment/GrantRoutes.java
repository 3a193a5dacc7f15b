package io.virga.control.identity.assignment;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.DOMAIN_ADMIN;
import static io.virga.control.policy.Rule.DOMAIN_READER;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.roles.DescribedRole;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Rule;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Giving roles and taking them away, on projects, domains and the system, to users and groups. Who
 * loses a role has to log in again.
 */
public final class GrantRoutes {

  private static final String LIST =
      DescribedRole.COLUMNS
          + "WHERE r.id IN (SELECT role_id FROM identity_assignment WHERE "
          + Grant.FITS
          + ") ORDER BY r.name";

  private static final String ADD =
      """
      INSERT INTO identity_assignment (role_id, user_id, group_id, project_id, domain_id, inherited)
      VALUES (:role, :user, :group, :project, :domain, :inherited) ON CONFLICT DO NOTHING
      """;

  private static final String REMOVE =
      "DELETE FROM identity_assignment WHERE role_id = :role AND " + Grant.FITS;

  private static final String CHECK =
      "SELECT role_id FROM identity_assignment WHERE role_id = :role AND " + Grant.FITS;

  private static final String MEMBERS =
      "SELECT user_id FROM identity_membership WHERE group_id = :group";

  private final Database database;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Keystone keystone;

  public GrantRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.revocations = revocations;
    this.s3 = s3;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (String actor : List.of("users", "groups")) {
      add(routes, "/v3/projects/{target}/", actor, "projects", "");
      add(routes, "/v3/domains/{target}/", actor, "domains", "");
      add(routes, "/v3/system/", actor, "system", "");
      add(routes, "/v3/OS-INHERIT/domains/{target}/", actor, "domains", "/inherited_to_projects");
      add(routes, "/v3/OS-INHERIT/projects/{target}/", actor, "projects", "/inherited_to_projects");
    }
    return routes;
  }

  private void add(List<Route> routes, String prefix, String actor, String target, String suffix) {
    boolean inherited = !suffix.isEmpty();
    String all = prefix + actor + "/{actor}/roles" + suffix;
    String one = prefix + actor + "/{actor}/roles/{role}" + suffix;
    Rule reads = target.equals("system") ? SYSTEM_READER : DOMAIN_READER;
    Rule changes = target.equals("system") ? ADMIN : DOMAIN_ADMIN;
    routes.add(Route.get(all, reads, r -> list(r, Grant.of(r, actor, target, inherited))));
    routes.add(Route.put(one, changes, r -> grant(r, Grant.of(r, actor, target, inherited))));
    routes.add(Route.get(one, reads, r -> check(r, Grant.of(r, actor, target, inherited))));
    routes.add(Route.delete(one, changes, r -> revoke(r, Grant.of(r, actor, target, inherited))));
  }

  private Mono<ServerResponse> list(ApiRequest request, Grant grant) {
    return GrantReach.check(database, request.caller(), grant)
        .thenMany(grant.bind(database.sql(LIST)).all(DescribedRole::of))
        .map(described -> keystone.linked("roles", described.role().id(), described.view()))
        .collectList()
        .flatMap(views -> keystone.list(request, "roles", views));
  }

  private Mono<ServerResponse> grant(ApiRequest request, Grant grant) {
    String role = request.path("role");
    return database
        .inTransaction(
            tx ->
                GrantReach.checkGiving(tx, request.caller(), grant, role)
                    .then(GrantReach.checkThere(tx, grant, role))
                    .then(GrantReach.checkRole(tx, grant, role))
                    .then(grant.bind(tx.sql(ADD)).bind("role", role).execute())
                    .then(rolesChanged(tx, grant)))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> check(ApiRequest request, Grant grant) {
    return GrantReach.check(database, request.caller(), grant)
        .then(
            grant
                .bind(database.sql(CHECK))
                .bind("role", request.path("role"))
                .one(row -> row.text("role_id")))
        .switchIfEmpty(Mono.error(() -> notGranted(request, grant)))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> revoke(ApiRequest request, Grant grant) {
    return database
        .inTransaction(
            tx ->
                GrantReach.check(tx, request.caller(), grant)
                    .then(grant.bind(tx.sql(REMOVE)).bind("role", request.path("role")).execute())
                    .filter(removed -> removed > 0)
                    .switchIfEmpty(Mono.error(() -> notGranted(request, grant)))
                    .then(rolesChanged(tx, grant))
                    .then(logOut(tx, grant)))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  private static ApiFault notGranted(ApiRequest request, Grant grant) {
    return ApiFault.of(
        FaultKind.NOT_FOUND,
        "Could not find role assignment with role: %s, user or group: %s, project, domain, or system: %s."
            .formatted(request.path("role"), grant.actor(), grant.target()));
  }

  private Mono<Void> rolesChanged(Transaction transaction, Grant grant) {
    return grant.userId().isPresent()
        ? s3.userChanged(transaction, grant.actor())
        : s3.groupChanged(transaction, grant.actor());
  }

  private Mono<Void> logOut(Transaction transaction, Grant grant) {
    return grant
        .groupId()
        .map(
            group ->
                transaction
                    .sql(MEMBERS)
                    .bind("group", group)
                    .all(row -> row.text("user_id"))
                    .collectList()
                    .flatMapMany(Flux::fromIterable)
                    .concatMap(user -> logOut(transaction, user, grant))
                    .then())
        .orElseGet(() -> logOut(transaction, grant.actor(), grant));
  }

  private Mono<Void> logOut(Transaction transaction, String user, Grant grant) {
    return grant
        .projectId()
        .filter(project -> !grant.inherited())
        .map(project -> revocations.revokeUserOnProject(transaction, user, project))
        .orElseGet(() -> revocations.revokeUser(transaction, user));
  }
}
