package io.virga.control.identity.bootstrap;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.identity.password.Passwords;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.policy.Caller;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes what is missing of the first accounts, and changes nothing that is there: a password that
 * was changed since, or a role that was taken away, stays so.
 */
public final class Bootstrap {

  /** The id of the domain {@code Default}, as keystone has it. */
  public static final String DEFAULT_DOMAIN = "default";

  private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);

  private static final String DOMAIN =
      "INSERT INTO identity_domain (id, name, description) VALUES (:id, 'Default', 'The default domain')"
          + " ON CONFLICT DO NOTHING";

  private static final String PROJECT =
      """
      INSERT INTO identity_project (id, domain_id, name) VALUES (:id, 'default', :name)
      ON CONFLICT DO NOTHING
      """;

  private static final String ROLE =
      "INSERT INTO identity_role (id, name) VALUES (:id, :name) ON CONFLICT DO NOTHING";

  private static final String IMPLIES =
      """
      INSERT INTO identity_implied_role (prior_id, implied_id)
      SELECT p.id, i.id FROM identity_role p, identity_role i
       WHERE p.name = :prior AND p.domain_id IS NULL AND i.name = :implied AND i.domain_id IS NULL
      ON CONFLICT DO NOTHING
      """;

  private static final String USER =
      """
      INSERT INTO identity_user (id, domain_id, name, password_hash, default_project_id)
      SELECT :id, 'default', :name, :hash, id FROM identity_project
       WHERE domain_id = 'default' AND name = :project
      ON CONFLICT DO NOTHING
      """;

  private static final String ON_PROJECT =
      """
      INSERT INTO identity_assignment (role_id, user_id, project_id)
      SELECT r.id, u.id, p.id FROM identity_role r, identity_user u, identity_project p
       WHERE r.name = :role AND r.domain_id IS NULL
         AND u.id = :user AND p.domain_id = 'default' AND p.name = :project
      ON CONFLICT DO NOTHING
      """;

  private static final String ON_SYSTEM_AND_DOMAIN =
      """
      INSERT INTO identity_assignment (role_id, user_id, domain_id)
      SELECT r.id, :user, d.id FROM identity_role r, (VALUES ('default'), (NULL)) AS d (id)
       WHERE r.name = :role AND r.domain_id IS NULL
      ON CONFLICT DO NOTHING
      """;

  private static final String KEY_PAIR =
      """
      INSERT INTO identity_ec2_credential (id, access, secret, user_id, project_id)
      SELECT encode(sha256(convert_to(:access, 'UTF8')), 'hex'), :access, :secret, :user, id FROM identity_project
       WHERE domain_id = 'default' AND name = :project
      ON CONFLICT DO NOTHING
      """;

  private final Database database;
  private final Passwords passwords;
  private final S3Credentials s3;

  public Bootstrap(Database database, Passwords passwords, S3Credentials s3) {
    this.database = database;
    this.passwords = passwords;
    this.s3 = s3;
  }

  /** One transaction for the common parts, and one for each account that is missing. */
  public Mono<Void> run(BootstrapFile file) {
    return database
        .inTransaction(tx -> common(tx, file.serviceProjectId()))
        .thenMany(Flux.fromIterable(file.accounts()))
        .concatMap(this::account)
        .then();
  }

  private static Mono<Void> common(Transaction tx, String serviceProjectId) {
    return tx.sql(DOMAIN)
        .bind("id", DEFAULT_DOMAIN)
        .execute()
        .then(project(tx, serviceProjectId, "service"))
        .thenMany(Flux.just(Caller.ADMIN, "member", "reader"))
        .concatMap(name -> tx.sql(ROLE).bind("id", Ids.nextHex()).bind("name", name).execute())
        .thenMany(Flux.just(Map.entry(Caller.ADMIN, "member"), Map.entry("member", "reader")))
        .concatMap(
            pair ->
                tx.sql(IMPLIES)
                    .bind("prior", pair.getKey())
                    .bind("implied", pair.getValue())
                    .execute())
        .then();
  }

  private static Mono<Void> project(Transaction tx, String id, String name) {
    return tx.sql(PROJECT).bind("id", id).bind("name", name).execute().then();
  }

  private Mono<Void> account(BootstrapFile.Account account) {
    return database
        .sql("SELECT id FROM identity_user WHERE domain_id = 'default' AND name = :name")
        .bind("name", account.user())
        .one(row -> row.text("id"))
        .hasElement()
        .flatMap(there -> there ? Mono.empty() : create(account));
  }

  private Mono<Void> create(BootstrapFile.Account account) {
    log.info("making the user {} with the project {}", account.user(), account.project());
    String user = Ids.nextHex();
    boolean admin = account.user().equals(Caller.ADMIN);
    String role = admin ? Caller.ADMIN : "member";
    return passwords
        .hash(account.password())
        .flatMap(
            hash ->
                database.inTransaction(
                    tx ->
                        project(tx, Ids.nextHex(), account.project())
                            .then(
                                tx.sql(USER)
                                    .bind("id", user)
                                    .bind("name", account.user())
                                    .bind("hash", hash)
                                    .bind("project", account.project())
                                    .execute())
                            .then(
                                tx.sql(ON_PROJECT)
                                    .bind("role", role)
                                    .bind("user", user)
                                    .bind("project", account.project())
                                    .execute())
                            .then(admin ? everywhere(tx, user) : Mono.empty())
                            .then(keyPair(tx, user, account))
                            .then(s3.userChanged(tx, user))));
  }

  private static Mono<Void> everywhere(Transaction tx, String user) {
    return tx.sql(ON_SYSTEM_AND_DOMAIN)
        .bind("role", Caller.ADMIN)
        .bind("user", user)
        .execute()
        .then();
  }

  private static Mono<Void> keyPair(Transaction tx, String user, BootstrapFile.Account account) {
    return tx.sql(KEY_PAIR)
        .bind("access", account.accessKey())
        .bind("secret", account.secretKey())
        .bind("user", user)
        .bind("project", account.project())
        .execute()
        .then();
  }
}
