package io.virga.control.identity.trust;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Delegated;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.roles.DescribedRole;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import io.virga.dataplane.token.Delegation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v3/OS-TRUST/trusts}. Who deletes a trust voids all tokens that came of it. */
public final class TrustRoutes {

  private static final String ALL = "/v3/OS-TRUST/trusts";
  private static final String ONE = ALL + "/{id}";
  private static final String MANAGING = "trusts";
  private static final int MAX_ROLES = 64;

  private static final String LIST =
      Trust.COLUMNS
          + "WHERE (:trustor = '' OR trustor_id = :trustor)"
          + " AND (:trustee = '' OR trustee_id = :trustee) AND"
          + Trust.GOOD
          + "ORDER BY id";

  private static final String INSERT =
      """
      INSERT INTO identity_trust
        (id, trustor_id, trustee_id, impersonation, project_id, role_ids, expires_at,
         remaining_uses, redelegation_count, redelegated_trust_id)
      VALUES (:id, :trustor, :trustee, :impersonation, :project, :roles, :expires, :uses, :count,
              :of)
      """;

  /** With all that were lent on from it. */
  private static final String DELETE =
      """
      WITH RECURSIVE gone AS (
        SELECT id FROM identity_trust WHERE id = :id
        UNION SELECT t.id FROM identity_trust t JOIN gone g ON t.redelegated_trust_id = g.id)
      DELETE FROM identity_trust WHERE id IN (SELECT id FROM gone) RETURNING id
      """;

  private final Database database;
  private final Trusts trusts;
  private final Revocations revocations;
  private final Keystone keystone;
  private final InstantSource clock;

