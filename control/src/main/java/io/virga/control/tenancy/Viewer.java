package io.virga.control.tenancy;

import io.virga.control.database.Statement;
import io.virga.control.policy.Caller;

/**
 * Whose things a query shows: those of a project, or everyone's.
 *
 * @param projectId empty for nobody's
 */
public record Viewer(String projectId, boolean everything) {

  /** For what the cloud does of itself. */
  public static final Viewer EVERYTHING = new Viewer("", true);

  /** Those of the caller's project; everyone's for an administrator. */
  public static Viewer of(Caller caller) {
    return new Viewer(caller.claims().projectId().orElse(""), caller.isAdmin());
  }

  /** Binds {@code :project} and {@code :everything}. */
  public Statement bind(Statement statement) {
    return statement.bind("project", projectId).bind("everything", everything);
  }
}
