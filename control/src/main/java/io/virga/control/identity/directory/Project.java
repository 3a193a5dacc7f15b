package io.virga.control.identity.directory;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.view.Extra;
import io.virga.control.policy.Caller;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * A project.
 *
 * @param parentId the project that it is directly below; empty if that is the domain
 */
record Project(
    String id,
    String domainId,
    Optional<String> parentId,
    String name,
    String description,
    boolean enabled,
    List<String> tags,
    Extra extra)
    implements Directory.Entry {

  static final String COLUMNS =
      """
      SELECT id, domain_id, parent_id, name, description, enabled, tags, extra::text AS extra
        FROM identity_project
      """;

  private static final int MAX_NAME = 64;

  private static final Set<String> OWN =
      Set.of(
          "name",
          "description",
          "enabled",
          "tags",
          "options",
          "domain_id",
          "parent_id",
          "is_domain",
          "parents",
          "subtree");

  static Project of(Row row) {
    return new Project(
        row.text("id"),
        row.text("domain_id"),
        row.optionalText("parent_id"),
        row.text("name"),
        row.text("description"),
        row.flag("enabled"),
        row.texts("tags"),
        Extra.of(row));
  }

  static Mono<Project> find(Session session, String id, String lock) {
    return Lookup.found(
        session.sql(COLUMNS + "WHERE id = :id " + lock).bind("id", id).one(Project::of),
        "project",
        id);
  }

  static Project created(JsonBody body, String home) {
    String domain = body.optionalText("domain_id", 64).orElse(home);
    return new Project(
        Ids.nextHex(),
        domain,
        body.optionalText("parent_id", 64).filter(parent -> !parent.equals(domain)),
        body.name("name", MAX_NAME),
        body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(""),
        body.strictFlag("enabled", true),
        ProjectTags.of(body),
        Extra.of(body, OWN));
  }

  Project changed(JsonBody body) {
    if (body.has("parent_id")
        && !body.text("parent_id", MAX_NAME).equals(parentId.orElse(domainId))) {
      throw ApiFault.forbidden("Update of `parent_id` is not allowed.");
    }
    if (body.has("domain_id") && !body.text("domain_id", MAX_NAME).equals(domainId)) {
      throw ApiFault.badRequest("Cannot change Domain ID");
    }
    if (body.strictFlag("is_domain", false)) {
      throw ApiFault.badRequest("Update of `is_domain` is not allowed.");
    }
    return new Project(
        id,
        domainId,
        parentId,
        body.has("name") ? body.name("name", MAX_NAME) : name,
        body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(description),
        body.strictFlag("enabled", enabled),
        body.has("tags") ? ProjectTags.of(body) : tags,
        extra.changed(body, OWN));
  }

  /** Whether it is the caller's own, or of a domain whose directory the caller reads. */
  boolean isSeenBy(Caller caller) {
    return caller.sees(id) || Reach.reads(caller, domainId);
  }

  @Override
  public String taken() {
    return "project - it is not permitted to have two projects with either the same name or same id"
        + " in the same domain: name is %s, project id %s".formatted(name, id);
  }

  @Override
  public ApiFault noDomain() {
    return ApiFault.badRequest("Could not find domain: " + domainId + ".");
  }

  @Override
  public View view() {
    return extra.in(
        View.of("id", id)
            .with("name", name)
            .with("domain_id", domainId)
            .with("parent_id", parentId.orElse(domainId))
            .with("description", description)
            .with("enabled", enabled)
            .with("is_domain", false)
            .with("tags", tags)
            .with("options", View.empty()));
  }

  @Override
  public Statement bind(Statement statement) {
    return extra.bind(
        statement
            .bind("id", id)
            .bind("domain", domainId)
            .bind("parent", parentId, String.class)
            .bind("name", name)
            .bind("description", description)
            .bind("enabled", enabled)
            .bind("tags", tags.toArray(String[]::new)));
  }
}
