package io.virga.control.identity.credential;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.view.Times;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An application credential, without its secret.
 *
 * @param roles by their names
 */
record ApplicationCredential(
    String id,
    String userId,
    String projectId,
    String name,
    Optional<String> description,
    List<String> roles,
    boolean unrestricted,
    Optional<Instant> expiresAt) {

  static final String COLUMNS =
      """
      SELECT id, user_id, project_id, name, description, roles, unrestricted, expires_at
        FROM identity_application_credential
      """;

  static ApplicationCredential of(Row row) {
    return new ApplicationCredential(
        row.text("id"),
        row.text("user_id"),
        row.text("project_id"),
        row.text("name"),
        row.optionalText("description"),
        row.texts("roles"),
        row.flag("unrestricted"),
        row.optionalTime("expires_at"));
  }

  static ApplicationCredential asked(JsonBody body, String user, String project) {
    return new ApplicationCredential(
        Ids.nextHex(),
        user,
        project,
        body.name("name", 255),
        body.optionalText("description", 4096),
        List.of(),
        body.strictFlag("unrestricted", false),
        body.optionalText("expires_at", 64).map(text -> Times.parse(body.at("expires_at"), text)));
  }

  ApplicationCredential withRoles(List<String> given) {
    return new ApplicationCredential(
        id, userId, projectId, name, description, given, unrestricted, expiresAt);
  }

  Statement bind(Statement statement) {
    return statement
        .bind("id", id)
        .bind("user", userId)
        .bind("project", projectId)
        .bind("name", name)
        .bind("description", description, String.class)
        .bind("roles", roles.toArray(String[]::new))
        .bind("unrestricted", unrestricted)
        .bind("expires", expiresAt, Instant.class);
  }

  /**
   * @param described the roles that are there, by their names
   */
  View view(Map<String, View> described, List<AccessRules.Stored> rules) {
    View view =
        View.of("id", id)
            .with("name", name)
            .with("description", description)
            .with("project_id", projectId)
            .with("user_id", userId)
            .with("unrestricted", unrestricted)
            .with("system", Optional.empty())
            .with(
                "expires_at",
                expiresAt.map(at -> LocalDateTime.ofInstant(at, ZoneOffset.UTC).toString()))
            .with(
                "roles",
                roles.stream()
                    .flatMap(role -> Optional.ofNullable(described.get(role)).stream())
                    .toList());
    return rules.isEmpty()
        ? view
        : view.with("access_rules", rules.stream().map(AccessRules.Stored::view).toList());
  }
}
