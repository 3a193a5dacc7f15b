package io.virga.control.compute.api;

import io.virga.control.compute.model.Usage;
import io.virga.control.compute.store.UsageStore;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/os-simple-tenant-usage}. */
final class UsageRoutes {

  private static final int PAGED = 40;
  private static final Duration BY_DEFAULT = Duration.ofDays(28);
  private static final double SECONDS_PER_HOUR = 3600;

  private final Database database;
  private final UsageStore usages;
  private final InstantSource clock = InstantSource.system();

  UsageRoutes(Database database, UsageStore usages) {
    this.database = database;
    this.usages = usages;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/os-simple-tenant-usage", Rule.ADMIN, this::list),
        Route.get("/v2.1/os-simple-tenant-usage/{project}", Rule.READER, this::show));
  }

  /** From when to when, and when it is now. */
  private record Period(Instant from, Instant to, Instant now) {}

  private Mono<ServerResponse> list(ApiRequest request) {
    Period period = period(request);
    boolean detailed = request.query("detailed").filter("1"::equals).isPresent();
    return usages
        .between(database, period.from(), period.to(), Optional.empty())
        .collectList()
        .flatMap(
            all -> {
              Page.Cut<Usage> cut = page(request, all);
              Map<String, List<Usage>> byProject =
                  cut.items().stream()
                      .collect(
                          Collectors.groupingBy(
                              Usage::projectId, TreeMap::new, Collectors.toList()));
              List<View> views =
                  byProject.entrySet().stream()
                      .map(e -> view(e.getKey(), e.getValue(), period, detailed))
                      .toList();
              return reply("tenant_usages", views, cut);
            });
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String project = request.path("project");
    if (!request.caller().sees(project)) {
      throw ApiFault.forbidden(
          "Policy doesn't allow os_compute_api:os-simple-tenant-usage:show to be performed.");
    }
    Period period = period(request);
    return usages
        .between(database, period.from(), period.to(), Optional.of(project))
        .collectList()
        .flatMap(
            all -> {
              Page.Cut<Usage> cut = page(request, all);
              Object view =
                  cut.items().isEmpty() ? Map.of() : view(project, cut.items(), period, true);
              return reply("tenant_usage", view, cut);
            });
  }

  private static Page.Cut<Usage> page(ApiRequest request, List<Usage> all) {
    return Microversion.of(request).atLeast(PAGED)
        ? Page.of(request).of(all, usage -> usage.serverId().toString())
        : new Page.Cut<>(all, Optional.empty());
  }

  private static Mono<ServerResponse> reply(String name, Object views, Page.Cut<Usage> cut) {
    View body = View.of(name, views);
    cut.next()
        .ifPresent(
            href -> body.with(name + "_links", List.of(View.of("rel", "next").with("href", href))));
    return Replies.ok(body);
  }

  private Period period(ApiRequest request) {
    Instant now = clock.instant();
    Instant to = request.query("end").map(text -> Times.parse("end", text)).orElse(now);
    Instant from =
        request
            .query("start")
            .map(text -> Times.parse("start", text))
            .orElse(now.minus(BY_DEFAULT));
    if (!from.isBefore(to)) {
      throw ApiFault.badRequest(
          "Invalid start time. The start time cannot occur after the end time.");
    }
    return new Period(from, to, now);
  }

  private static View view(String project, List<Usage> usages, Period period, boolean detailed) {
    double hours = 0;
    double vcpus = 0;
    double memory = 0;
    double disk = 0;
    for (Usage usage : usages) {
      double one = hours(usage, period);
      hours += one;
      vcpus += one * usage.size().vcpus();
      memory += one * usage.size().ramMib();
      disk += one * usage.size().diskGib();
    }
    View view =
        View.of("tenant_id", project)
            .with("start", Times.bare(period.from()))
            .with("stop", Times.bare(period.to()))
            .with("total_hours", hours)
            .with("total_vcpus_usage", vcpus)
            .with("total_memory_mb_usage", memory)
            .with("total_local_gb_usage", disk);
    return detailed
        ? view.with("server_usages", usages.stream().map(u -> view(u, period)).toList())
        : view;
  }

  private static double hours(Usage usage, Period period) {
    Instant from = usage.startedAt().isAfter(period.from()) ? usage.startedAt() : period.from();
    Instant end = usage.endedAt().orElse(period.now());
    Instant to = end.isBefore(period.to()) ? end : period.to();
    return Math.max(0, Duration.between(from, to).toSeconds()) / SECONDS_PER_HOUR;
  }

  private static View view(Usage usage, Period period) {
    Instant end = usage.endedAt().orElse(period.now());
    return View.of("instance_id", usage.serverId())
        .with("name", usage.name())
        .with("tenant_id", usage.projectId())
        .with("flavor", usage.size().flavorName())
        .with("vcpus", usage.size().vcpus())
        .with("memory_mb", usage.size().ramMib())
        .with("local_gb", usage.size().diskGib())
        .with("hours", hours(usage, period))
        .with("started_at", Times.bare(usage.startedAt()))
        .with("ended_at", usage.endedAt().map(Times::bare))
        .with("state", usage.endedAt().isPresent() ? "terminated" : "active")
        .with("uptime", Math.max(0, Duration.between(usage.startedAt(), end).toSeconds()));
  }
}
