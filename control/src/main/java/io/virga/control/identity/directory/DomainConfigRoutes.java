package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.bootstrap.Bootstrap;
import io.virga.control.identity.password.PasswordRules;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/domains/{id}/config}. Users are in one database, so no domain has a configuration of
 * its own, and none is taken. What is asked of passwords is the same everywhere, and told to
 * everyone.
 */
public final class DomainConfigRoutes {

  private static final String WHOLE = "/v3/domains/{id}/config";
  private static final String COMPLIANCE = "security_compliance";

  private final Database database;
  private final PasswordRules rules;

  public DomainConfigRoutes(Database database, PasswordRules rules) {
    this.database = database;
    this.rules = rules;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(WHOLE, SYSTEM_READER, this::none),
        Route.put(WHOLE, ADMIN, this::refuse),
        Route.patch(WHOLE, ADMIN, this::refuse),
        Route.delete(WHOLE, ADMIN, this::none),
        Route.get(WHOLE + "/" + COMPLIANCE, LOGGED_IN, this::compliance),
        Route.get(WHOLE + "/" + COMPLIANCE + "/{option}", LOGGED_IN, this::option));
  }

  private Mono<String> domain(ApiRequest request) {
    String id = request.path("id");
    return Lookup.found(
        database
            .sql("SELECT id FROM identity_domain WHERE id = :id")
            .bind("id", id)
            .one(row -> row.text("id")),
        "domain",
        id);
  }

  private Mono<ServerResponse> none(ApiRequest request) {
    return domain(request)
        .flatMap(
            id ->
                Mono.error(
                    ApiFault.of(
                        FaultKind.NOT_FOUND,
                        "Could not find any options in domain configuration for domain "
                            + id
                            + ".")));
  }

  private Mono<ServerResponse> refuse(ApiRequest request) {
    return domain(request)
        .flatMap(
            id ->
                Mono.error(
                    ApiFault.forbidden(
                        "Invalid domain specific configuration: the users of all domains are in"
                            + " one database, which needs none.")));
  }

  private Optional<String> regex() {
    return rules.requirement().map(required -> required.regex().pattern());
  }

  private Optional<String> description() {
    return rules.requirement().map(PasswordRules.Requirement::description);
  }

  private Mono<ServerResponse> compliance(ApiRequest request) {
    View options =
        View.of("password_regex", regex()).with("password_regex_description", description());
    return reply(request, View.of(COMPLIANCE, options));
  }

  private Mono<ServerResponse> option(ApiRequest request) {
    String option = request.path("option");
    Optional<String> value =
        switch (option) {
          case "password_regex" -> regex();
          case "password_regex_description" -> description();
          default -> throw Keystone.notFound("option " + option + " in group", COMPLIANCE);
        };
    return reply(request, View.of(option, value));
  }

  /** As Keystone, under the default domain alone, though it holds for all. */
  private Mono<ServerResponse> reply(ApiRequest request, View config) {
    if (!request.path("id").equals(Bootstrap.DEFAULT_DOMAIN)) {
      throw ApiFault.forbidden(
          "Reading security compliance information for any domain other than the default domain is"
              + " not allowed or supported.");
    }
    return domain(request).flatMap(id -> Replies.ok(View.of("config", config)));
  }
}
