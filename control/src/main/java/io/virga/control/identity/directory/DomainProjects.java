package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.ADMIN;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Domains as {@code /v3/projects} shows and takes them. One opens to whom it opens as a domain. */
final class DomainProjects {

  private static final String ACTION = "changing a project that acts as a domain";

  private final Database database;
  private final DomainMembers members;
  private final Directory<DomainAsProject> domains;

  DomainProjects(Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.members = new DomainMembers(revocations, s3);
    this.domains =
        new Directory<>(
            database,
            revocations,
            keystone,
            new Directory.Table(
                "project", "identity_domain", Domain.COLUMNS, Domain.INSERT, Domain.UPDATE),
            DomainAsProject::of);
  }

  /** Whether a project of that id is a domain. */
  Mono<Boolean> has(String id) {
    return database
        .sql("SELECT id FROM identity_domain WHERE id = :id")
        .bind("id", id)
        .one(row -> row.text("id"))
        .hasElement();
  }

  /** None is in a domain, or below another. */
  Mono<ServerResponse> list(ApiRequest request) {
    return domains.list(
        request,
        ProjectTags.filter(request, Filters.of(request).text("name").flag("enabled"))
            .where("%s = ''", request.query("domain_id"))
            .where("%s = ''", request.query("parent_id"))
            .where("id = %s", Reach.of(request.caller()).onlyDomain()));
  }

  Mono<ServerResponse> show(ApiRequest request) {
    return domains.show(
        request.path("id"), domain -> DomainRoutes.isSeenBy(request.caller(), domain.id()));
  }

  Mono<ServerResponse> create(ApiRequest request, JsonBody body) {
    ADMIN.check(request.caller(), ACTION);
    return domains.create(
        request, body, DomainAsProject::created, (transaction, domain) -> Mono.empty());
  }

  Mono<ServerResponse> change(ApiRequest request) {
    ADMIN.check(request.caller(), ACTION);
    return domains.change(
        request,
        DomainAsProject::changed,
        (transaction, before, after) ->
            members.changed(transaction, before.domain(), after.domain()));
  }

  Mono<ServerResponse> delete(ApiRequest request) {
    ADMIN.check(request.caller(), ACTION);
    return domains.delete(
        request,
        (transaction, entry, removed) -> members.delete(transaction, entry.domain(), removed));
  }
}
