package io.virga.control.identity.assignment;

import io.virga.control.database.Statement;
import io.virga.control.http.ApiRequest;
import java.util.Optional;

/**
 * To whom roles are given on what. Exactly one of user and group; project, domain or, with neither,
 * the system.
 */
record Grant(
    Optional<String> userId,
    Optional<String> groupId,
    Optional<String> projectId,
    Optional<String> domainId,
    boolean inherited) {

  static final String FITS =
      """
      user_id IS NOT DISTINCT FROM :user AND group_id IS NOT DISTINCT FROM :group
      AND project_id IS NOT DISTINCT FROM :project AND domain_id IS NOT DISTINCT FROM :domain
      AND inherited = :inherited
      """;

  /**
   * Reads the variables of the path.
   *
   * @param actor {@code users} or {@code groups}
   * @param target {@code projects}, {@code domains} or {@code system}
   */
  static Grant of(ApiRequest request, String actor, String target, boolean inherited) {
    Optional<String> actorId = Optional.of(request.path("actor"));
    Optional<String> none = Optional.empty();
    return new Grant(
        actor.equals("users") ? actorId : none,
        actor.equals("groups") ? actorId : none,
        target.equals("projects") ? Optional.of(request.path("target")) : none,
        target.equals("domains") ? Optional.of(request.path("target")) : none,
        inherited);
  }

  Statement bind(Statement statement) {
    return statement
        .bind("user", userId, String.class)
        .bind("group", groupId, String.class)
        .bind("project", projectId, String.class)
        .bind("domain", domainId, String.class)
        .bind("inherited", inherited);
  }

  String actor() {
    return userId.or(this::groupId).orElse("");
  }

  String target() {
    return projectId.or(this::domainId).orElse("system");
  }
}
