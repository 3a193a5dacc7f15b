package io.virga.control.identity.catalog;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Keystone;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code OS-ENDPOINT-POLICY}: which policy is for which endpoints. */
public final class PolicyAssociationRoutes {

  private static final String PREFIX = "/v3/policies/{policy}/OS-ENDPOINT-POLICY/";

  /** There is one policy of each; another takes its place. */
  private static final String ADD =
      """
      INSERT INTO identity_policy_association (policy_id, endpoint_id, service_id, region_id)
      VALUES (:policy, :endpoint, :service, :region)
      ON CONFLICT ON CONSTRAINT identity_policy_association_of
      DO UPDATE SET policy_id = excluded.policy_id
      """;

  private static final String FIND =
      "SELECT policy_id FROM identity_policy_association WHERE policy_id = :policy AND "
          + PolicyAssociation.FITS;

  private static final String REMOVE =
      "DELETE FROM identity_policy_association WHERE policy_id = :policy AND "
          + PolicyAssociation.FITS;

  private static final String ENDPOINTS =
      """
      WITH RECURSIVE within AS (
        SELECT service_id, region_id FROM identity_policy_association
         WHERE policy_id = :policy AND region_id IS NOT NULL
        UNION
        SELECT w.service_id, r.id FROM within w
          JOIN identity_region r ON r.parent_region_id = w.region_id)
      """
          + Endpoint.COLUMNS
          + """
          WHERE id IN (SELECT endpoint_id FROM identity_policy_association
                        WHERE policy_id = :policy AND endpoint_id IS NOT NULL)
             OR service_id IN (SELECT service_id FROM identity_policy_association
                                WHERE policy_id = :policy AND service_id IS NOT NULL
                                  AND region_id IS NULL)
             OR (service_id, region_id) IN (SELECT service_id, region_id FROM within)
          ORDER BY id
          """;

  /**
   * The endpoint's own before that of its region, the nearest first, before that of its service.
   */
  private static final String OF_ENDPOINT =
      """
      WITH RECURSIVE around AS (
        SELECT region_id AS id, 0 AS distance FROM identity_endpoint WHERE id = :endpoint
        UNION ALL
        SELECT r.parent_region_id, a.distance + 1
          FROM around a JOIN identity_region r ON r.id = a.id)
      """
          + Policy.COLUMNS
          + """
          p JOIN (
            SELECT a.policy_id,
                   a.endpoint_id IS NOT NULL AS own, a.region_id IS NOT NULL AS near, r.distance
              FROM identity_policy_association a
              JOIN identity_endpoint e ON e.id = :endpoint
              LEFT JOIN around r ON r.id = a.region_id
             WHERE a.endpoint_id = e.id
                OR a.service_id = e.service_id AND (a.region_id IS NULL OR r.id IS NOT NULL)) x
            ON x.policy_id = p.id
          ORDER BY x.own DESC, x.near DESC, x.distance LIMIT 1
          """;

  private final Database database;
  private final Keystone keystone;

  public PolicyAssociationRoutes(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (PolicyAssociation.Target target : PolicyAssociation.Target.values()) {
      String path = PREFIX + target.path();
      routes.add(Route.get(path, SYSTEM_READER, r -> check(PolicyAssociation.of(r, target))));
      routes.add(Route.put(path, ADMIN, r -> add(PolicyAssociation.of(r, target))));
      routes.add(Route.delete(path, ADMIN, r -> remove(PolicyAssociation.of(r, target))));
    }
    routes.add(Route.get(PREFIX + "endpoints", SYSTEM_READER, this::endpoints));
    routes.add(
        Route.get(
            "/v3/endpoints/{endpoint}/OS-ENDPOINT-POLICY/policy", SYSTEM_READER, this::ofEndpoint));
    return routes;
  }

  private static ApiFault notAssociated() {
    return ApiFault.of(FaultKind.NOT_FOUND, "Could not find policy association.");
  }

  private Mono<ServerResponse> check(PolicyAssociation association) {
    return association
        .checkThere(database)
        .then(association.bind(database.sql(FIND)).one(row -> row.text("policy_id")))
        .switchIfEmpty(Mono.error(PolicyAssociationRoutes::notAssociated))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> add(PolicyAssociation association) {
    return association
        .checkThere(database)
        .then(association.bind(database.sql(ADD)).execute())
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> remove(PolicyAssociation association) {
    return association
        .checkThere(database)
        .then(association.bind(database.sql(REMOVE)).execute())
        .filter(removed -> removed > 0)
        .switchIfEmpty(Mono.error(PolicyAssociationRoutes::notAssociated))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> endpoints(ApiRequest request) {
    return Policy.find(database, request.path("policy"), "")
        .flatMapMany(
            policy -> database.sql(ENDPOINTS).bind("policy", policy.id()).all(Endpoint::of))
        .map(endpoint -> keystone.linked("endpoints", endpoint.id(), endpoint.view()))
        .collectList()
        .flatMap(views -> keystone.list(request, "endpoints", views));
  }

  private Mono<ServerResponse> ofEndpoint(ApiRequest request) {
    String endpoint = request.path("endpoint");
    return EndpointRoutes.find(database, endpoint, "")
        .then(database.sql(OF_ENDPOINT).bind("endpoint", endpoint).one(Policy::of))
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.of(
                        FaultKind.NOT_FOUND,
                        "No policy is associated with endpoint %s.".formatted(endpoint))))
        .flatMap(
            policy ->
                Replies.ok(
                    View.of("policy", keystone.linked("policies", policy.id(), policy.view()))));
  }
}
