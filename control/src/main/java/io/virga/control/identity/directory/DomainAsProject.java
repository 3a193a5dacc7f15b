package io.virga.control.identity.directory;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import java.util.Optional;

/** A domain as what it also is: the project at the top of its tree. */
record DomainAsProject(Domain domain) implements Directory.Entry {

  static DomainAsProject of(Row row) {
    return new DomainAsProject(Domain.of(row));
  }

  static DomainAsProject created(JsonBody body) {
    if (body.member("domain_id").or(() -> body.member("parent_id")).isPresent()) {
      throw ApiFault.badRequest("only root projects are allowed to act as domains.");
    }
    return new DomainAsProject(Domain.created(body));
  }

  DomainAsProject changed(JsonBody body) {
    if (body.member("parent_id").isPresent()) {
      throw ApiFault.forbidden("Update of `parent_id` is not allowed.");
    }
    if (body.member("domain_id").isPresent()) {
      throw ApiFault.badRequest("Cannot change Domain ID");
    }
    if (!body.strictFlag("is_domain", true)) {
      throw ApiFault.badRequest("Update of `is_domain` is not allowed.");
    }
    return new DomainAsProject(domain.changed(body));
  }

  @Override
  public String id() {
    return domain.id();
  }

  @Override
  public String domainId() {
    return domain.id();
  }

  @Override
  public String taken() {
    return domain.taken();
  }

  @Override
  public View view() {
    return domain
        .view()
        .with("domain_id", Optional.empty())
        .with("parent_id", Optional.empty())
        .with("is_domain", true);
  }

  @Override
  public Statement bind(Statement statement) {
    return domain.bind(statement);
  }
}
