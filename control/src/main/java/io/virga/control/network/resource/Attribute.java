package io.virga.control.network.resource;

import java.util.Optional;
import java.util.function.Function;

/**
 * One attribute of a resource: what clients see of it, and how lists are filtered and sorted by it.
 *
 * @param filter absent if lists cannot be filtered by it
 * @param sortKey an expression that is never NULL, over columns of the resource's own table; absent
 *     if lists cannot be sorted by it
 * @param forAdministrators whether nobody else sees it
 */
public record Attribute<T>(
    String name,
    Function<T, ?> value,
    Optional<Filter> filter,
    Optional<String> sortKey,
    boolean forAdministrators) {

  /** One that is only shown. */
  public static <T> Attribute<T> of(String name, Function<T, ?> value) {
    return new Attribute<>(name, value, Optional.empty(), Optional.empty(), false);
  }

  public Attribute<T> text(String column) {
    return kept(Filters.text(column), byText(column));
  }

  public Attribute<T> optionalText(String column) {
    return kept(Filters.text(column), byText("coalesce(" + column + ", '')"));
  }

  public Attribute<T> id(String column) {
    return kept(Filters.id(column), column);
  }

  public Attribute<T> optionalId(String column) {
    return kept(Filters.id(column), byText("coalesce(" + column + "::text, '')"));
  }

  public Attribute<T> flag(String column) {
    return kept(Filters.flag(column), column);
  }

  public Attribute<T> number(String column) {
    return kept(Filters.number(column), column);
  }

  public Attribute<T> optionalNumber(String column) {
    return kept(Filters.number(column), "coalesce(" + column + ", -1)");
  }

  public Attribute<T> filteredBy(Filter newFilter) {
    return new Attribute<>(name, value, Optional.of(newFilter), sortKey, forAdministrators);
  }

  public Attribute<T> onlyForAdministrators() {
    return new Attribute<>(name, value, filter, sortKey, true);
  }

  /** The same attribute, of what holds the thing. */
  <H> Attribute<H> within(Function<H, T> thing) {
    return new Attribute<>(name, thing.andThen(value), filter, sortKey, forAdministrators);
  }

  private Attribute<T> kept(Filter newFilter, String newSortKey) {
    return new Attribute<>(
        name, value, Optional.of(newFilter), Optional.of(newSortKey), forAdministrators);
  }

  /** By code points, whatever the locale of the database is. */
  private static String byText(String column) {
    return column + " COLLATE \"C\"";
  }
}
