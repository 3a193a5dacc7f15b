package io.virga.control.quota.api;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import io.virga.control.quota.Counted;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

  private static final String CLASS_SET = "quota_class_set";
  private static final String DEFAULT_CLASS = "default";

  /** No project: it uses nothing, and nothing was set for it. */
  private static final String NOBODY = "";

  private final Database database;
  private final Quota quota;
  private final QuotaForm form;
  private final Others others;
  private final Kinds kinds;

  public QuotaSets(Database database, Quota quota, QuotaForm form, Others others) {
    this(database, quota, form, others, Kinds.NONE);
  }

  public QuotaSets(Database database, Quota quota, QuotaForm form, Others others, Kinds kinds) {
    this.kinds = kinds;
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

  /** What the service limits besides its resources, of which new ones come about. */
  @FunctionalInterface
  public interface Kinds {

    /** None. */
    Kinds NONE = (session, project) -> Mono.just(List.of());

    Mono<List<Kind>> of(Session session, String project);
  }

  /** How much a project uses of what is counted elsewhere. */
  public record Kind(Counted counted, long used) {}

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
    return view(request, NOBODY, form.set(project(request)), false).flatMap(this::reply);
  }

  /** Likewise, as the only class of quotas that there is. */
  public Mono<ServerResponse> classSet(ApiRequest request) {
    return requireDefaultClass(request)
        .then(Mono.defer(() -> classView(request, View.of("id", DEFAULT_CLASS))))
        .flatMap(Replies::ok);
  }

  /** Sets what every project may use for which nothing was set, and answers with all, unnamed. */
  public Mono<ServerResponse> setClass(ApiRequest request) {
    return requireDefaultClass(request)
        .then(request.json())
        .map(body -> body.object(CLASS_SET))
        .flatMap(
            body ->
                eachOf(
                    NOBODY,
                    body,
                    (transaction, counted) ->
                        quota.limitAll(transaction, counted, limit(body, counted))))
        .then(Mono.defer(() -> classView(request, View.empty())))
        .flatMap(Replies::ok);
  }

  private Mono<View> classView(ApiRequest request, View of) {
    return view(request, NOBODY, of, false).map(set -> View.of(CLASS_SET, set));
  }

  private static Mono<Void> requireDefaultClass(ApiRequest request) {
    String name = request.path(PROJECT);
    return name.equals(DEFAULT_CLASS)
        ? Mono.empty()
        : Mono.error(
            ApiFault.badRequest(
                "There is no quota class '%s', only %s.".formatted(name, DEFAULT_CLASS)));
  }

  @FunctionalInterface
  private interface Setting {
    Mono<Void> set(Transaction transaction, Counted counted);
  }

  /** Sets what the body names. */
  private Mono<Void> eachOf(String project, JsonBody body, Setting setting) {
    return database.inTransaction(
        transaction ->
            counted(transaction, project)
                .flatMapMany(Flux::fromIterable)
                .filter(counted -> body.has(counted.label()))
                .concatMap(counted -> setting.set(transaction, counted))
                .then());
  }

  private Mono<List<Counted>> counted(Session session, String project) {
    return kinds
        .of(session, project)
        .map(
            more ->
                Stream.<Counted>concat(form.resources().stream(), more.stream().map(Kind::counted))
                    .toList());
  }

  /** Sets the limits that the body names, and answers with all. */
  public Mono<ServerResponse> set(ApiRequest request) {
    String project = project(request);
    return request
        .json()
        .map(body -> body.object(form.member()))
        .flatMap(
            body ->
                eachOf(
                    project,
                    body,
                    (transaction, counted) ->
                        quota.limit(transaction, project, counted, limit(body, counted))))
        .then(Mono.defer(() -> view(request, project, form.updatedSet(project), false)))
        .flatMap(this::reply);
  }

  /** Sets all limits of a project back to the defaults, and answers with the status. */
  public Mono<ServerResponse> reset(ApiRequest request, HttpStatus status) {
    String project = project(request);
    return database
        .inTransaction(
            transaction ->
                counted(transaction, project)
                    .flatMap(all -> quota.reset(transaction, project, all)))
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
        .zipWith(kinds.of(database, project))
        .map(
            both -> {
              Quota.Usages usages = both.getT1();
              for (Resource resource : form.resources()) {
                set.with(resource.label(), form.shown(usages.of(resource), detailed));
              }
              for (Kind kind : both.getT2()) {
                long limit = usages.of(kind.counted()).limit();
                set.with(
                    kind.counted().label(),
                    form.shown(new Quota.Usage(kind.used(), limit), detailed));
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

  private static long limit(JsonBody body, Counted resource) {
    return body.number(resource.label(), Quota.UNLIMITED, Integer.MAX_VALUE);
  }
}
