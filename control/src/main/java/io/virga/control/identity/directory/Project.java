package io.virga.control.identity.directory;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.policy.Caller;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * A project.
 *
 * @param parentId the project that it is directly below; empty if that is the domain
 */
record Project(String id, String domainId, Optional<String> parentId, ProjectAttributes attributes)
    implements Directory.Entry {

  static final String COLUMNS =
      "SELECT id, domain_id, parent_id, " + ProjectAttributes.COLUMNS + " FROM identity_project ";

  private static final int MAX_ID = 64;

  static Project of(Row row) {
    return new Project(
        row.text("id"),
        row.text("domain_id"),
        row.optionalText("parent_id"),
        ProjectAttributes.of(row));
  }

  static Mono<Project> find(Session session, String id, String lock) {
    return Lookup.found(
        session.sql(COLUMNS + "WHERE id = :id " + lock).bind("id", id).one(Project::of),
        "project",
        id);
  }

  static Project created(JsonBody body, String home) {
    String domain = body.optionalText("domain_id", MAX_ID).orElse(home);
    return new Project(
        Ids.nextHex(),
        domain,
        body.optionalText("parent_id", MAX_ID).filter(parent -> !parent.equals(domain)),
        ProjectAttributes.created(body));
  }

  Project changed(JsonBody body) {
    if (body.has("parent_id")
        && !body.text("parent_id", MAX_ID).equals(parentId.orElse(domainId))) {
      throw ApiFault.forbidden("Update of `parent_id` is not allowed.");
    }
    if (body.has("domain_id") && !body.text("domain_id", MAX_ID).equals(domainId)) {
      throw ApiFault.badRequest("Cannot change Domain ID");
    }
    if (body.strictFlag("is_domain", false)) {
      throw ApiFault.badRequest("Update of `is_domain` is not allowed.");
    }
    return new Project(id, domainId, parentId, attributes.changed(body));
  }

  boolean enabled() {
    return attributes.enabled();
  }

  List<String> tags() {
    return attributes.tags();
  }

  /** Whether it is the caller's own, or of a domain whose directory the caller reads. */
  boolean isSeenBy(Caller caller) {
    return caller.sees(id) || Reach.reads(caller, domainId);
  }

  @Override
  public String taken() {
    return "project - it is not permitted to have two projects with either the same name or same id"
        + " in the same domain: name is %s, project id %s".formatted(attributes.name(), id);
  }

  @Override
  public ApiFault noDomain() {
    return ApiFault.badRequest("Could not find domain: " + domainId + ".");
  }

  @Override
  public View view() {
    return attributes.in(
        View.of("id", id)
            .with("domain_id", domainId)
            .with("parent_id", parentId.orElse(domainId))
            .with("is_domain", false));
  }

  @Override
  public Statement bind(Statement statement) {
    return attributes.bind(
        statement.bind("id", id).bind("domain", domainId).bind("parent", parentId, String.class));
  }
}
