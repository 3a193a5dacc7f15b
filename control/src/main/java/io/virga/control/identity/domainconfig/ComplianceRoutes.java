package io.virga.control.identity.domainconfig;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.bootstrap.Bootstrap;
import io.virga.control.identity.password.PasswordRules;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/domains/{id}/config/security_compliance}: what is asked of passwords, which is the
 * same everywhere, and told to everyone.
 */
public final class ComplianceRoutes {

  private static final String GROUP = "security_compliance";
  private static final String PATH = "/v3/domains/{id}/config/" + GROUP;

  private final PasswordRules rules;

  public ComplianceRoutes(PasswordRules rules) {
    this.rules = rules;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(PATH, LOGGED_IN, this::compliance),
        Route.get(PATH + "/{option}", LOGGED_IN, this::option));
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
    return reply(request, View.of(GROUP, options));
  }

  private Mono<ServerResponse> option(ApiRequest request) {
    String option = request.path("option");
    Optional<String> value =
        switch (option) {
          case "password_regex" -> regex();
          case "password_regex_description" -> description();
          default ->
              throw ConfigOptions.invalid(
                  "Reading security compliance values other than password_regex and"
                      + " password_regex_description is not allowed");
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
    return Replies.ok(View.of("config", config));
  }
}
