package io.virga.control.identity.credential;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import java.util.List;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/users/{id}/access_rules}: they come with application credentials, and stay. */
public final class AccessRuleRoutes {

  private static final String ALL = "/v3/users/{user}/access_rules";
  private static final String ONE = ALL + "/{id}";

  private final Database database;
  private final Keystone keystone;

  public AccessRuleRoutes(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, LOGGED_IN, this::list),
        Route.get(ONE, LOGGED_IN, this::show),
        Route.delete(ONE, LOGGED_IN, this::delete));
  }

  private static String user(ApiRequest request, Rule orElse) {
    String user = request.path("user");
    Caller caller = request.caller();
    if (!caller.userId().equals(user) && !orElse.opensTo(caller)) {
      throw ApiFault.forbidden("You may look after your own access rules only.");
    }
    return user;
  }

  private View view(String user, AccessRules.Stored rule) {
    return keystone.linked("users/" + user + "/access_rules", rule.id(), rule.view());
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    String user = user(request, Rule.SYSTEM_READER);
    return Filters.of(request)
        .text("service")
        .text("path")
        .text("method")
        .where("user_id = %s", user)
        .query(database, AccessRules.COLUMNS)
        .all(AccessRules.Stored::of)
        .map(rule -> view(user, rule))
        .collectList()
        .flatMap(views -> keystone.list(request, "access_rules", views));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String user = user(request, Rule.SYSTEM_READER);
    return AccessRules.find(database, user, request.path("id"), "")
        .flatMap(rule -> Replies.ok(View.of("access_rule", view(user, rule))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String user = user(request, Rule.ADMIN);
    return AccessRules.find(database, user, request.path("id"), "")
        .flatMap(
            rule ->
                database
                    .sql("DELETE FROM identity_access_rule WHERE id = :id")
                    .bind("id", rule.id())
                    .execute())
        .onErrorMap(
            DataIntegrityViolationException.class,
            e -> ApiFault.forbidden("May not delete access rule in use"))
        .then(Replies.noContent());
  }
}
