package io.virga.control.identity.token;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.identity.password.LoginState;
import io.virga.dataplane.token.AccessRule;
import io.virga.dataplane.token.Claims.Named;
import io.virga.dataplane.token.Delegation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Looks up what logging in needs to know. */
final class Accounts {

  private static final String USER =
      """
      SELECT u.id, u.name, d.id AS domain_id, d.name AS domain_name,
             u.enabled AND d.enabled AS enabled, u.password_hash, u.default_project_id, %s
        FROM identity_user u JOIN identity_domain d ON d.id = u.domain_id
       WHERE CASE WHEN :id <> '' THEN u.id = :id
             ELSE u.name = :name AND (d.id = :domainId OR d.name = :domainName) END
      """
          .formatted(LoginState.COLUMNS);

  private static final String PROJECT =
      """
      SELECT p.id, p.name, d.id AS domain_id, d.name AS domain_name,
             p.enabled AND d.enabled AS enabled
        FROM identity_project p JOIN identity_domain d ON d.id = p.domain_id
       WHERE CASE WHEN :id <> '' THEN p.id = :id
             ELSE p.name = :name AND (d.id = :domainId OR d.name = :domainName) END
      """;

  private static final String DOMAIN =
      """
      SELECT id, name, id AS domain_id, name AS domain_name, enabled FROM identity_domain
       WHERE id = :id OR name = :name
      """;

  private static final String APPLICATION_CREDENTIAL =
      """
      SELECT c.id, c.user_id, c.project_id, c.secret_hash, c.roles, c.expires_at, c.unrestricted,
             (SELECT coalesce(json_agg(json_build_object(
                       's', r.service, 'm', r.method, 'p', r.path)), '[]')::text
                FROM identity_application_credential_rule x
                JOIN identity_access_rule r ON r.id = x.rule_id
               WHERE x.credential_id = c.id) AS rules
        FROM identity_application_credential c
        JOIN identity_user u ON u.id = c.user_id JOIN identity_domain d ON d.id = u.domain_id
       WHERE CASE WHEN :id <> '' THEN c.id = :id
             ELSE c.name = :name AND (u.id = :userId
                  OR u.name = :userName AND (d.id = :domainId OR d.name = :domainName)) END
      """;

  private final Database database;

  Accounts(Database database) {
    this.database = database;
  }

  /** A user who may or may not be let in. */
  record User(
      Named self,
      Named domain,
      boolean enabled,
      Optional<String> passwordHash,
      Optional<String> defaultProjectId,
      LoginState state) {

    @Override
    public String toString() {
      return "User[" + self + "]";
    }
  }

  /** What a token may be scoped to. */
  record Target(Named self, Named domain, boolean enabled) {}

  /** An application credential with the hash of its secret. */
  record ApplicationCredential(
      String id,
      String userId,
      String projectId,
      String secretHash,
      List<String> roles,
      Optional<Instant> expiresAt,
      Delegation delegation) {

    @Override
    public String toString() {
      return "ApplicationCredential[id=" + id + "]";
    }
  }

  Mono<User> user(AuthRequest.Reference reference) {
    return bind(database.sql(USER), reference)
        .one(
            row ->
                new User(
                    new Named(row.text("id"), row.text("name")),
                    domain(row),
                    row.flag("enabled"),
                    row.optionalText("password_hash"),
                    row.optionalText("default_project_id"),
                    LoginState.of(row)));
  }

  Mono<User> userById(String id) {
    return user(byId(id));
  }

  Mono<Target> project(AuthRequest.Reference reference) {
    return bind(database.sql(PROJECT), reference).one(Accounts::target);
  }

  Mono<Target> projectById(String id) {
    return project(byId(id));
  }

  Mono<Target> domain(AuthRequest.DomainReference reference) {
    return database
        .sql(DOMAIN)
        .bind("id", reference.id().orElse(""))
        .bind("name", reference.name().orElse(""))
        .one(Accounts::target);
  }

  Mono<ApplicationCredential> applicationCredential(
      AuthRequest.Method.ApplicationCredential method) {
    Optional<AuthRequest.Reference> user = method.user();
    Optional<AuthRequest.DomainReference> domain = user.flatMap(AuthRequest.Reference::domain);
    return database
        .sql(APPLICATION_CREDENTIAL)
        .bind("id", method.id().orElse(""))
        .bind("name", method.name().orElse(""))
        .bind("userId", user.flatMap(AuthRequest.Reference::id).orElse(""))
        .bind("userName", user.flatMap(AuthRequest.Reference::name).orElse(""))
        .bind("domainId", domain.flatMap(AuthRequest.DomainReference::id).orElse(""))
        .bind("domainName", domain.flatMap(AuthRequest.DomainReference::name).orElse(""))
        .one(
            row ->
                new ApplicationCredential(
                    row.text("id"),
                    row.text("user_id"),
                    row.text("project_id"),
                    row.text("secret_hash"),
                    row.texts("roles"),
                    row.optionalTime("expires_at"),
                    new Delegation.ApplicationCredential(
                        row.text("id"),
                        row.flag("unrestricted"),
                        List.of(row.json("rules", AccessRule[].class)))));
  }

  private static Statement bind(Statement statement, AuthRequest.Reference reference) {
    Optional<AuthRequest.DomainReference> domain = reference.domain();
    return statement
        .bind("id", reference.id().orElse(""))
        .bind("name", reference.name().orElse(""))
        .bind("domainId", domain.flatMap(AuthRequest.DomainReference::id).orElse(""))
        .bind("domainName", domain.flatMap(AuthRequest.DomainReference::name).orElse(""));
  }

  private static AuthRequest.Reference byId(String id) {
    return new AuthRequest.Reference(Optional.of(id), Optional.empty(), Optional.empty());
  }

  private static Target target(Row row) {
    return new Target(
        new Named(row.text("id"), row.text("name")), domain(row), row.flag("enabled"));
  }

  private static Named domain(Row row) {
    return new Named(row.text("domain_id"), row.text("domain_name"));
  }
}
