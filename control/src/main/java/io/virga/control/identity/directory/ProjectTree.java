package io.virga.control.identity.directory;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.View;
import io.virga.control.identity.view.Filters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Projects above and below each other: what must hold of a tree, and how it is shown. */
final class ProjectTree {

  /** How many projects are below each other at most, as Keystone has it. */
  private static final int MAX_DEPTH = 5;

  private static final String PATH =
      """
      SELECT count(*)::int AS depth, bool_and(p.enabled) AS enabled
        FROM identity_project p
       WHERE p.id = :id OR p.id IN (SELECT a.id FROM identity_ancestors(:id) a)
      """;

  private static final String ENABLED_BELOW =
      """
      SELECT count(*)::int AS n FROM identity_project
       WHERE enabled AND id IN (SELECT d.id FROM identity_descendants(:id) d)
      """;

  private static final String DISABLED_ABOVE =
      """
      SELECT count(*)::int AS n FROM identity_project
       WHERE NOT enabled AND id IN (SELECT a.id FROM identity_ancestors(:id) a)
      """;

  private static final String CHILDREN =
      "SELECT count(*)::int AS n FROM identity_project WHERE parent_id = :id";

  private static final String PARENTS =
      Project.COLUMNS
          + """
          JOIN identity_ancestors(:id) a USING (id)
          WHERE id IN (SELECT p.id FROM identity_projects_of(:user) p) ORDER BY a.distance
          """;

  private static final String SUBTREE =
      Project.COLUMNS
          + """
          JOIN identity_descendants(:id) d USING (id)
          WHERE id IN (SELECT p.id FROM identity_projects_of(:user) p) ORDER BY id
          """;

  private final Database database;
  private final Function<Project, View> linked;

  ProjectTree(Database database, Function<Project, View> linked) {
    this.database = database;
    this.linked = linked;
  }

  private record Above(int depth, boolean enabled) {}

  private record Link(String id, String parent) {}

  /** Whether the project may be made where it wants to be. */
  static Mono<Void> checkPlace(Transaction transaction, Project project) {
    return Mono.justOrEmpty(project.parentId())
        .flatMap(parent -> checkParent(transaction, project, parent));
  }

  private static Mono<Void> checkParent(Transaction transaction, Project project, String parentId) {
    return Project.find(transaction, parentId, "FOR SHARE")
        .onErrorMap(
            ApiFault.class,
            e -> e.kind() == FaultKind.NOT_FOUND ? ApiFault.badRequest(e.message()) : e)
        .doOnNext(
            parent -> {
              if (!parent.domainId().equals(project.domainId())) {
                throw ApiFault.badRequest(
                    "Cannot create project, since it specifies its domain_id %s, but specifies a"
                            .formatted(project.domainId())
                        + " parent in a different domain (%s).".formatted(parent.domainId()));
              }
            })
        .then(
            transaction
                .sql(PATH)
                .bind("id", parentId)
                .one(row -> new Above(row.integer("depth"), row.flag("enabled"))))
        .doOnNext(
            above -> {
              if (!above.enabled()) {
                throw ApiFault.badRequest(
                    "cannot create a project in a branch containing a disabled project: "
                        + parentId);
              }
              if (above.depth() >= MAX_DEPTH) {
                throw ApiFault.forbidden(
                    "Max hierarchy depth reached for %s branch.".formatted(parentId));
              }
            })
        .then();
  }

  /** A project is enabled as long as what is below it is, and not longer than what is above. */
  static Mono<Void> checkChange(Transaction transaction, Project before, Project after) {
    if (before.enabled() && !after.enabled()) {
      return none(
          transaction,
          ENABLED_BELOW,
          after.id(),
          "Cannot disable project %s since its subtree contains enabled projects.");
    }
    return !before.enabled() && after.enabled()
        ? none(
            transaction,
            DISABLED_ABOVE,
            after.id(),
            "Cannot enable project %s since it has disabled parents")
        : Mono.empty();
  }

  static Mono<Void> checkLeaf(Transaction transaction, Project project) {
    return none(
        transaction,
        CHILDREN,
        project.id(),
        "Cannot delete the project %s since it is not a leaf in the hierarchy. Use the cascade"
            + " option if you want to delete a whole subtree.");
  }

  private static Mono<Void> none(Session session, String count, String id, String otherwise) {
    return session
        .sql(count)
        .bind("id", id)
        .one(row -> row.integer("n"))
        .doOnNext(
            n -> {
              if (n > 0) {
                throw ApiFault.forbidden(otherwise.formatted(id));
              }
            })
        .then();
  }

  /** The project with what the request asks to see above and below it. */
  Mono<View> expanded(ApiRequest request, Project project) {
    boolean parentIds = Filters.isSet(request, "parents_as_ids");
    boolean parents = exclusive(request, "parents_as_list", parentIds, "parents_as_ids");
    boolean subtreeIds = Filters.isSet(request, "subtree_as_ids");
    boolean subtree = exclusive(request, "subtree_as_list", subtreeIds, "subtree_as_ids");
    String user = request.caller().userId();
    return Mono.just(linked.apply(project))
        .flatMap(view -> parents ? list(view, "parents", PARENTS, project, user) : Mono.just(view))
        .flatMap(view -> subtree ? list(view, "subtree", SUBTREE, project, user) : Mono.just(view))
        .flatMap(view -> parentIds ? parentIds(view, project) : Mono.just(view))
        .flatMap(view -> subtreeIds ? subtreeIds(view, project) : Mono.just(view));
  }

  private static boolean exclusive(
      ApiRequest request, String name, boolean otherIsSet, String other) {
    boolean set = Filters.isSet(request, name);
    if (set && otherIsSet) {
      throw ApiFault.badRequest(
          "Cannot use %s and %s query params at the same time.".formatted(name, other));
    }
    return set;
  }

  /** Of those, the ones that the user has a role on. */
  private Mono<View> list(View view, String member, String sql, Project project, String user) {
    return database
        .sql(sql)
        .bind("id", project.id())
        .bind("user", user)
        .all(Project::of)
        .map(found -> View.of("project", linked.apply(found)))
        .collectList()
        .map(found -> view.with(member, found));
  }

  /** Each in the one that is above it, and the domain around them all. */
  private Mono<View> parentIds(View view, Project project) {
    return database
        .sql("SELECT id FROM identity_ancestors(:id) ORDER BY distance DESC")
        .bind("id", project.id())
        .all(row -> row.text("id"))
        .collectList()
        .map(
            fromTheTop -> {
              View inner = View.of(project.domainId(), Optional.empty());
              for (String id : fromTheTop) {
                inner = View.of(id, inner);
              }
              return view.with("parents", inner);
            });
  }

  private Mono<View> subtreeIds(View view, Project project) {
    return database
        .sql(
            "SELECT p.id, p.parent_id FROM identity_project p"
                + " JOIN identity_descendants(:id) d ON d.id = p.id ORDER BY p.id")
        .bind("id", project.id())
        .all(ProjectTree::link)
        .collect(Collectors.groupingBy(Link::parent))
        .map(children -> view.with("subtree", below(project.id(), children)));
  }

  private static Link link(Row row) {
    return new Link(row.text("id"), row.text("parent_id"));
  }

  private static Optional<View> below(String id, Map<String, List<Link>> children) {
    return Optional.ofNullable(children.get(id))
        .map(
            links -> {
              View view = View.empty();
              links.forEach(link -> view.with(link.id(), below(link.id(), children)));
              return view;
            });
  }
}
