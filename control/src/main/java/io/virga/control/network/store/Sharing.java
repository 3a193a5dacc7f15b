package io.virga.control.network.store;

/** The SQL of who sees what is another project's, by the RBAC policies. */
public final class Sharing {

  private Sharing() {}

  /** Whether the thing under the alias is shared with {@code :project}, or with everyone. */
  public static String shared(String alias) {
    return granted(alias, "access_as_shared");
  }

  /** Whether a policy for the action names {@code :project}, or everyone. */
  public static String granted(String alias, String action) {
    return """
    EXISTS (SELECT 1 FROM rbac_policy b
             WHERE b.object_id = %s.id AND b.action = '%s'
               AND b.target_project IN ('*', :project))\
    """
        .formatted(alias, action);
  }

  /** The condition under which a viewer sees a thing that is opened to it in whatever way. */
  public static String opened(String alias) {
    return """
    (:everything OR %1$s.project_id = :project
     OR EXISTS (SELECT 1 FROM rbac_policy b
                 WHERE b.object_id = %1$s.id AND b.target_project IN ('*', :project)))\
    """
        .formatted(alias);
  }

  /** The condition under which a viewer sees the thing under the alias. */
  public static String visible(String alias) {
    return "(:everything OR %s.project_id = :project OR %s)".formatted(alias, shared(alias));
  }
}
