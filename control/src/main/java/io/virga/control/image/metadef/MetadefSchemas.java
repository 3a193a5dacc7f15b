package io.virga.control.image.metadef;

import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.List;
import java.util.Map;

/** {@code /v2/schemas/metadefs}: what {@link MetadefBodies} reads, as JSON Schema. */
final class MetadefSchemas {

  private static final Map<String, Object> TEXT = Map.of("type", "string");
  private static final Map<String, Object> FLAG = Map.of("type", "boolean");
  private static final Map<String, Object> NUMBER = Map.of("type", "number");
  private static final Map<String, Object> COUNT = Map.of("type", "integer", "minimum", 0);
  private static final Map<String, Object> TEXTS = Map.of("type", "array", "items", TEXT);
  private static final Map<String, Object> TIME =
      Map.of("type", "string", "format", "date-time", "readOnly", true);
  private static final Map<String, Object> LINK = Map.of("type", "string", "readOnly", true);

  private MetadefSchemas() {}

  static List<Route> routes() {
    return List.of(
        route("namespace", named("namespace", namespace(), "namespace")),
        route("namespaces", collection("namespaces", object(namespace()))),
        route("object", named("object", objectMembers(), "name")),
        route("objects", collection("objects", object(objectMembers()))),
        route("property", named("property", property(), "name", "title", "type")),
        route("properties", properties()),
        route("tag", named("tag", tag(), "name")),
        route("tags", collection("tags", object(tag()))),
        route("resource_type", named("resource_type_association", association(), "name")),
        route("resource_types", collection("resource_type_associations", object(association()))));
  }

  private static Route route(String name, View schema) {
    return Route.get(MetadefViews.schema(name), Rule.LOGGED_IN, request -> Replies.ok(schema));
  }

  private static View named(String name, View members, String... required) {
    return View.of("name", name).with("required", List.of(required)).with("properties", members);
  }

  private static View collection(String name, View item) {
    return View.of("name", name)
        .with(
            "properties",
            View.of(name, list(item)).with("first", TEXT).with("next", TEXT).with("schema", TEXT))
        .with("links", links());
  }

  private static View properties() {
    return View.of("name", "properties")
        .with(
            "properties",
            View.of("properties", map(object(property())))
                .with("first", TEXT)
                .with("next", TEXT)
                .with("schema", TEXT))
        .with("links", links());
  }

  private static List<View> links() {
    return List.of(
        View.of("rel", "first").with("href", "{first}"),
        View.of("rel", "next").with("href", "{next}"),
        View.of("rel", "describedby").with("href", "{schema}"));
  }

  private static View object(View members) {
    return View.of("type", "object").with("properties", members);
  }

  private static View list(View item) {
    return View.of("type", "array").with("items", item);
  }

  private static View map(View value) {
    return View.of("type", "object").with("additionalProperties", value);
  }

  private static Map<String, Object> text(int maxLength) {
    return Map.of("type", "string", "maxLength", maxLength);
  }

  private static View namespace() {
    return times(
        View.of("namespace", text(Definitions.NAME_LENGTH))
            .with("display_name", text(Definitions.NAME_LENGTH))
            .with("description", text(MetadefBodies.TEXT_LENGTH))
            .with("visibility", View.of("type", "string").with("enum", MetadefBodies.VISIBILITIES))
            .with("protected", FLAG)
            .with("owner", text(MetadefBodies.OWNER_LENGTH))
            .with("resource_type_associations", list(object(association())))
            .with("properties", map(object(property())))
            .with("objects", list(object(objectMembers())))
            .with("tags", list(object(tag())))
            .with("self", LINK)
            .with("schema", LINK));
  }

  private static View objectMembers() {
    return times(
        View.of("name", text(Definitions.NAME_LENGTH))
            .with("description", TEXT)
            .with("required", TEXTS)
            .with("properties", map(object(property())))
            .with("self", LINK)
            .with("schema", LINK));
  }

  private static View property() {
    View type = View.of("type", "string").with("enum", Definitions.TYPES);
    View list = View.of("type", "array");
    return View.of("name", text(Definitions.NAME_LENGTH))
        .with("title", TEXT)
        .with("description", TEXT)
        .with("type", type)
        .with("operators", TEXTS)
        .with("required", TEXTS)
        .with("minimum", NUMBER)
        .with("maximum", NUMBER)
        .with("minLength", COUNT)
        .with("maxLength", COUNT)
        .with("pattern", TEXT)
        .with("enum", list)
        .with("readonly", FLAG)
        .with("default", View.empty())
        .with("items", object(View.of("type", type).with("enum", list)))
        .with("minItems", COUNT)
        .with("maxItems", COUNT)
        .with("uniqueItems", FLAG)
        .with("additionalItems", FLAG);
  }

  private static View tag() {
    return times(View.of("name", text(Definitions.NAME_LENGTH)));
  }

  private static View association() {
    return times(
        View.of("name", text(Definitions.NAME_LENGTH))
            .with("prefix", text(Definitions.NAME_LENGTH))
            .with("properties_target", text(Definitions.NAME_LENGTH)));
  }

  private static View times(View members) {
    return members.with("created_at", TIME).with("updated_at", TIME);
  }
}
