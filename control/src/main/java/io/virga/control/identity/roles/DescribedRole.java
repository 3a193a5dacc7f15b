package io.virga.control.identity.roles;

import io.virga.control.database.Row;
import io.virga.control.http.View;
import java.util.List;
import java.util.Optional;

/** A role as the API shows it. */
public record DescribedRole(Role role, String description) {

  /** All that is read of a role, ending in a blank. */
  public static final String COLUMNS = "SELECT r.id, r.name, r.description FROM identity_role r ";

  /** The roles that every service's rules are made of: neither renamed nor deleted. */
  private static final List<String> BUILT_IN = List.of("admin", "member", "reader");

  public static DescribedRole of(Row row) {
    return new DescribedRole(Role.of(row), row.text("description"));
  }

  public boolean isBuiltIn() {
    return BUILT_IN.contains(role.name());
  }

  /** Without the link to itself. */
  public View view() {
    View options = isBuiltIn() ? View.of("immutable", true) : View.empty();
    return View.of("id", role.id())
        .with("name", role.name())
        .with("domain_id", Optional.empty())
        .with("description", description)
        .with("options", options);
  }
}
