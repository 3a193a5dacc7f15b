package io.virga.control.identity;

import static io.virga.control.policy.Rule.ANYONE;

import io.virga.control.fault.FaultForm;
import io.virga.control.foundation.Foundation;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.ApiService;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.assignment.AssignmentRoutes;
import io.virga.control.identity.assignment.GrantRoutes;
import io.virga.control.identity.assignment.ImplicationRoutes;
import io.virga.control.identity.assignment.RoleRoutes;
import io.virga.control.identity.catalog.Catalog;
import io.virga.control.identity.catalog.CatalogRoutes;
import io.virga.control.identity.catalog.EndpointFilterRoutes;
import io.virga.control.identity.catalog.EndpointGroupRoutes;
import io.virga.control.identity.catalog.EndpointRoutes;
import io.virga.control.identity.catalog.PolicyAssociationRoutes;
import io.virga.control.identity.catalog.PolicyRoutes;
import io.virga.control.identity.catalog.RegionRoutes;
import io.virga.control.identity.catalog.ServiceRoutes;
import io.virga.control.identity.credential.AccessRuleRoutes;
import io.virga.control.identity.credential.ApplicationCredentialRoutes;
import io.virga.control.identity.credential.CredentialRoutes;
import io.virga.control.identity.credential.Ec2KeyPairs;
import io.virga.control.identity.credential.Ec2Routes;
import io.virga.control.identity.directory.DomainRoutes;
import io.virga.control.identity.directory.GroupRoutes;
import io.virga.control.identity.directory.PasswordRoutes;
import io.virga.control.identity.directory.ProjectRoutes;
import io.virga.control.identity.directory.ProjectTagRoutes;
import io.virga.control.identity.directory.Projects;
import io.virga.control.identity.directory.UserRoutes;
import io.virga.control.identity.domainconfig.ComplianceRoutes;
import io.virga.control.identity.domainconfig.DomainConfigRoutes;
import io.virga.control.identity.limit.LimitRoutes;
import io.virga.control.identity.limit.RegisteredLimitRoutes;
import io.virga.control.identity.revocation.RevocationRoutes;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.token.TokenRoutes;
import io.virga.control.identity.trust.TrustRoutes;
import io.virga.control.identity.view.Keystone;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /identity}: versions, and identity v3. */
public final class IdentityService implements ApiService {

  private final URI base;
  private final List<Route> routes;

  public IdentityService(
      Foundation foundation,
      TokenRoutes.Gate gate,
      Revocations revocations,
      Catalog catalog,
      SecureRandom random) {
    this.base = URI.create(foundation.endpoint() + "/identity/v3");
    var database = foundation.database();
    Keystone keystone = new Keystone(base);
    S3Credentials s3 = new S3Credentials(foundation.desired());
    Projects projects = new Projects(database, keystone);
    Ec2KeyPairs pairs = new Ec2KeyPairs(database, s3);
    this.routes =
        Stream.of(
                List.of(
                    Route.get("/", ANYONE, this::versions),
                    Route.get("/v3", ANYONE, this::version)),
                new TokenRoutes(database, gate, revocations, catalog, foundation.clock()).routes(),
                new CatalogRoutes(catalog, keystone).routes(),
                new ServiceRoutes(database, catalog, keystone).routes(),
                new EndpointRoutes(database, catalog, keystone).routes(),
                new RegionRoutes(database, keystone).routes(),
                new EndpointFilterRoutes(database, catalog, projects, keystone).routes(),
                new EndpointGroupRoutes(database, catalog, projects, keystone).routes(),
                new PolicyRoutes(database, keystone).routes(),
                new PolicyAssociationRoutes(database, keystone).routes(),
                new RevocationRoutes(database, keystone).routes(),
                new DomainRoutes(database, revocations, s3, keystone).routes(),
                new ProjectRoutes(database, revocations, s3, keystone).routes(),
                new ProjectTagRoutes(database, keystone).routes(),
                new UserRoutes(database, gate.passwords(), revocations, s3, keystone).routes(),
                new GroupRoutes(database, revocations, s3, keystone).routes(),
                new RoleRoutes(database, revocations, s3, keystone).routes(),
                new ImplicationRoutes(database, revocations, s3, keystone).routes(),
                new GrantRoutes(database, revocations, s3, keystone).routes(),
                new AssignmentRoutes(database, keystone).routes(),
                new Ec2Routes(pairs, keystone).routes(),
                new RegisteredLimitRoutes(database, keystone).routes(),
                new LimitRoutes(database, keystone).routes(),
                new AccessRuleRoutes(database, keystone).routes(),
                new TrustRoutes(database, revocations, keystone, foundation.clock()).routes(),
                new PasswordRoutes(database, gate.passwords(), gate.limits(), revocations).routes(),
                new DomainConfigRoutes(database).routes(),
                new ComplianceRoutes(gate.passwords().rules()).routes(),
                new CredentialRoutes(database, pairs, keystone).routes(),
                new ApplicationCredentialRoutes(
                        database, gate.passwords().hashes(), revocations, keystone, random)
                    .routes())
            .flatMap(List::stream)
            .toList();
  }

  @Override
  public String prefix() {
    return "identity";
  }

  @Override
  public FaultForm faults() {
    return FaultForm.IDENTITY;
  }

  @Override
  public boolean passesOverTrailingSlashes() {
    return true;
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  private Mono<ServerResponse> versions(ApiRequest request) {
    return Replies.json(
        HttpStatus.MULTIPLE_CHOICES, View.of("versions", View.of("values", List.of(version()))));
  }

  private Mono<ServerResponse> version(ApiRequest request) {
    return Replies.ok(View.of("version", version()));
  }

  private View version() {
    return View.of("id", "v3.14")
        .with("status", "stable")
        .with("updated", "2020-04-07T00:00:00Z")
        .with("links", List.of(View.of("rel", "self").with("href", base + "/")))
        .with(
            "media-types",
            List.of(
                View.of("base", "application/json")
                    .with("type", "application/vnd.openstack.identity-v3+json")));
  }
}
