package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Keystone;
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

  private static final String MEMBERS =
      """
      SELECT id, true AS is_user FROM identity_user WHERE domain_id = :id
      UNION ALL SELECT id, false FROM identity_project WHERE domain_id = :id
      """;

  private final Database database;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Keystone keystone;

  public DomainRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.revocations = revocations;
    this.s3 = s3;
    this.keystone = keystone;
  }

  private record Domain(String id, String name, String description, boolean enabled) {

    static Domain of(Row row) {
      return new Domain(
          row.text("id"), row.text("name"), row.text("description"), row.flag("enabled"));
    }
  }

  private record Member(String id, boolean isUser) {}

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/domains", ADMIN, this::list),
        Route.post("/v3/domains", ADMIN, this::create),
        Route.get("/v3/domains/{id}", LOGGED_IN, this::show),
        Route.patch("/v3/domains/{id}", ADMIN, this::change),
        Route.delete("/v3/domains/{id}", ADMIN, this::delete),
        Route.get("/v3/auth/domains", LOGGED_IN, this::mine));
  }

  private View view(Domain domain) {
    return keystone.linked(
        "domains",
        domain.id(),
        View.of("id", domain.id())
            .with("name", domain.name())
            .with("description", domain.description())
            .with("enabled", domain.enabled())
            .with("tags", List.of())
            .with("options", View.of("immutable", false)));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Page page = Page.of(request);
    return Lookup.filters(database.sql(COLUMNS + Lookup.FILTERS), request, page)
        .all(Domain::of)
        .collectList()
        .map(rows -> page.cut(rows, Domain::id))
        .flatMap(cut -> keystone.list(request, "domains", cut.map(this::view)));
  }

  private Mono<ServerResponse> mine(ApiRequest request) {
    return database
        .sql(MINE)
        .bind("user", request.caller().userId())
        .all(Domain::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "domains", views));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String id = request.path("id");
    boolean own = request.caller().claims().userDomain().id().equals(id);
    if (!own && !request.caller().isAdmin()) {
      throw ApiFault.notFound("Domain", id);
    }
    return find(database, id, "").flatMap(domain -> Replies.ok(View.of("domain", view(domain))));
  }

  private static Mono<Domain> find(Session session, String id, String lock) {
    return Lookup.found(
        session.sql(COLUMNS + "WHERE id = :id " + lock).bind("id", id).one(Domain::of),
        "Domain",
        id);
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("domain"))
        .map(
            body ->
                new Domain(
                    Ids.nextHex(),
                    body.text("name", 64),
                    body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(""),
                    body.flag("enabled", true)))
        .flatMap(
            domain ->
                bind(
                        database.sql(
                            """
                            INSERT INTO identity_domain (id, name, description, enabled)
                            VALUES (:id, :name, :description, :enabled)
                            """),
                        domain)
                    .execute()
                    .transform(Lookup.conflicts("domain", domain.name()))
                    .then(Replies.created(View.of("domain", view(domain)))));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    String id = request.path("id");
    return request
        .json()
        .map(body -> body.object("domain"))
        .flatMap(body -> database.inTransaction(tx -> change(tx, id, body)))
        .flatMap(domain -> revocations.reload().then(Replies.ok(View.of("domain", view(domain)))));
  }

  private Mono<Domain> change(Transaction transaction, String id, JsonBody body) {
    return find(transaction, id, "FOR UPDATE")
        .flatMap(
            old -> {
              Domain domain =
                  new Domain(
                      id,
                      body.has("name") ? body.text("name", 64) : old.name(),
                      body.optionalText("description", Lookup.MAX_DESCRIPTION)
                          .orElse(old.description()),
                      body.flag("enabled", old.enabled()));
              boolean disabled = old.enabled() && !domain.enabled();
              return bind(
                      transaction.sql(
                          """
                          UPDATE identity_domain
                             SET name = :name, description = :description, enabled = :enabled
                           WHERE id = :id
                          """),
                      domain)
                  .execute()
                  .transform(Lookup.conflicts("domain", domain.name()))
                  .then(disabled ? revokeMembers(transaction, id) : Mono.empty())
                  .then(s3.domainChanged(transaction, id))
                  .thenReturn(domain);
            });
  }

  private static Statement bind(Statement statement, Domain domain) {
    return statement
        .bind("id", domain.id())
        .bind("name", domain.name())
        .bind("description", domain.description())
        .bind("enabled", domain.enabled());
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .inTransaction(
            tx ->
                find(tx, id, "FOR UPDATE")
                    .flatMap(
                        domain -> {
                          if (domain.enabled()) {
                            throw ApiFault.forbidden(
                                "Cannot delete a domain that is enabled, please disable it first.");
                          }
                          return members(tx, id)
                              .concatMap(member -> s3.removeAllOf(tx, member.id()))
                              .then(revokeMembers(tx, id))
                              .then(
                                  tx.sql("DELETE FROM identity_domain WHERE id = :id")
                                      .bind("id", id)
                                      .execute());
                        }))
        .then(revocations.reload())
        .then(Replies.noContent());
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
