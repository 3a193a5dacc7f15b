package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.DOMAIN_ADMIN;
import static io.virga.control.policy.Rule.DOMAIN_READER;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.roles.OpeningRoles;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Extra;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v3/groups} and who is in them. Who leaves a group has to log in again. */
public final class GroupRoutes {

  private static final String COLUMNS =
      "SELECT id, domain_id, name, description, " + Extra.COLUMN + " FROM identity_group ";

  private static final Directory.Table TABLE =
      new Directory.Table(
          "group",
          "identity_group",
          COLUMNS,
          """
          INSERT INTO identity_group (id, domain_id, name, description, extra)
          VALUES (:id, :domain, :name, :description, CAST(:extra AS jsonb))
          """,
          """
          UPDATE identity_group
             SET domain_id = :domain, name = :name, description = :description,
                 extra = CAST(:extra AS jsonb)
           WHERE id = :id
          """);

  private static final String IN_GROUP =
      "id IN (SELECT user_id FROM identity_membership WHERE group_id = %s)";

  private static final String OF_USER =
      "id IN (SELECT group_id FROM identity_membership WHERE user_id = %s)";

  private static final String ADD =
      """
      INSERT INTO identity_membership (group_id, user_id) VALUES (:group, :user)
      ON CONFLICT DO NOTHING
      """;

  private static final String REMOVE =
      "DELETE FROM identity_membership WHERE group_id = :group AND user_id = :user";

  private static final String IS_MEMBER =
      "SELECT user_id FROM identity_membership WHERE group_id = :group AND user_id = :user";

  private final Database database;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Keystone keystone;
  private final Directory<Group> groups;

