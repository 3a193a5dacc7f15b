package io.virga.control.identity.catalog;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.view.Extra;
import java.util.Optional;
import java.util.Set;

/** Where a service is, in a region and for an interface. */
record Endpoint(
    String id,
    String serviceId,
    Optional<String> regionId,
    Interface kind,
    EndpointUrl url,
    Optional<String> name,
    Optional<String> description,
    boolean enabled,
    Extra extra) {

  static final String COLUMNS =
      "SELECT id, service_id, region_id, interface, url, name, description, enabled, "
          + Extra.COLUMN
          + " FROM identity_endpoint ";

  private static final Set<String> OWN =
      Set.of(
          "service_id",
          "region_id",
          "region",
          "interface",
          "url",
          "name",
          "description",
          "enabled");
  private static final int MAX_TEXT = 255;
  private static final int MAX_URL = 2048;

  static Endpoint of(Row row) {
    return new Endpoint(
        row.text("id"),
        row.text("service_id"),
        row.optionalText("region_id"),
        Interface.parse(row.text("interface")),
        new EndpointUrl(row.text("url")),
        row.optionalText("name"),
        row.optionalText("description"),
        row.flag("enabled"),
        Extra.of(row));
  }

  static Endpoint created(JsonBody body) {
    return new Endpoint(
        Ids.nextHex(),
        body.text("service_id", MAX_TEXT),
        region(body),
        Interface.parse(body.text("interface", MAX_TEXT)),
        url(body),
        body.optionalText("name", MAX_TEXT),
        body.optionalText("description", MAX_TEXT),
        body.strictFlag("enabled", true),
        Extra.of(body, OWN));
  }

  Endpoint changed(JsonBody body) {
    return new Endpoint(
        id,
        body.has("service_id") ? body.text("service_id", MAX_TEXT) : serviceId,
        body.has("region_id") || body.has("region") ? region(body) : regionId,
        body.has("interface") ? Interface.parse(body.text("interface", MAX_TEXT)) : kind,
        body.has("url") ? url(body) : url,
        body.has("name") ? body.optionalText("name", MAX_TEXT) : name,
        body.has("description") ? body.optionalText("description", MAX_TEXT) : description,
        body.strictFlag("enabled", enabled),
        extra.changed(body, OWN));
  }

  /** {@code region} is the older word. */
  private static Optional<String> region(JsonBody body) {
    return body.optionalText("region_id", MAX_TEXT).or(() -> body.optionalText("region", MAX_TEXT));
  }

  private static EndpointUrl url(JsonBody body) {
    String text = body.text("url", MAX_URL);
    return EndpointUrl.parse(text)
        .orElseThrow(
            () ->
                ApiFault.badRequest(
                    "Cannot create an endpoint with an invalid URL: " + text + "."));
  }

  Statement bind(Statement statement) {
    return extra.bind(
        statement
            .bind("id", id)
            .bind("service", serviceId)
            .bind("region", regionId, String.class)
            .bind("interface", kind.text())
            .bind("url", url.text())
            .bind("name", name, String.class)
            .bind("description", description, String.class)
            .bind("enabled", enabled));
  }

  View view() {
    View view =
        View.of("id", id)
            .with("interface", kind.text())
            .with("service_id", serviceId)
            .with("region", regionId)
            .with("region_id", regionId)
            .with("url", url.text())
            .with("enabled", enabled);
    name.ifPresent(text -> view.with("name", text));
    description.ifPresent(text -> view.with("description", text));
    return extra.in(view);
  }
}
