package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v3/domains}, and the domains that a user may scope to. */
public final class DomainRoutes {

  private static final String COLUMNS =
      "SELECT id, name, description, enabled FROM identity_domain ";
  private static final String MINE =
      COLUMNS
          + """
          WHERE enabled AND id IN (
            SELECT domain_id FROM identity_assignment
             WHERE domain_id IS NOT NULL AND NOT inherited
               AND (user_id = :user OR group_id IN
                    (SELECT group_id FROM identity_membership WHERE user_id = :user)))
          ORDER BY id
          """;

  private static final Directory.Table TABLE =
      new Directory.Table(
          "domain",
          COLUMNS,
          """
          INSERT INTO identity_domain (id, name, description, enabled)
          VALUES (:id, :name, :description, :enabled)
          """,
          """
          UPDATE identity_domain
             SET name = :name, description = :description, enabled = :enabled
           WHERE id = :id
          """);

  private static final String MEMBERS =
      """
      SELECT id, true AS is_user FROM identity_user WHERE domain_id = :id
      UNION ALL SELECT id, false FROM identity_project WHERE domain_id = :id
      """;

  private final Database database;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Directory<Domain> domains;

  public DomainRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.revocations = revocations;
    this.s3 = s3;
    this.domains = new Directory<>(database, revocations, keystone, TABLE, Domain::of);
  }

  private record Domain(String id, String name, String description, boolean enabled)
      implements Directory.Entry {

    static Domain of(Row row) {
      return new Domain(
          row.text("id"), row.text("name"), row.text("description"), row.flag("enabled"));
    }

    static Domain created(JsonBody body) {
      return new Domain(
          Ids.nextHex(),
          body.name("name", 64),
          body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(""),
          body.strictFlag("enabled", true));
    }

    Domain changed(JsonBody body) {
      return new Domain(
          id,
          body.has("name") ? body.name("name", 64) : name,
          body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(description),
          body.strictFlag("enabled", enabled));
    }

    @Override
    public String domainId() {
      return id;
    }

    @Override
    public String taken() {
      return "project - it is not permitted to have two projects acting as domains with the same"
          + " name: "
          + name;
    }

    @Override
    public View view() {
      return View.of("id", id)
          .with("name", name)
          .with("description", description)
          .with("enabled", enabled)
          .with("tags", List.of())
          .with("options", View.empty());
    }

    @Override
    public Statement bind(Statement statement) {
      return statement
          .bind("id", id)
          .bind("name", name)
          .bind("description", description)
          .bind("enabled", enabled);
    }
  }

  private record Member(String id, boolean isUser) {}

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/domains", SYSTEM_READER, this::list),
        Route.post("/v3/domains", ADMIN, this::create),
        Route.get("/v3/domains/{id}", LOGGED_IN, this::show),
        Route.patch("/v3/domains/{id}", ADMIN, this::change),
        Route.delete("/v3/domains/{id}", ADMIN, this::delete),
        Route.get("/v3/auth/domains", LOGGED_IN, this::mine));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return domains.list(request, Filters.of(request).text("name").flag("enabled"));
  }

  private Mono<ServerResponse> mine(ApiRequest request) {
    return domains.list(request, database.sql(MINE).bind("user", request.caller().userId()));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Caller caller = request.caller();
    return domains.show(
        request.path("id"),
        domain ->
            caller.claims().userDomain().id().equals(domain.id())
                || Reach.home(caller).equals(domain.id())
                || SYSTEM_READER.opensTo(caller));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return domains.create(request, Domain::created, (transaction, domain) -> Mono.empty());
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return domains.change(
        request,
        Domain::changed,
        (transaction, before, after) -> {
          boolean disabled = before.enabled() && !after.enabled();
          return (disabled ? revokeMembers(transaction, after.id()) : Mono.<Void>empty())
              .then(s3.domainChanged(transaction, after.id()));
        });
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return domains.delete(
        request,
        (transaction, domain, removed) -> {
          if (domain.enabled()) {
            throw ApiFault.forbidden(
                "Cannot delete a domain that is enabled, please disable it first.");
          }
          return members(transaction, domain.id())
              .concatMap(member -> s3.removeAllOf(transaction, member.id()))
              .then(revokeMembers(transaction, domain.id()))
              .then(roleIds(transaction, domain.id()))
              .flatMap(roles -> removeWithRoles(transaction, roles, removed));
        });
  }

  /** Roles of other domains may stand for this one's, which go with it. */
  private Mono<Void> removeWithRoles(
      Transaction transaction, List<String> roles, Mono<Void> removed) {
    return Flux.fromIterable(roles)
        .concatMap(role -> revocations.revokeBearers(transaction, role))
        .then(removed)
        .then(roles.isEmpty() ? Mono.empty() : s3.rolesChanged(transaction));
  }

  private static Mono<List<String>> roleIds(Transaction transaction, String id) {
    return transaction
        .sql("SELECT id FROM identity_role WHERE domain_id = :id")
        .bind("id", id)
        .all(row -> row.text("id"))
        .collectList();
  }

  private Mono<Void> revokeMembers(Transaction transaction, String id) {
    return members(transaction, id)
        .concatMap(
            member ->
                member.isUser()
                    ? revocations.revokeUser(transaction, member.id())
                    : revocations.revokeProject(transaction, member.id()))
        .then();
  }

  private static Flux<Member> members(Transaction transaction, String id) {
    return transaction
        .sql(MEMBERS)
        .bind("id", id)
        .all(row -> new Member(row.text("id"), row.flag("is_user")))
        .collectList()
        .flatMapMany(Flux::fromIterable);
  }
}
