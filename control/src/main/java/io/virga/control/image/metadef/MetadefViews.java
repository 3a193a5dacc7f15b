package io.virga.control.image.metadef;

import io.virga.control.http.View;
import io.virga.control.image.view.Times;
import io.virga.dataplane.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Namespaces and what they hold in Glance's words. What is not said of one is left out. */
final class MetadefViews {

  static final String NAMESPACES = "/v2/metadefs/namespaces";

  private MetadefViews() {}

  static String path(String namespace) {
    return NAMESPACES + "/" + UriUtils.encodePathSegment(namespace, StandardCharsets.UTF_8);
  }

  static View namespace(Namespace namespace) {
    Namespace.Attributes attributes = namespace.attributes();
    View view = View.of("namespace", attributes.name());
    attributes.displayName().ifPresent(name -> view.with("display_name", name));
    attributes.description().ifPresent(text -> view.with("description", text));
    return view.with("visibility", attributes.visibility())
        .with("protected", attributes.isProtected())
        .with("owner", attributes.owner())
        .with("created_at", Times.text(namespace.createdAt()))
        .with("updated_at", Times.text(namespace.updatedAt()))
        .with("self", path(attributes.name()))
        .with("schema", schema("namespace"));
  }

  /**
   * With what it holds; of what it holds nothing of, nothing is said.
   *
   * @param prefix before the names of properties
   */
  static View whole(
      Namespace namespace, List<Item> items, Collection<Association> associations, String prefix) {
    View view = withAssociations(namespace, associations);
    List<View> objects =
        of(items, ItemKind.OBJECT).map(item -> object(namespace.name(), item, prefix)).toList();
    List<Item> properties = of(items, ItemKind.PROPERTY).toList();
    List<View> tags = of(items, ItemKind.TAG).map(MetadefViews::tagName).toList();
    if (!objects.isEmpty()) {
      view.with("objects", objects);
    }
    if (!properties.isEmpty()) {
      view.with("properties", properties(properties, prefix));
    }
    if (!tags.isEmpty()) {
      view.with("tags", tags);
    }
    return view;
  }

  static View withAssociations(Namespace namespace, Collection<Association> associations) {
    View view = namespace(namespace);
    if (!associations.isEmpty()) {
      view.with(
          "resource_type_associations",
          associations.stream().map(MetadefViews::association).toList());
    }
    return view;
  }

  private static Stream<Item> of(List<Item> items, ItemKind kind) {
    return items.stream().filter(item -> item.kind() == kind);
  }

  static View association(Association association) {
    Association.Target target = association.target();
    View view = View.of("name", target.type());
    target.prefix().ifPresent(prefix -> view.with("prefix", prefix));
    target.propertiesTarget().ifPresent(set -> view.with("properties_target", set));
    return view.with("created_at", Times.text(association.createdAt()))
        .with("updated_at", Times.text(association.updatedAt()));
  }

  /** One by itself. */
  static View item(String namespace, Item item) {
    return switch (item.kind()) {
      case OBJECT -> object(namespace, item, "");
      case PROPERTY -> members(View.of("name", item.name()), item.definition().body());
      case TAG -> times(tagName(item), item);
    };
  }

  /** Several of a kind, as the value of their collection. */
  static Object items(String namespace, ItemKind kind, List<Item> items) {
    return switch (kind) {
      case OBJECT -> items.stream().map(item -> object(namespace, item, "")).toList();
      case PROPERTY -> properties(items, "");
      case TAG -> items.stream().map(MetadefViews::tagName).toList();
    };
  }

  private static View tagName(Item tag) {
    return View.of("name", tag.name());
  }

  private static View properties(List<Item> properties, String prefix) {
    View all = View.empty();
    properties.forEach(item -> all.with(prefix + item.name(), item.definition().body()));
    return all;
  }

  private static View object(String namespace, Item item, String prefix) {
    ObjectNode body = item.definition().body();
    View view = members(View.of("name", item.name()), body);
    if (!prefix.isEmpty()) {
      body.optional("properties").ifPresent(all -> view.with("properties", prefixed(all, prefix)));
      body.optional("required").ifPresent(all -> view.with("required", prefixedTexts(all, prefix)));
    }
    return times(view, item)
        .with(
            "self",
            path(namespace)
                + "/objects/"
                + UriUtils.encodePathSegment(item.name(), StandardCharsets.UTF_8))
        .with("schema", schema("object"));
  }

  private static ObjectNode prefixed(JsonNode properties, String prefix) {
    ObjectNode named = Json.mapper().createObjectNode();
    properties.properties().forEach(one -> named.set(prefix + one.getKey(), one.getValue()));
    return named;
  }

  private static ArrayNode prefixedTexts(JsonNode names, String prefix) {
    ArrayNode prefixed = Json.mapper().createArrayNode();
    names.valueStream().forEach(name -> prefixed.add(prefix + name.stringValue()));
    return prefixed;
  }

  private static View members(View view, ObjectNode body) {
    body.properties().forEach(member -> view.with(member.getKey(), member.getValue()));
    return view;
  }

  private static View times(View view, Item item) {
    return view.with("created_at", Times.text(item.createdAt()))
        .with("updated_at", Times.text(item.updatedAt()));
  }

  static String schema(String name) {
    return "/v2/schemas/metadefs/" + name;
  }

  /** The prefix that the namespace has for the type; empty for none. */
  static String prefix(Collection<Association> associations, Optional<String> type) {
    return associations.stream()
        .filter(association -> type.filter(association.type()::equals).isPresent())
        .flatMap(association -> association.target().prefix().stream())
        .findFirst()
        .orElse("");
  }
}
