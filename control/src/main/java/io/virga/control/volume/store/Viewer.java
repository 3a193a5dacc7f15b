package io.virga.control.volume.store;

import io.virga.control.database.Statement;
import io.virga.control.policy.Caller;

/**
 * Whose things a query shows: those of a project, or everyone's.
 *
 * @param projectId empty for nobody's
 */
public record Viewer(String projectId, boolean everything) {

  /** Those of the caller's project; everyone's for an administrator. */
  public static Viewer of(Caller caller) {
    return new Viewer(caller.claims().projectId().orElse(""), caller.isAdmin());
  }

  /** Binds {@code :project} and {@code :everything}. */
  Statement bind(Statement statement) {
    return statement.bind("project", projectId).bind("everything", everything);
  }
}
