package io.virga.control.volume.api;

import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What the service says of itself: versions, zones, extensions, filters. */
final class InformationRoutes {

  private static final String UPDATED = "2026-11-01T00:00:00Z";

  /** Cinder's names of what is here, by their aliases. */
  private static final Map<String, String> EXTENSIONS =
      new TreeMap<>(
          Map.of(
              "os-availability-zone", "AvailabilityZones",
              "os-extended-snapshot-attributes", "ExtendedSnapshotAttributes",
              "os-hosts", "Hosts",
              "os-quota-sets", "Quotas",
              "os-services", "Services",
              "os-types-extra-specs", "TypesExtraSpecs",
              "os-types-manage", "TypesManage",
              "os-volume-actions", "VolumeActions",
              "os-volume-type-access", "VolumeTypeAccess",
              "qos-specs", "Qos_specs_manage"));

  private static final int RESOURCE_FILTERS = 33;

  private static final Map<String, List<String>> FILTERS =
      new TreeMap<>(
          Map.of(
              "attachment", AttachmentListing.FILTERS,
              "message", MessageRoutes.FILTERS,
              "snapshot", SnapshotListing.FILTERS,
              "volume", VolumeListing.FILTERS));

  private final URI endpoint;

  InformationRoutes(URI endpoint) {
    this.endpoint = endpoint;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/", Rule.ANYONE, request -> versions(HttpStatus.MULTIPLE_CHOICES)),
        Route.get("/v3", Rule.ANYONE, request -> versions(HttpStatus.OK)),
        Projects.get("/os-availability-zone", Rule.READER, request -> zones()),
        Projects.get("/extensions", Rule.READER, request -> extensions()),
        Projects.get("/resource_filters", Rule.READER, InformationRoutes::resourceFilters));
  }

  private Mono<ServerResponse> versions(HttpStatus status) {
    View version =
        View.of("id", "v3.0")
            .with("status", "CURRENT")
            .with("version", "3." + Microversion.MAX_MINOR)
            .with("min_version", "3.0")
            .with("updated", UPDATED)
            .with("links", List.of(View.of("rel", "self").with("href", endpoint + "/volume/v3/")))
            .with(
                "media-types",
                List.of(
                    View.of("base", "application/json")
                        .with("type", "application/vnd.openstack.volume+json;version=3")));
    return Replies.json(status, View.of("versions", List.of(version)));
  }

  private static Mono<ServerResponse> zones() {
    return Replies.ok(
        View.of(
            "availabilityZoneInfo",
            List.of(
                View.of("zoneName", VolumeBodies.ZONE)
                    .with("zoneState", View.of("available", true)))));
  }

  private static Mono<ServerResponse> extensions() {
    return Replies.ok(
        View.of(
            "extensions",
            EXTENSIONS.entrySet().stream()
                .map(
                    extension ->
                        View.of("alias", extension.getKey())
                            .with("name", extension.getValue())
                            .with("description", "")
                            .with("updated", UPDATED)
                            .with("links", List.of()))
                .toList()));
  }

  /** By what each list is filtered. */
  private static Mono<ServerResponse> resourceFilters(ApiRequest request) {
    Microversion.require(request, RESOURCE_FILTERS);
    return Replies.ok(
        View.of(
            "resource_filters",
            FILTERS.entrySet().stream()
                .filter(
                    of -> request.query("resource").map(of.getKey()::equalsIgnoreCase).orElse(true))
                .map(of -> View.of("resource", of.getKey()).with("filters", of.getValue()))
                .toList()));
  }
}