  public GroupRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.revocations = revocations;
    this.s3 = s3;
    this.keystone = keystone;
    this.groups = new Directory<>(database, revocations, keystone, TABLE, Group::of);
  }

  private record Group(String id, String domainId, String name, String description, Extra extra)
      implements Directory.Entry {

    private static final Set<String> OWN = Set.of("name", "domain_id", "description");

    static Group of(Row row) {
      return new Group(
          row.text("id"),
          row.text("domain_id"),
          row.text("name"),
          row.text("description"),
          Extra.of(row));
    }

    static Group created(JsonBody body, String ownDomain) {
      return new Group(
          Ids.nextHex(),
          body.optionalText("domain_id", 64).orElse(ownDomain),
          body.name("name", 64),
          body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(""),
          Extra.of(body, OWN));
    }

    Group changed(JsonBody body) {
      return new Group(
          id,
          domainId,
          body.has("name") ? body.name("name", 64) : name,
          body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(description),
          extra.changed(body, OWN));
    }

    @Override
    public String taken() {
      return Lookup.duplicate("group", name, domainId);
    }

    @Override
    public View view() {
      return extra.in(
          View.of("id", id)
              .with("name", name)
              .with("domain_id", domainId)
              .with("description", description));
    }

    @Override
    public Statement bind(Statement statement) {
      return extra.bind(
          statement
              .bind("id", id)
              .bind("domain", domainId)
              .bind("name", name)
              .bind("description", description));
    }
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/groups", DOMAIN_READER, this::list),
        Route.post("/v3/groups", DOMAIN_ADMIN, this::create),
        Route.get("/v3/groups/{id}", DOMAIN_READER, this::show),
        Route.patch("/v3/groups/{id}", DOMAIN_ADMIN, this::change),
        Route.delete("/v3/groups/{id}", DOMAIN_ADMIN, this::delete),
        Route.get("/v3/groups/{id}/users", DOMAIN_READER, this::members),
        Route.put("/v3/groups/{id}/users/{user}", DOMAIN_ADMIN, this::add),
        Route.get("/v3/groups/{id}/users/{user}", DOMAIN_READER, this::check),
        Route.delete("/v3/groups/{id}/users/{user}", DOMAIN_ADMIN, this::remove),
        Route.get("/v3/users/{user}/groups", LOGGED_IN, this::ofUser));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return groups.list(
        request,
        Filters.of(request)
            .text("name")
            .text("domain_id")
            .where("domain_id = %s", Reach.of(request.caller()).onlyDomain()));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return groups.show(request.path("id"), group -> sees(request, group));
  }

  private static boolean sees(ApiRequest request, Group group) {
    return Reach.of(request.caller()).covers(group.domainId());
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    String home = Reach.home(request.caller());
    return groups.create(
        request, body -> Group.created(body, home), (transaction, group) -> Mono.empty());
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return groups.change(request, Group::changed, (transaction, before, after) -> Mono.empty());
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return groups.delete(
        request,
        (transaction, group, removed) ->
            memberIds(transaction, group.id())
                .flatMap(
                    members ->
                        removed
                            .thenMany(Flux.fromIterable(members))
                            .concatMap(user -> left(transaction, user))
                            .then()));
  }

  private static Mono<List<String>> memberIds(Session session, String group) {
    return session
        .sql("SELECT user_id FROM identity_membership WHERE group_id = :group")
        .bind("group", group)
        .all(row -> row.text("user_id"))
        .collectList();
  }

  private Mono<Void> left(Transaction transaction, String user) {
    return revocations.revokeUser(transaction, user).then(s3.userChanged(transaction, user));
  }

  private Mono<ServerResponse> members(ApiRequest request) {
    String id = request.path("id");
    Filters filters =
        ExpiryFilter.add(request, Filters.of(request))
            .text("name")
            .flag("enabled")
            .where(IN_GROUP, id);
    return groups
        .find(id, group -> sees(request, group))
        .then(Mono.defer(() -> filters.query(database, User.COLUMNS).all(User::of).collectList()))
        .map(users -> users.stream().map(u -> keystone.linked("users", u.id(), u.view())).toList())
        .flatMap(views -> keystone.list(request, "users", views));
  }

  private Mono<ServerResponse> ofUser(ApiRequest request) {
    String user = request.path("user");
    return User.find(database, user, "")
        .filter(found -> found.isSeenBy(request.caller()))
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("user", user)))
        .then(
            Mono.defer(
                () ->
                    groups.list(
                        request,
                        Filters.of(request)
                            .text("name")
                            .where(OF_USER, user)
                            .query(database, COLUMNS))));
  }

  /** Group and user, both within the caller's reach. */
  private Mono<Void> reach(Transaction transaction, ApiRequest request) {
    Reach reach = Reach.of(request.caller());
    return groups
        .find(transaction, request.path("id"))
        .doOnNext(group -> reach.check(group.domainId()))
        .then(User.find(transaction, request.path("user"), ""))
        .doOnNext(user -> reach.check(user.domainId()))
        .then();
  }

  private Mono<ServerResponse> add(ApiRequest request) {
    String group = request.path("id");
    String user = request.path("user");
    return database
        .inTransaction(
            tx ->
                reach(tx, request)
                    .then(OpeningRoles.checkGroup(tx, request.caller(), group))
                    .then(tx.sql(ADD).bind("group", group).bind("user", user).execute())
                    .then(s3.userChanged(tx, user)))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> check(ApiRequest request) {
    String group = request.path("id");
    String user = request.path("user");
    return groups
        .find(group, found -> sees(request, found))
        .then(
            database
                .sql(IS_MEMBER)
                .bind("group", group)
                .bind("user", user)
                .one(row -> true)
                .switchIfEmpty(Mono.error(() -> notMember(user, group))))
        .then(Replies.noContent());
  }

  private static ApiFault notMember(String user, String group) {
    return ApiFault.of(
        FaultKind.NOT_FOUND, "User '%s' not found in group '%s'".formatted(user, group));
  }

  private Mono<ServerResponse> remove(ApiRequest request) {
    String group = request.path("id");
    String user = request.path("user");
    return database
        .inTransaction(
            tx ->
                reach(tx, request)
                    .then(tx.sql(REMOVE).bind("group", group).bind("user", user).execute())
                    .filter(removed -> removed > 0)
                    .switchIfEmpty(Mono.error(() -> notMember(user, group)))
                    .then(left(tx, user)))
        .then(revocations.reload())
        .then(Replies.noContent());
  }
}