  public TrustRoutes(
      Database database, Revocations revocations, Keystone keystone, InstantSource clock) {
    this.database = database;
    this.trusts = new Trusts(clock);
    this.revocations = revocations;
    this.keystone = keystone;
    this.clock = clock;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, LOGGED_IN, this::list),
        Route.post(ALL, LOGGED_IN, this::create),
        Route.get(ONE, LOGGED_IN, this::show),
        Route.delete(ONE, LOGGED_IN, this::delete),
        Route.get(ONE + "/roles", LOGGED_IN, this::roles),
        Route.get(ONE + "/roles/{role}", LOGGED_IN, this::role));
  }

  private View view(Trust trust) {
    return keystone.linked("OS-TRUST/trusts", trust.id(), trust.view());
  }

  private Mono<View> viewWithRoles(Trust trust) {
    return lent(database, trust)
        .map(
            roles ->
                view(trust)
                    .with("roles", roles.stream().map(this::view).toList())
                    .with("roles_links", rolesLinks(trust)));
  }

  private View view(DescribedRole described) {
    return keystone.linked("roles", described.role().id(), described.view());
  }

  private View rolesLinks(Trust trust) {
    return View.of("self", keystone.base() + "/OS-TRUST/trusts/" + trust.id() + "/roles")
        .with("next", Optional.empty())
        .with("previous", Optional.empty());
  }

  /** The roles of the trust themselves, as far as they are there. */
  private static Mono<List<DescribedRole>> lent(Session session, Trust trust) {
    return session
        .sql(DescribedRole.COLUMNS + "WHERE r.id = ANY (:roles) ORDER BY r.name")
        .bind("roles", trust.roleIds().toArray(String[]::new))
        .all(DescribedRole::of)
        .collectList();
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Optional<String> trustor = request.query("trustor_user_id");
    Optional<String> trustee = request.query("trustee_user_id");
    Caller caller = request.caller();
    Delegated.refuse(caller, MANAGING);
    boolean own = trustor.or(() -> trustee).filter(caller.userId()::equals).isPresent();
    if (!own && !Rule.SYSTEM_READER.opensTo(caller)) {
      throw ApiFault.forbidden("You may list the trusts of which you are trustor or trustee only.");
    }
    return bindPeople(database.sql(LIST), trustor, trustee)
        .bind("now", clock.instant())
        .all(Trust::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "trusts", views));
  }

  private static Statement bindPeople(
      Statement statement, Optional<String> trustor, Optional<String> trustee) {
    return statement.bind("trustor", trustor.orElse("")).bind("trustee", trustee.orElse(""));
  }

  private Mono<Trust> seen(ApiRequest request) {
    Caller caller = request.caller();
    return trusts
        .find(database, request.path("id"))
        .doOnNext(
            trust -> {
              boolean others = source(caller).filter(id -> !id.equals(trust.id())).isPresent();
              boolean concerned = trust.concerns(caller.userId()) && !others;
              if (!concerned && !Rule.SYSTEM_READER.opensTo(caller)) {
                throw Keystone.notFound("trust", trust.id());
              }
            });
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return seen(request)
        .flatMap(this::viewWithRoles)
        .flatMap(view -> Replies.ok(View.of("trust", view)));
  }

  private Mono<ServerResponse> roles(ApiRequest request) {
    return seen(request)
        .flatMap(
            trust ->
                lent(database, trust)
                    .flatMap(
                        roles ->
                            Replies.ok(
                                View.of("roles", roles.stream().map(this::view).toList())
                                    .with("links", rolesLinks(trust)))));
  }

  private Mono<ServerResponse> role(ApiRequest request) {
    String id = request.path("role");
    return seen(request)
        .flatMap(trust -> lent(database, trust))
        .flatMapIterable(roles -> roles)
        .filter(described -> described.role().id().equals(id))
        .next()
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("role", id)))
        .flatMap(role -> Replies.ok(View.of("role", view(role))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("trust"))
        .flatMap(body -> database.inTransaction(tx -> create(tx, request.caller(), body)))
        .flatMap(this::viewWithRoles)
        .flatMap(view -> Replies.created(View.of("trust", view)));
  }

  private Mono<Trust> create(Transaction tx, Caller caller, JsonBody body) {
    if (source(caller).isEmpty()) {
      Delegated.refuse(caller, MANAGING);
    }
    List<JsonBody> refs = body.objects("roles", MAX_ROLES);
    if (body.optionalText("project_id", 64).isPresent() && refs.isEmpty()) {
      throw ApiFault.forbidden(
          "You are not authorized to perform the requested action: At least one role should be"
              + " specified.");
    }
    return Flux.fromIterable(refs)
        .concatMap(ref -> roleId(tx, ref))
        .collectList()
        .map(roles -> Trust.created(body, roles, clock.instant()))
        .doOnNext(
            asked -> {
              if (!asked.people().trustorId().equals(caller.userId())) {
                throw ApiFault.forbidden("The authenticated user should match the trustor");
              }
            })
        .flatMap(asked -> completed(tx, caller, body, asked))
        .flatMap(
            trust ->
                checkTrustee(tx, trust)
                    .then(checkRoles(tx, trust))
                    .then(trust.bind(tx.sql(INSERT)).execute())
                    .thenReturn(trust));
  }

  /** The trust that the caller's token came of, which it may lend on. */
  private static Optional<String> source(Caller caller) {
    return caller
        .claims()
        .delegation()
        .filter(Delegation.Trust.class::isInstance)
        .map(Delegation::id);
  }

  private static Mono<String> roleId(Session session, JsonBody ref) {
    boolean byId = ref.has("id");
    String text = byId ? ref.text("id", 64) : ref.text("name", 255);
    return session
        .sql(
            "SELECT id FROM identity_role WHERE "
                + (byId ? "id = :text" : "name = :text AND domain_id IS NULL"))
        .bind("text", text)
        .one(row -> row.text("id"))
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("role", text)));
  }

  private Mono<Trust> completed(Session session, Caller caller, JsonBody body, Trust asked) {
    return source(caller)
        .map(
            source ->
                trusts
                    .find(session, source)
                    .flatMap(found -> trusts.chain(session, found.id()))
                    .map(chain -> NewTrust.redelegated(asked, body, chain)))
        .orElseGet(() -> Mono.fromSupplier(() -> NewTrust.own(asked, body)));
  }

  private static Mono<Void> checkTrustee(Session session, Trust trust) {
    String trustee = trust.people().trusteeId();
    return session
        .sql("SELECT id FROM identity_user WHERE id = :id")
        .bind("id", trustee)
        .one(row -> row.text("id"))
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("user", trustee)))
        .then();
  }

  /** Nobody lends what it has not; who lends on has been held against its source. */
  private static Mono<Void> checkRoles(Session session, Trust trust) {
    if (trust.redelegation().of().isPresent()) {
      return Mono.empty();
    }
    return Mono.justOrEmpty(trust.projectId())
        .flatMap(project -> EffectiveRoles.onProject(session, trust.people().trustorId(), project))
        .defaultIfEmpty(List.of())
        .doOnNext(
            has -> {
              List<String> missing = new ArrayList<>(trust.roleIds());
              missing.removeAll(has.stream().map(Role::id).toList());
              if (!missing.isEmpty()) {
                throw Keystone.notFound("role", missing.getFirst());
              }
            })
        .then();
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return database
        .inTransaction(tx -> delete(tx, request))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  private Mono<Void> delete(Transaction tx, ApiRequest request) {
    Caller caller = request.caller();
    return trusts
        .find(tx, request.path("id"))
        .doOnNext(
            trust -> {
              if (caller.isAdmin() || trust.people().trustorId().equals(caller.userId())) {
                return;
              }
              throw trust.concerns(caller.userId())
                  ? ApiFault.forbidden("Only admin or trustor can delete a trust")
                  : Keystone.notFound("trust", trust.id());
            })
        .flatMap(
            trust -> tx.sql(DELETE).bind("id", trust.id()).all(row -> row.text("id")).collectList())
        .flatMapMany(Flux::fromIterable)
        .concatMap(id -> revocations.revokeDelegation(tx, id))
        .then();
  }
}
