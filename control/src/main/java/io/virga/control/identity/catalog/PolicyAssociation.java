package io.virga.control.identity.catalog;

import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.http.ApiRequest;
import io.virga.control.identity.view.Keystone;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * What a policy is for: an endpoint, all of a service, or those of a service in a region and all
 * within it.
 */
record PolicyAssociation(
    String policyId,
    Optional<String> endpointId,
    Optional<String> serviceId,
    Optional<String> regionId) {

  static final String FITS =
      """
      endpoint_id IS NOT DISTINCT FROM :endpoint AND service_id IS NOT DISTINCT FROM :service
      AND region_id IS NOT DISTINCT FROM :region
      """;

  /** What of it is not there, the first in Keystone's order. */
  private static final String MISSING =
      """
      SELECT x.thing, x.id FROM (VALUES
        (1, 'policy', CAST(:policy AS text),
            EXISTS (SELECT FROM identity_policy WHERE id = :policy)),
        (2, 'endpoint', CAST(:endpoint AS text),
            EXISTS (SELECT FROM identity_endpoint WHERE id = :endpoint)),
        (3, 'service', CAST(:service AS text),
            EXISTS (SELECT FROM identity_service WHERE id = :service)),
        (4, 'region', CAST(:region AS text),
            EXISTS (SELECT FROM identity_region WHERE id = :region)))
        AS x (place, thing, id, there)
       WHERE x.id IS NOT NULL AND NOT x.there
       ORDER BY x.place LIMIT 1
      """;

  /** The variables of the path; those that it does not have are empty. */
  static PolicyAssociation of(ApiRequest request, Target target) {
    Optional<String> none = Optional.empty();
    String policy = request.path("policy");
    return switch (target) {
      case ENDPOINT ->
          new PolicyAssociation(policy, Optional.of(request.path("endpoint")), none, none);
      case SERVICE ->
          new PolicyAssociation(policy, none, Optional.of(request.path("service")), none);
      case SERVICE_IN_REGION ->
          new PolicyAssociation(
              policy,
              none,
              Optional.of(request.path("service")),
              Optional.of(request.path("region")));
    };
  }

  enum Target {
    ENDPOINT("endpoints/{endpoint}"),
    SERVICE("services/{service}"),
    SERVICE_IN_REGION("services/{service}/regions/{region}");

    private final String path;

    Target(String path) {
      this.path = path;
    }

    String path() {
      return path;
    }
  }

  Statement bind(Statement statement) {
    return statement
        .bind("policy", policyId)
        .bind("endpoint", endpointId, String.class)
        .bind("service", serviceId, String.class)
        .bind("region", regionId, String.class);
  }

  /** Fails, not found, if something that it names is not there. */
  Mono<Void> checkThere(Session session) {
    return bind(session.sql(MISSING))
        .one(row -> Keystone.notFound(row.text("thing"), row.text("id")))
        .flatMap(missing -> Mono.error(missing));
  }
}
