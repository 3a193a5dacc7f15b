package io.virga.control.network.resource;

import io.virga.control.http.View;
import io.virga.control.network.model.Standard;
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.OwnedRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A kind of resource, said once: its names, its table and its attributes.
 *
 * @param table its rows have the columns of {@link Standard}
 * @param rows the query over that table
 * @param change who may make, change and delete what is his
 * @param removable the condition under which a project may delete one, of {@code :project}; who may
 *     change one is its owner
 * @param tagged whether it has tags, and shows all standard attributes
 */
public record ResourceType<T>(
    Names names,
    String table,
    OwnedRows<T> rows,
    List<Attribute<Item<T>>> attributes,
    Rule change,
    String removable,
    boolean tagged) {

  /** The names below which tags and changes since a time are asked for. */
  private static final String CHANGED_SINCE = "changed_since";

  public ResourceType {
    attributes = List.copyOf(attributes);
  }

  /**
   * The names of a kind.
   *
   * @param path below {@code /v2.0/}, for example {@code security-groups}
   * @param one the member of bodies with one, {@code security_group}
   * @param all the member of bodies with several, {@code security_groups}
   */
  public record Names(String path, String one, String all) {

    /** The usual ones: {@code networks} with {@code network}. */
    public static Names of(String one) {
      return new Names(one + "s", one, one + "s");
    }
  }

  /** A kind that has all standard attributes, and these. */
  public static <T> ResourceType<T> of(
      Names names, String table, OwnedRows<T> rows, List<Attribute<T>> own) {
    ResourceType<T> plain = plain(names, table, rows, own);
    List<Attribute<Item<T>>> all = new ArrayList<>(plain.attributes());
    StandardAttributes.others(rows.alias()).forEach(a -> all.add(a.within(Item::standard)));
    return new ResourceType<>(names, table, rows, all, plain.change(), plain.removable(), true);
  }

  /** A kind that shows no more than these, and whose it is. */
  public static <T> ResourceType<T> plain(
      Names names, String table, OwnedRows<T> rows, List<Attribute<T>> own) {
    List<Attribute<Item<T>>> all = new ArrayList<>();
    StandardAttributes.identity(rows.alias()).forEach(a -> all.add(a.within(Item::standard)));
    own.forEach(attribute -> all.add(attribute.within(Item::thing)));
    return new ResourceType<>(names, table, rows, all, Rule.MEMBER, owned(rows), false);
  }

  /** The same kind, whose changes are an administrator's. */
  public ResourceType<T> changedByAdministrators() {
    return new ResourceType<>(names, table, rows, attributes, Rule.ADMIN, removable, tagged);
  }

  /** The same kind, which others than the owner may delete, too. */
  public ResourceType<T> removedUnder(String condition) {
    return new ResourceType<>(names, table, rows, attributes, change, condition, tagged);
  }

  /** The condition under which a project may change one, of {@code :project}. */
  String owned() {
    return owned(rows);
  }

  private static String owned(OwnedRows<?> rows) {
    return rows.alias() + ".project_id = :project";
  }

  /** The attributes that a caller sees, by name. */
  Map<String, Attribute<Item<T>>> seenBy(Caller caller) {
    return attributes.stream()
        .filter(attribute -> caller.isAdmin() || !attribute.forAdministrators())
        .collect(Collectors.toMap(Attribute::name, Function.identity()));
  }

  /** Filters that are no attributes. */
  Map<String, Filter> furtherFilters() {
    String tags = rows.alias() + ".tags";
    if (!tagged) {
      return Map.of();
    }
    return Map.of(
        "tags-any",
        Filters.anyOf(tags),
        "not-tags",
        Filters.not(Filters.allOf(tags)),
        "not-tags-any",
        Filters.not(Filters.anyOf(tags)),
        CHANGED_SINCE,
        Filters.since(rows.alias() + ".updated_at"));
  }

  Optional<Filter> filter(Caller caller, String name) {
    return Optional.ofNullable(furtherFilters().get(name))
        .or(() -> Optional.ofNullable(seenBy(caller).get(name)).flatMap(Attribute::filter));
  }

  /** What everyone sees of one, for showing it within another. */
  public View view(T thing, Standard standard) {
    View view = View.empty();
    for (Attribute<Item<T>> attribute : attributes) {
      if (!attribute.forAdministrators()) {
        view.with(attribute.name(), attribute.value().apply(new Item<>(thing, standard)));
      }
    }
    return view;
  }

  /**
   * What a caller sees.
   *
   * @param fields the attributes that are asked for; all if there are none
   */
  View view(Caller caller, List<String> fields, Item<T> item) {
    View view = View.empty();
    for (Attribute<Item<T>> attribute : attributes) {
      if ((caller.isAdmin() || !attribute.forAdministrators())
          && (fields.isEmpty() || fields.contains(attribute.name()))) {
        view.with(attribute.name(), attribute.value().apply(item));
      }
    }
    return view;
  }
}
