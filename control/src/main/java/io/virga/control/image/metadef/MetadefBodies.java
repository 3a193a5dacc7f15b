package io.virga.control.image.metadef;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.JsonBody;
import io.virga.control.policy.Caller;
import io.virga.dataplane.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads namespaces and what they hold from requests. */
final class MetadefBodies {

  /** The most of one kind in a namespace. */
  static final int MAX_ITEMS = 1000;

  static final List<String> VISIBILITIES = List.of(Namespace.PUBLIC, "private");

  static final int TEXT_LENGTH = 500;
  static final int OWNER_LENGTH = 255;
  private static final Set<String> READ_ONLY = Set.of("self", "schema", "created_at", "updated_at");

  private MetadefBodies() {}

  /** A namespace with all that it is to hold from its beginning. */
  record Whole(
      Namespace.Attributes attributes,
      Map<ItemKind, List<Item.Definition>> items,
      List<Association.Target> associations) {}

  static Whole whole(Caller caller, JsonBody body) {
    List<Item.Definition> properties = new ArrayList<>();
    body.optionalObject("properties")
        .ifPresent(
            all ->
                Definitions.properties(all)
                    .properties()
                    .forEach(
                        one ->
                            properties.add(
                                new Item.Definition(one.getKey(), one.getValue().asObject()))));
    Map<ItemKind, List<Item.Definition>> items =
        Map.of(
            ItemKind.OBJECT,
            items(ItemKind.OBJECT, body),
            ItemKind.PROPERTY,
            bounded(ItemKind.PROPERTY, properties),
            ItemKind.TAG,
            items(ItemKind.TAG, body));
    List<Association.Target> associations =
        body.objects("resource_type_associations", MAX_ITEMS).stream()
            .map(MetadefBodies::association)
            .toList();
    distinct(
        "resource_type_associations", associations.stream().map(Association.Target::type).toList());
    return new Whole(attributes(caller, body), items, associations);
  }

  /** What a namespace is; what the body does not say of it is by default. */
  static Namespace.Attributes attributes(Caller caller, JsonBody body) {
    checkMembers(
        body,
        "namespace",
        "display_name",
        "description",
        "visibility",
        "protected",
        "owner",
        "objects",
        "properties",
        "tags",
        "resource_type_associations");
    return new Namespace.Attributes(
        body.text("namespace", Definitions.NAME_LENGTH),
        body.optionalText("display_name", Definitions.NAME_LENGTH),
        body.optionalText("description", TEXT_LENGTH),
        body.optionalChoice("visibility", VISIBILITIES).orElse("private"),
        body.flag("protected", false),
        body.optionalText("owner", OWNER_LENGTH).orElseGet(caller::projectId));
  }

  static Item.Definition item(ItemKind kind, JsonBody body) {
    String name = body.text("name", Definitions.NAME_LENGTH);
    return switch (kind) {
      case OBJECT -> {
        refuseReadOnly(body);
        yield new Item.Definition(name, Definitions.object(body));
      }
      case PROPERTY -> {
        refuseReadOnly(body);
        yield new Item.Definition(name, Definitions.property(body));
      }
      case TAG -> {
        checkMembers(body, "name");
        yield tag(name);
      }
    };
  }

  static Item.Definition tag(String name) {
    if (name.isEmpty() || name.length() > Definitions.NAME_LENGTH) {
      throw ApiFault.badRequest(
          "The name of a tag is of 1 to %d characters.".formatted(Definitions.NAME_LENGTH));
    }
    return new Item.Definition(name, Json.mapper().createObjectNode());
  }

  /** Those that the body lists under the name of their kind. */
  static List<Item.Definition> items(ItemKind kind, JsonBody body) {
    return bounded(
        kind,
        body.objects(kind.collection(), MAX_ITEMS).stream().map(one -> item(kind, one)).toList());
  }

  private static List<Item.Definition> bounded(ItemKind kind, List<Item.Definition> items) {
    if (items.size() > MAX_ITEMS) {
      throw tooMany(kind.collection());
    }
    distinct(kind.collection(), items.stream().map(Item.Definition::name).toList());
    return items;
  }

  static Association.Target association(JsonBody body) {
    checkMembers(body, "name", "prefix", "properties_target");
    return new Association.Target(
        body.text("name", Definitions.NAME_LENGTH),
        body.optionalText("prefix", Definitions.NAME_LENGTH),
        body.optionalText("properties_target", Definitions.NAME_LENGTH));
  }

  static ApiFault tooMany(String what) {
    return ApiFault.of(
        FaultKind.TOO_LARGE, "The limit of %d %s has been exceeded.".formatted(MAX_ITEMS, what));
  }

  private static void distinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw ApiFault.conflict("%s: '%s' is there twice".formatted(what, name));
      }
    }
  }

  private static void checkMembers(JsonBody body, String... accepted) {
    refuseReadOnly(body);
    body.allowOnly(accepted);
  }

  private static void refuseReadOnly(JsonBody body) {
    for (String name : body.names()) {
      if (READ_ONLY.contains(name)) {
        throw ApiFault.forbidden("Attribute '" + name + "' is read-only.");
      }
    }
  }
}
