package io.virga.control.identity.s3;

import io.virga.control.database.Row;
import io.virga.control.database.Transaction;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.roles.Role;
import io.virga.control.watch.DesiredStates;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.dataplane.token.Claims;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps what the object stores know of EC2 key pairs in step with users, projects and roles: a key
 * pair is told while its user and project are enabled and the user has a role there. Call it in the
 * transaction that changes any of these, after the change.
 */
public final class S3Credentials {

  /** Data planes do not look at the expiry of a key pair's claims. */
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private static final String TOUCH =
      """
      WITH touched AS (
        UPDATE identity_ec2_credential SET generation = generation + 1
         WHERE %s RETURNING access, secret, user_id, project_id, created_at, generation)
      SELECT t.access, t.secret, t.created_at, t.generation, u.id AS user_id, u.name AS user_name,
             ud.id AS user_domain_id, ud.name AS user_domain_name, p.id AS project_id,
             p.name AS project_name, pd.id AS domain_id, pd.name AS domain_name,
             u.enabled AND ud.enabled AND p.enabled AND pd.enabled AS enabled
        FROM touched t
        JOIN identity_user u ON u.id = t.user_id JOIN identity_domain ud ON ud.id = u.domain_id
        JOIN identity_project p ON p.id = t.project_id
        JOIN identity_domain pd ON pd.id = p.domain_id
      """;

  private static final String OF_USER = TOUCH.formatted("user_id = :id");
  private static final String OF_PROJECT = TOUCH.formatted("project_id = :id");
  private static final String OF_GROUP =
      TOUCH.formatted("user_id IN (SELECT user_id FROM identity_membership WHERE group_id = :id)");
  private static final String OF_DOMAIN =
      TOUCH.formatted(
          """
          user_id IN (SELECT id FROM identity_user WHERE domain_id = :id)
          OR project_id IN (SELECT id FROM identity_project WHERE domain_id = :id)
          """);
  private static final String OF_EVERYONE = TOUCH.formatted(":id = '*'");

  private static final String ACCESS_KEYS =
      "SELECT access FROM identity_ec2_credential WHERE user_id = :id OR project_id = :id";

  private final DesiredStates desired;

  public S3Credentials(DesiredStates desired) {
    this.desired = desired;
  }

  /** A key pair as it is now, with whom it speaks for. */
  private record KeyPair(S3CredentialSpec spec, boolean enabled) {}

  public Mono<Void> userChanged(Transaction transaction, String userId) {
    return refresh(transaction, OF_USER, userId);
  }

  public Mono<Void> projectChanged(Transaction transaction, String projectId) {
    return refresh(transaction, OF_PROJECT, projectId);
  }

  public Mono<Void> groupChanged(Transaction transaction, String groupId) {
    return refresh(transaction, OF_GROUP, groupId);
  }

  public Mono<Void> domainChanged(Transaction transaction, String domainId) {
    return refresh(transaction, OF_DOMAIN, domainId);
  }

  public Mono<Void> rolesChanged(Transaction transaction) {
    return refresh(transaction, OF_EVERYONE, "*");
  }

  /** Before a user or a project is deleted, whose key pairs go with it. */
  public Mono<Void> removeAllOf(Transaction transaction, String userOrProjectId) {
    return transaction
        .sql(ACCESS_KEYS)
        .bind("id", userOrProjectId)
        .all(row -> row.text("access"))
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(access -> remove(transaction, access))
        .then();
  }

  /** One key pair that has been deleted. */
  public Mono<Void> remove(Transaction transaction, String access) {
    return desired.remove(transaction, DesiredStates.EVERY_HOST, Kind.S3_CREDENTIAL, access);
  }

  private Mono<Void> refresh(Transaction transaction, String sql, String id) {
    return transaction
        .sql(sql)
        .bind("id", id)
        .all(S3Credentials::keyPair)
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(pair -> tell(transaction, pair))
        .then();
  }

  private Mono<Void> tell(Transaction transaction, KeyPair pair) {
    Claims claims = pair.spec().claims();
    String project = claims.projectId().orElseThrow();
    return EffectiveRoles.onProject(transaction, claims.user().id(), project)
        .flatMap(
            roles ->
                pair.enabled() && !roles.isEmpty()
                    ? desired.put(
                        transaction, DesiredStates.EVERY_HOST, withRoles(pair.spec(), roles))
                    : remove(transaction, pair.spec().id()));
  }

  private static KeyPair keyPair(Row row) {
    Claims.Scope scope =
        new Claims.Scope(
            Claims.ScopeType.PROJECT,
            new Claims.Named(row.text("project_id"), row.text("project_name")),
            new Claims.Named(row.text("domain_id"), row.text("domain_name")));
    Claims claims =
        new Claims(
            row.text("access"),
            "",
            new Claims.Named(row.text("user_id"), row.text("user_name")),
            new Claims.Named(row.text("user_domain_id"), row.text("user_domain_name")),
            Optional.of(scope),
            List.of(),
            List.of("ec2credential"),
            Optional.empty(),
            row.time("created_at"),
            NEVER);
    return new KeyPair(
        new S3CredentialSpec(
            row.text("access"), row.number("generation"), row.text("secret"), claims),
        row.flag("enabled"));
  }

  private static S3CredentialSpec withRoles(S3CredentialSpec spec, List<Role> roles) {
    Claims claims = spec.claims();
    return new S3CredentialSpec(
        spec.id(),
        spec.generation(),
        spec.secret(),
        new Claims(
            claims.tokenId(),
            claims.keyId(),
            claims.user(),
            claims.userDomain(),
            claims.scope(),
            roles.stream().map(Role::name).toList(),
            claims.methods(),
            claims.delegation(),
            claims.issuedAt(),
            claims.expiresAt()));
  }
}
