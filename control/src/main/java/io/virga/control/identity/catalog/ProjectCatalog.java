package io.virga.control.identity.catalog;

import io.virga.control.database.Session;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Which endpoints a project sees, where administrators have said so. */
final class ProjectCatalog {

  /** That {@code identity_endpoint e} is given to {@code :project}, by itself or in a group. */
  static final String SELECTED =
      """
      (EXISTS (SELECT FROM identity_project_endpoint x
                WHERE x.project_id = :project AND x.endpoint_id = e.id)
       OR EXISTS (SELECT FROM identity_project_endpoint_group x
                    JOIN identity_endpoint_group g ON g.id = x.endpoint_group_id
                   WHERE x.project_id = :project AND
      """
          + EndpointGroup.FITS
          + "))";

  private static final String IDS = "SELECT e.id FROM identity_endpoint e WHERE " + SELECTED;

  private static final String IN_USE =
      """
      SELECT EXISTS (SELECT FROM identity_project_endpoint)
             OR EXISTS (SELECT FROM identity_project_endpoint_group) AS in_use
      """;

  private ProjectCatalog() {}

  /** Whether there is a project of which something is said. */
  static Mono<Boolean> isInUse(Session session) {
    return session.sql(IN_USE).one(row -> row.flag("in_use"));
  }

  /** The ids of those that the project sees; none, if it sees all. */
  static Mono<Set<String>> ids(Session session, String project) {
    return session
        .sql(IDS)
        .bind("project", project)
        .all(row -> row.text("id"))
        .collect(Collectors.toUnmodifiableSet());
  }
}
