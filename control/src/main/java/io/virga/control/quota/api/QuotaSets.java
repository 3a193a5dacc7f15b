package io.virga.control.quota.api;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Handlers for a project's quotas of one service. The project is named by the path variable {@link
 * #PROJECT}; its own are everyone's to see, others' an administrator's, as are all to set.
 */
public final class QuotaSets {

  /** The path variable that names whose quotas they are. */
  public static final String PROJECT = "of";

  private final Database database;
  private final Quota quota;
  private final QuotaForm form;
  private final Others others;

  public QuotaSets(Database database, Quota quota, QuotaForm form, Others others) {
    this.database = database;
    this.quota = quota;
    this.form = form;
    this.others = others;
  }

  /** What the service counts elsewhere, or not at all, so that clients find every member. */
  @FunctionalInterface
  public interface Others {

    /** None. */
    Others NONE = request -> Map.of();

    Map<String, Quota.Usage> of(ApiRequest request);
  }

  /** What the project may use. */
  public Mono<ServerResponse> limits(ApiRequest request) {
    return show(request, false);
  }

  /** What the project may use, and what it uses. */
  public Mono<ServerResponse> details(ApiRequest request) {
    return show(request, true);
  }

  /** What a project may use for which nothing was set. */
  public Mono<ServerResponse> defaults(ApiRequest request) {
    View set = form.set(project(request));
    form.resources().forEach(resource -> set.with(resource.label(), resource.defaultLimit()));
    return reply(withOthers(request, set, false));
  }

  /** Sets the limits that the body names, and answers with all. */
  public Mono<ServerResponse> set(ApiRequest request) {
    String project = project(request);
    return request
        .json()
        .map(body -> body.object(form.member()))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        Flux.fromIterable(form.resources())
                            .filter(resource -> body.has(resource.label()))
                            .concatMap(
                                resource ->
                                    quota.limit(
                                        transaction, project, resource, limit(body, resource)))
                            .then()))
        .then(Mono.defer(() -> view(request, project, form.updatedSet(project), false)))
        .flatMap(this::reply);
  }

  /** Sets all limits of a project back to the defaults, and answers with the status. */
  public Mono<ServerResponse> reset(ApiRequest request, HttpStatus status) {
    String project = project(request);
    return database
        .inTransaction(transaction -> quota.reset(transaction, project, form.resources()))
        .then(ServerResponse.status(status).build());
  }

  /** The quotas of all projects for which one was set. */
  public Mono<ServerResponse> all(ApiRequest request) {
    return quota
        .limitedProjects(database, form.resources())
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(project -> view(request, project, form.set(project), false))
        .collectList()
        .flatMap(sets -> Replies.ok(View.of(form.member() + "s", sets)));
  }

  private Mono<ServerResponse> show(ApiRequest request, boolean detailed) {
    String project = project(request);
    View set = detailed ? form.detailedSet(project) : form.set(project);
    return view(request, project, set, detailed).flatMap(this::reply);
  }

  private Mono<View> view(ApiRequest request, String project, View set, boolean detailed) {
    return quota
        .usages(database, project)
        .map(
            usages -> {
              for (Resource resource : form.resources()) {
                set.with(resource.label(), form.shown(usages.of(resource), detailed));
              }
              return withOthers(request, set, detailed);
            });
  }

  private View withOthers(ApiRequest request, View set, boolean detailed) {
    others.of(request).forEach((name, usage) -> set.with(name, form.shown(usage, detailed)));
    return set;
  }

  private Mono<ServerResponse> reply(View set) {
    return Replies.ok(View.of(form.member(), set));
  }

  private String project(ApiRequest request) {
    String project = request.path(PROJECT);
    if (!request.caller().sees(project)) {
      throw form.refusal(project);
    }
    return project;
  }

  private static long limit(JsonBody body, Resource resource) {
    return body.number(resource.label(), Quota.UNLIMITED, Integer.MAX_VALUE);
  }
}
