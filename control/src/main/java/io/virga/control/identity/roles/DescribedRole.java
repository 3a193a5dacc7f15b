package io.virga.control.identity.roles;

import io.virga.control.database.Row;
import io.virga.control.http.View;
import io.virga.control.identity.view.Extra;
import java.util.List;
import java.util.Optional;

/**
 * A role as the API shows it.
 *
 * @param domainId the domain that it is of. Such a role stands for those that it implies, and is
 *     nobody's by its name: no rule asks for it, and no token carries it.
 */
public record DescribedRole(Role role, Optional<String> domainId, String description, Extra extra) {

  /** All that is read of a role, ending in a blank. */
  public static final String COLUMNS =
      "SELECT r.id, r.name, r.domain_id, r.description, r.extra::text AS extra"
          + " FROM identity_role r ";

  /** The roles that every service's rules are made of: neither renamed nor deleted. */
  private static final List<String> BUILT_IN = List.of("admin", "member", "reader");

  public static DescribedRole of(Row row) {
    return new DescribedRole(
        Role.of(row), row.optionalText("domain_id"), row.text("description"), Extra.of(row));
  }

  public boolean isBuiltIn() {
    return domainId.isEmpty() && BUILT_IN.contains(role.name());
  }

  /** Without the link to itself. */
  public View view() {
    View options = isBuiltIn() ? View.of("immutable", true) : View.empty();
    return extra.in(
        View.of("id", role.id())
            .with("name", role.name())
            .with("domain_id", domainId)
            .with("description", description)
            .with("options", options));
  }
}
