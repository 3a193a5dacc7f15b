package io.virga.objectstore.index;

import java.util.List;
import java.util.function.Function;

/**
 * Part of a listing.
 *
 * @param truncated whether there is more behind it
 */
public record ListingPage<T>(List<Item<T>> items, boolean truncated) {

  public ListingPage {
    items = List.copyOf(items);
  }

  /** One line of a listing. */
  public sealed interface Item<T> {
    String name();
  }

  /** A name with its row. */
  public record Named<T>(String name, T row) implements Item<T> {}

  /** All names that begin with this one, which ends with the delimiter. */
  public record Rolled<T>(String name) implements Item<T> {}

  /** The same page with rows of another type. */
  public <R> ListingPage<R> map(Function<T, R> function) {
    List<Item<R>> mapped =
        items.stream()
            .<Item<R>>map(
                item ->
                    switch (item) {
                      case Named<T>(String name, T row) -> new Named<>(name, function.apply(row));
                      case Rolled<T>(String name) -> new Rolled<>(name);
                    })
            .toList();
    return new ListingPage<>(mapped, truncated);
  }
}
