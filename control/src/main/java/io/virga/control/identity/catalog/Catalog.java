package io.virga.control.identity.catalog;

import io.virga.control.http.View;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** The services of this cloud and their addresses, which are the same for every interface. */
public final class Catalog {

  static final List<String> INTERFACES = List.of("public", "internal", "admin");

  private final String region;
  private final List<Service> services;

  /**
   * @param control the public base address of control
   * @param objectStore the base address of the object store
   */
  public Catalog(String region, URI control, URI objectStore) {
    this.region = region;
    this.services =
        List.of(
            new Service("identity", "keystone", control + "/identity"),
            new Service("compute", "nova", control + "/compute/v2.1"),
            new Service("image", "glance", control + "/image"),
            new Service("volumev3", "cinder", control + "/volume/v3/{project}"),
            new Service("network", "neutron", control + "/network"),
            new Service("object-store", "swift", objectStore + "/v1/AUTH_{project}"),
            new Service("s3", "s3", objectStore.toString()));
  }

  /**
   * A service.
   *
   * @param url {@code {project}} stands for the id of the token's project
   */
  record Service(String type, String name, String url) {

    String id() {
      return hexId("service " + type);
    }

    View view() {
      return View.of("id", id())
          .with("type", type)
          .with("name", name)
          .with("description", "")
          .with("enabled", true);
    }
  }

  String region() {
    return region;
  }

  List<Service> services() {
    return services;
  }

  static String endpointId(Service service, String kind) {
    return hexId("endpoint " + service.type() + " " + kind);
  }

  /** What a token carries; without a project, what needs one is left out. */
  public List<View> of(String projectId) {
    return services.stream()
        .filter(service -> !projectId.isEmpty() || !service.url().contains("{project}"))
        .map(
            service ->
                View.of("type", service.type())
                    .with("name", service.name())
                    .with("id", service.id())
                    .with("endpoints", endpoints(service, projectId)))
        .toList();
  }

  private List<View> endpoints(Service service, String projectId) {
    String url = service.url().replace("{project}", projectId);
    return INTERFACES.stream()
        .map(
            kind ->
                View.of("id", endpointId(service, kind))
                    .with("interface", kind)
                    .with("region", region)
                    .with("region_id", region)
                    .with("url", url))
        .toList();
  }

  private static String hexId(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "");
  }
}
