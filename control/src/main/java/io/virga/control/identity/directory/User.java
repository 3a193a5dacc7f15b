package io.virga.control.identity.directory;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.options.UserOptions;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.view.Extra;
import io.virga.control.identity.view.Keystone;
import io.virga.control.identity.view.Times;
import io.virga.control.policy.Caller;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A user, without the password. */
record User(
    String id,
    String domainId,
    String name,
    boolean enabled,
    Optional<String> email,
    Optional<String> description,
    Optional<String> defaultProjectId,
    Optional<Instant> passwordExpiresAt,
    UserOptions options,
    Extra extra) {

  static final String COLUMNS =
      """
      SELECT id, domain_id, name, enabled, email, description, default_project_id,
             password_expires_at, options::text AS options, extra::text AS extra
        FROM identity_user
      """;

  /** Secrets are among them, so that none is ever kept as something else. */
  private static final Set<String> OWN =
      Set.of(
          "name",
          "domain_id",
          "enabled",
          "email",
          "description",
          "default_project_id",
          "password",
          "original_password",
          "password_expires_at",
          "options",
          "federated");

  static User of(Row row) {
    return new User(
        row.text("id"),
        row.text("domain_id"),
        row.text("name"),
        row.flag("enabled"),
        row.optionalText("email"),
        row.optionalText("description"),
        row.optionalText("default_project_id"),
        row.optionalTime("password_expires_at"),
        UserOptions.parse(row.text("options")),
        Extra.of(row));
  }

  static Mono<User> find(Session session, String id, String lock) {
    return Lookup.found(
        session.sql(COLUMNS + "WHERE id = :id " + lock).bind("id", id).one(User::of), "user", id);
  }

  /** Whether the caller is this user, or reads the directory of its domain. */
  boolean isSeenBy(Caller caller) {
    return caller.userId().equals(id) || Reach.reads(caller, domainId);
  }

  /** What is said of a name that is taken, and of a domain that is not there. */
  <T> Function<Mono<T>, Mono<T>> conflicts() {
    return Lookup.conflicts(
        Lookup.duplicate("user", name, domainId), Keystone.notFound("domain", domainId));
  }

  static User created(JsonBody body, String home) {
    return new User(
        Ids.nextHex(),
        body.optionalText("domain_id", 64).orElse(home),
        body.name("name", Lookup.MAX_NAME),
        body.strictFlag("enabled", true),
        body.optionalText("email", Lookup.MAX_NAME),
        body.optionalText("description", Lookup.MAX_DESCRIPTION),
        body.optionalText("default_project_id", 64),
        Optional.empty(),
        UserOptions.NONE.changed(body),
        Extra.of(body, OWN));
  }

  User changed(JsonBody body) {
    return new User(
        id,
        domainId,
        body.has("name") ? body.name("name", Lookup.MAX_NAME) : name,
        body.strictFlag("enabled", enabled),
        body.has("email") ? body.optionalText("email", Lookup.MAX_NAME) : email,
        body.has("description")
            ? body.optionalText("description", Lookup.MAX_DESCRIPTION)
            : description,
        body.has("default_project_id")
            ? body.optionalText("default_project_id", 64)
            : defaultProjectId,
        passwordExpiresAt,
        options.changed(body),
        extra.changed(body, OWN));
  }

  User withPasswordUntil(Optional<Instant> expiry) {
    return new User(
        id, domainId, name, enabled, email, description, defaultProjectId, expiry, options, extra);
  }

  Statement bind(Statement statement) {
    return extra.bind(
        statement
            .bind("id", id)
            .bind("domain", domainId)
            .bind("name", name)
            .bind("enabled", enabled)
            .bind("email", email, String.class)
            .bind("description", description, String.class)
            .bind("defaultProject", defaultProjectId, String.class)
            .bindJson("options", options.values()));
  }

  /** Keystone writes this one time without a zone. */
  private static String time(Instant instant) {
    return Times.text(instant).replace("Z", "");
  }

  View view() {
    View view =
        View.of("id", id)
            .with("name", name)
            .with("domain_id", domainId)
            .with("enabled", enabled)
            .with(
                "password_expires_at",
                passwordExpiresAt.filter(at -> !options.ignoresExpiry()).map(User::time))
            .with("options", options.values());
    email.ifPresent(value -> view.with("email", value));
    description.ifPresent(value -> view.with("description", value));
    defaultProjectId.ifPresent(value -> view.with("default_project_id", value));
    return extra.in(view);
  }
}
