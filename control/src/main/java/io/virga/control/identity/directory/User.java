package io.virga.control.identity.directory;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.policy.Caller;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** A user, without the password. */
record User(
    String id,
    String domainId,
    String name,
    boolean enabled,
    Optional<String> email,
    Optional<String> description,
    Optional<String> defaultProjectId) {

  static final String COLUMNS =
      """
      SELECT id, domain_id, name, enabled, email, description, default_project_id
        FROM identity_user
      """;

  static User of(Row row) {
    return new User(
        row.text("id"),
        row.text("domain_id"),
        row.text("name"),
        row.flag("enabled"),
        row.optionalText("email"),
        row.optionalText("description"),
        row.optionalText("default_project_id"));
  }

  static Mono<User> find(Session session, String id, String lock) {
    return Lookup.found(
        session.sql(COLUMNS + "WHERE id = :id " + lock).bind("id", id).one(User::of), "user", id);
  }

  /** Whether the caller is this user, or reads the directory of its domain. */
  boolean isSeenBy(Caller caller) {
    return caller.userId().equals(id) || Reach.reads(caller, domainId);
  }

  static User created(JsonBody body, String home) {
    return new User(
        Ids.nextHex(),
        body.optionalText("domain_id", 64).orElse(home),
        body.text("name", Lookup.MAX_NAME),
        body.flag("enabled", true),
        body.optionalText("email", Lookup.MAX_NAME),
        body.optionalText("description", Lookup.MAX_DESCRIPTION),
        body.optionalText("default_project_id", 64));
  }

  User changed(JsonBody body) {
    return new User(
        id,
        domainId,
        body.has("name") ? body.text("name", Lookup.MAX_NAME) : name,
        body.flag("enabled", enabled),
        body.has("email") ? body.optionalText("email", Lookup.MAX_NAME) : email,
        body.has("description")
            ? body.optionalText("description", Lookup.MAX_DESCRIPTION)
            : description,
        body.has("default_project_id")
            ? body.optionalText("default_project_id", 64)
            : defaultProjectId);
  }

  Statement bind(Statement statement) {
    return statement
        .bind("id", id)
        .bind("domain", domainId)
        .bind("name", name)
        .bind("enabled", enabled)
        .bind("email", email, String.class)
        .bind("description", description, String.class)
        .bind("defaultProject", defaultProjectId, String.class);
  }

  View view() {
    View view =
        View.of("id", id)
            .with("name", name)
            .with("domain_id", domainId)
            .with("enabled", enabled)
            .with("password_expires_at", Optional.empty())
            .with("options", View.of("immutable", false));
    email.ifPresent(value -> view.with("email", value));
    description.ifPresent(value -> view.with("description", value));
    defaultProjectId.ifPresent(value -> view.with("default_project_id", value));
    return view;
  }
}
