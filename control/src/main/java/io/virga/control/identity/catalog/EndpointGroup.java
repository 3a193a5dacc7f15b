package io.virga.control.identity.catalog;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import java.util.List;
import java.util.Optional;

/**
 * The endpoints that fit all that is given; all of them, if nothing is.
 *
 * @param serviceId is not looked up: what is not there has no endpoints
 */
record EndpointGroup(
    String id,
    String name,
    Optional<String> description,
    Optional<String> serviceId,
    Optional<String> regionId,
    Optional<Interface> kind) {

  static final String COLUMNS =
      "SELECT id, name, description, service_id, region_id, interface"
          + " FROM identity_endpoint_group ";

  /** That {@code identity_endpoint e} is in {@code identity_endpoint_group g}. */
  static final String FITS =
      """
      (g.service_id IS NULL OR g.service_id = e.service_id)
      AND (g.region_id IS NULL OR g.region_id = e.region_id)
      AND (g.interface IS NULL OR g.interface = e.interface)
      """;

  private static final List<String> FILTERS = List.of("service_id", "region_id", "interface");
  private static final int MAX_TEXT = 255;
  private static final int MAX_DESCRIPTION = 4096;

  static EndpointGroup of(Row row) {
    return new EndpointGroup(
        row.text("id"),
        row.text("name"),
        row.optionalText("description"),
        row.optionalText("service_id"),
        row.optionalText("region_id"),
        row.optionalText("interface").map(Interface::parse));
  }

  static EndpointGroup created(JsonBody body) {
    JsonBody filters = filters(body);
    if (filters.names().isEmpty()) {
      throw ApiFault.badRequest("filters field is required and cannot be empty");
    }
    return made(
        Ids.nextHex(),
        body.name("name", MAX_TEXT),
        body.optionalText("description", MAX_DESCRIPTION),
        filters);
  }

  EndpointGroup changed(JsonBody body) {
    String newName = body.has("name") ? body.name("name", MAX_TEXT) : name;
    Optional<String> newDescription =
        body.has("description") ? body.optionalText("description", MAX_DESCRIPTION) : description;
    return body.has("filters")
        ? made(id, newName, newDescription, filters(body))
        : new EndpointGroup(id, newName, newDescription, serviceId, regionId, kind);
  }

  private static EndpointGroup made(
      String id, String name, Optional<String> description, JsonBody filters) {
    return new EndpointGroup(
        id,
        name,
        description,
        filter(filters, "service_id"),
        filter(filters, "region_id"),
        filter(filters, "interface").map(Interface::parse));
  }

  private static Optional<String> filter(JsonBody filters, String name) {
    return filters.has(name) ? Optional.of(filters.text(name, MAX_TEXT)) : Optional.empty();
  }

  private static JsonBody filters(JsonBody body) {
    JsonBody filters = body.object("filters");
    if (!FILTERS.containsAll(filters.names())) {
      throw ApiFault.badRequest(
          ("Expecting to find %s in endpoint_group. The server could not comply with the request"
                  + " since it is either malformed or otherwise incorrect. The client is assumed to"
                  + " be in error.")
              .formatted(String.join(" or ", FILTERS)));
    }
    return filters;
  }

  Statement bind(Statement statement) {
    return statement
        .bind("id", id)
        .bind("name", name)
        .bind("description", description, String.class)
        .bind("service", serviceId, String.class)
        .bind("region", regionId, String.class)
        .bind("interface", kind.map(Interface::text), String.class);
  }

  View view() {
    View filters = View.empty();
    serviceId.ifPresent(service -> filters.with("service_id", service));
    regionId.ifPresent(region -> filters.with("region_id", region));
    kind.ifPresent(some -> filters.with("interface", some.text()));
    return View.of("id", id)
        .with("name", name)
        .with("description", description)
        .with("filters", filters);
  }
}
