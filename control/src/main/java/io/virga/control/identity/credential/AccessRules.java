package io.virga.control.identity.credential;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.view.Keystone;
import io.virga.dataplane.token.AccessRule;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The access rules of users. Credentials share them; each kind of request is there once. */
final class AccessRules {

  static final String COLUMNS = "SELECT id, service, method, path FROM identity_access_rule ";

  private static final int MAX_RULES = 32;
  private static final int MAX_PATHS_LENGTH = 2048;
  private static final List<String> METHODS =
      List.of("POST", "GET", "HEAD", "PATCH", "PUT", "DELETE");

  private static final String ADD =
      """
      INSERT INTO identity_access_rule (id, user_id, service, method, path)
      VALUES (:id, :user, :service, :method, :path)
      ON CONFLICT (user_id, service, method, path) DO UPDATE SET service = excluded.service
      RETURNING id
      """;

  private static final String ATTACH =
      """
      INSERT INTO identity_application_credential_rule (credential_id, rule_id)
      VALUES (:credential, :rule) ON CONFLICT DO NOTHING
      """;

  private static final String OF_CREDENTIAL =
      COLUMNS
          + """
          WHERE id IN (SELECT rule_id FROM identity_application_credential_rule
                        WHERE credential_id = :credential)
          ORDER BY id
          """;

  private AccessRules() {}

  /** A rule under its id. */
  record Stored(String id, AccessRule rule) {

    static Stored of(Row row) {
      return new Stored(
          row.text("id"),
          new AccessRule(row.text("service"), row.text("method"), row.text("path")));
    }

    View view() {
      return View.of("id", id)
          .with("service", rule.service())
          .with("method", rule.method())
          .with("path", rule.path());
    }
  }

  /** What a body asks for: a rule, or one that is there already, by its id. */
  sealed interface Asked {

    record Known(String id) implements Asked {}

    record Fresh(AccessRule rule) implements Asked {}
  }

  /** The member {@code access_rules}; all of them together fit into a token. */
  static List<Asked> of(JsonBody body) {
    List<Asked> rules =
        body.objects("access_rules", MAX_RULES).stream().map(AccessRules::asked).toList();
    int length =
        rules.stream()
            .mapToInt(
                asked -> asked instanceof Asked.Fresh(AccessRule rule) ? rule.path().length() : 0)
            .sum();
    checkLength(length);
    return rules;
  }

  private static void checkLength(int length) {
    if (length > MAX_PATHS_LENGTH) {
      throw ApiFault.badRequest(
          "access_rules: the paths have %d characters together, accepted are %d"
              .formatted(length, MAX_PATHS_LENGTH));
    }
  }

  private static Asked asked(JsonBody body) {
    if (body.has("id")) {
      return new Asked.Known(body.text("id", 64));
    }
    String path = body.text("path", 225);
    if (!path.startsWith("/")) {
      throw ApiFault.badRequest(body.at("path") + ": '" + path + "' does not begin with /");
    }
    String method =
        body.optionalChoice("method", METHODS)
            .orElseThrow(() -> ApiFault.badRequest(body.at("method") + ": is required"));
    return new Asked.Fresh(new AccessRule(body.text("service", 64), method, path));
  }

  /** Gives the credential its rules; makes those that are new. */
  static Mono<List<Stored>> attach(
      Transaction tx, String userId, String credentialId, List<Asked> rules) {
    return Flux.fromIterable(rules)
        .concatMap(asked -> id(tx, userId, asked))
        .concatMap(
            rule -> tx.sql(ATTACH).bind("credential", credentialId).bind("rule", rule).execute())
        .then(ofCredential(tx, credentialId))
        .doOnNext(
            stored -> checkLength(stored.stream().mapToInt(s -> s.rule().path().length()).sum()));
  }

  private static Mono<String> id(Transaction tx, String userId, Asked asked) {
    return switch (asked) {
      case Asked.Known known -> find(tx, userId, known.id(), "FOR SHARE").map(Stored::id);
      case Asked.Fresh fresh ->
          tx.sql(ADD)
              .bind("id", Ids.nextHex())
              .bind("user", userId)
              .bind("service", fresh.rule().service())
              .bind("method", fresh.rule().method())
              .bind("path", fresh.rule().path())
              .one(row -> row.text("id"));
    };
  }

  static Mono<Stored> find(Session session, String userId, String id, String lock) {
    return session
        .sql(COLUMNS + "WHERE user_id = :user AND id = :id " + lock)
        .bind("user", userId)
        .bind("id", id)
        .one(Stored::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("Access Rule", id)));
  }

  static Mono<List<Stored>> ofCredential(Session session, String credentialId) {
    return session
        .sql(OF_CREDENTIAL)
        .bind("credential", credentialId)
        .all(Stored::of)
        .collectList();
  }
}
