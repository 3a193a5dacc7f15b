package io.virga.control.identity.assignment;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.roles.DescribedRole;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Which role implies which. Who has less by a change has to log in again. */
public final class ImplicationRoutes {

  private static final String ALL = "/v3/roles/{id}/implies";
  private static final String ONE = ALL + "/{implied}";

  private static final String IMPLICATIONS =
      """
      SELECT p.id AS prior_id, p.name AS prior_name, i.id, i.name
        FROM identity_implied_role x
        JOIN identity_role p ON p.id = x.prior_id JOIN identity_role i ON i.id = x.implied_id
       WHERE (:prior = '' OR x.prior_id = :prior) AND (:implied = '' OR x.implied_id = :implied)
       ORDER BY p.name, i.name
      """;

  private static final String ADD =
      """
      INSERT INTO identity_implied_role (prior_id, implied_id) VALUES (:prior, :implied)
      ON CONFLICT DO NOTHING
      """;

  private static final String REMOVE =
      "DELETE FROM identity_implied_role WHERE prior_id = :prior AND implied_id = :implied";

  private final Database database;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Keystone keystone;

  public ImplicationRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.revocations = revocations;
    this.s3 = s3;
    this.keystone = keystone;
  }

  private record Inference(Role prior, Role implied) {}

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, SYSTEM_READER, this::ofRole),
        Route.get(ONE, SYSTEM_READER, this::one),
        Route.head(ONE, SYSTEM_READER, this::check),
        Route.put(ONE, ADMIN, this::imply),
        Route.delete(ONE, ADMIN, this::stop),
        Route.get("/v3/role_inferences", SYSTEM_READER, this::all));
  }

  private View brief(Role role) {
    return keystone.linked("roles", role.id(), View.of("id", role.id()).with("name", role.name()));
  }

  private View inference(Role prior, List<Role> implied) {
    return View.of("prior_role", brief(prior))
        .with("implies", implied.stream().map(this::brief).toList());
  }

  private static View linked(ApiRequest request, View inference) {
    return View.of("role_inference", inference)
        .with("links", View.of("self", request.uri().toString()));
  }

  private Mono<List<Inference>> inferences(String prior, String implied) {
    return database
        .sql(IMPLICATIONS)
        .bind("prior", prior)
        .bind("implied", implied)
        .all(
            row ->
                new Inference(new Role(row.text("prior_id"), row.text("prior_name")), Role.of(row)))
        .collectList();
  }

  private Mono<ServerResponse> ofRole(ApiRequest request) {
    return RoleRoutes.find(database, request.path("id"))
        .zipWith(inferences(request.path("id"), ""))
        .map(
            both ->
                inference(
                    both.getT1().role(), both.getT2().stream().map(Inference::implied).toList()))
        .flatMap(view -> Replies.ok(linked(request, view)));
  }

  private Mono<List<Inference>> found(ApiRequest request) {
    return inferences(request.path("id"), request.path("implied"))
        .filter(found -> !found.isEmpty())
        .switchIfEmpty(Mono.error(() -> notImplied(request)));
  }

  private Mono<ServerResponse> check(ApiRequest request) {
    return found(request).then(Replies.noContent());
  }

  private Mono<ServerResponse> one(ApiRequest request) {
    return found(request)
        .map(
            found ->
                View.of("prior_role", brief(found.getFirst().prior()))
                    .with("implies", brief(found.getFirst().implied())))
        .flatMap(view -> Replies.ok(linked(request, view)));
  }

  private static ApiFault notImplied(ApiRequest request) {
    return ApiFault.of(
        FaultKind.NOT_FOUND,
        "%s does not imply %s.".formatted(request.path("id"), request.path("implied")));
  }

  private Mono<ServerResponse> imply(ApiRequest request) {
    return database
        .inTransaction(
            tx ->
                RoleRoutes.find(tx, request.path("id"))
                    .zipWith(RoleRoutes.find(tx, request.path("implied")), ImplicationRoutes::pair)
                    .flatMap(made -> change(tx, ADD, request).thenReturn(made)))
        .map(
            made ->
                View.of("prior_role", brief(made.prior())).with("implies", brief(made.implied())))
        .flatMap(view -> Replies.created(linked(request, view)));
  }

  /** A role of a domain may stand for any; one of everyone's stands for everyone's alone. */
  private static Inference pair(DescribedRole prior, DescribedRole implied) {
    if (prior.domainId().isEmpty() && implied.domainId().isPresent()) {
      throw ApiFault.forbidden("Global role cannot imply a domain-specific role");
    }
    return new Inference(prior.role(), implied.role());
  }

  private Mono<Long> change(Transaction tx, String sql, ApiRequest request) {
    return tx.sql(sql)
        .bind("prior", request.path("id"))
        .bind("implied", request.path("implied"))
        .execute()
        .flatMap(changed -> s3.rolesChanged(tx).thenReturn(changed));
  }

  private Mono<ServerResponse> stop(ApiRequest request) {
    return database
        .inTransaction(
            tx ->
                RoleRoutes.find(tx, request.path("id"))
                    .doOnNext(RoleRoutes::refuseBuiltIn)
                    .then(change(tx, REMOVE, request))
                    .filter(removed -> removed > 0)
                    .switchIfEmpty(Mono.error(() -> notImplied(request)))
                    .then(revocations.revokeBearers(tx, request.path("id"))))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> all(ApiRequest request) {
    return inferences("", "")
        .flatMapIterable(found -> found)
        .collectMultimap(Inference::prior, Inference::implied)
        .flatMap(
            byPrior ->
                Replies.ok(
                    View.of(
                            "role_inferences",
                            byPrior.entrySet().stream()
                                .map(
                                    entry ->
                                        inference(entry.getKey(), List.copyOf(entry.getValue())))
                                .toList())
                        .with("links", View.of("self", request.uri().toString()))));
  }
}
