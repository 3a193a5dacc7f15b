package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Route;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/domains}, and the domains that a user may scope to. */
public final class DomainRoutes {

  private static final String MINE =
      Domain.COLUMNS
          + """
          WHERE enabled AND id IN (
            SELECT domain_id FROM identity_assignment
             WHERE domain_id IS NOT NULL AND NOT inherited
               AND (user_id = :user OR group_id IN
                    (SELECT group_id FROM identity_membership WHERE user_id = :user)))
          ORDER BY id
          """;

  private final Database database;
  private final DomainMembers members;
  private final Directory<Domain> domains;

  public DomainRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.members = new DomainMembers(revocations, s3);
    this.domains =
        new Directory<>(
            database,
            revocations,
            keystone,
            new Directory.Table(
                "domain", "identity_domain", Domain.COLUMNS, Domain.INSERT, Domain.UPDATE),
            Domain::of);
  }

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
    return domains.show(request.path("id"), domain -> isSeenBy(request.caller(), domain.id()));
  }

  /** Whether it is the domain of the caller or of its token, or the caller sees all. */
  static boolean isSeenBy(Caller caller, String id) {
    return caller.claims().userDomain().id().equals(id)
        || Reach.home(caller).equals(id)
        || SYSTEM_READER.opensTo(caller);
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return domains.create(request, Domain::created, (transaction, domain) -> Mono.empty());
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return domains.change(request, Domain::changed, members::changed);
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return domains.delete(request, members::delete);
  }
}
