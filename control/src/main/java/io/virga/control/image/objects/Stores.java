package io.virga.control.image.objects;

import io.virga.control.fault.ApiFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The stores that there are. The first one is where images go unless something else is said. */
public record Stores(ImageObjects objects, List<Store> all) implements AutoCloseable {

  /** The object store of the cloud: disks are made of what is there. */
  public static final String OBJECTS = "objects";

  public Stores {
    all = List.copyOf(all);
  }

  /**
   * One of them.
   *
   * @param type Glance's name for the kind of it
   * @param properties what administrators are told of it
   */
  public record Store(
      String id, String type, String description, Map<String, String> properties, Backend backend) {

    public Store {
      properties = Map.copyOf(properties);
    }

    public boolean isDefault() {
      return id.equals(OBJECTS);
    }
  }

  /** The cloud's object store, and those beside it. */
  public static Stores of(ImageObjects objects, List<Store> more) {
    Store own = new Store(OBJECTS, "swift", "The object store of this cloud.", Map.of(), objects);
    return new Stores(objects, Stream.concat(Stream.of(own), more.stream()).toList());
  }

  public List<String> ids() {
    return all.stream().map(Store::id).toList();
  }

  /** Fails with bad request if there is none of the id. */
  public String known(String id) {
    if (!ids().contains(id)) {
      throw ApiFault.badRequest(
          "There is no store '%s'; there are %s.".formatted(id, String.join(", ", ids())));
    }
    return id;
  }

  /** Where what is said to be in the store is; fails with unavailable if it is none any more. */
  public Backend backend(String id) {
    return first(List.of(id))
        .map(Store::backend)
        .orElseThrow(() -> ApiFault.unavailable("The store " + id + " is not there."));
  }

  /** The one to read an image from that is in all of these. */
  public String nearest(UUID imageId, List<String> ids) {
    return first(ids)
        .map(Store::id)
        .orElseThrow(
            () ->
                ApiFault.unavailable(
                    "Image %s is in no store that is there: it was in %s."
                        .formatted(imageId, String.join(", ", ids))));
  }

  private Optional<Store> first(List<String> ids) {
    return all.stream().filter(store -> ids.contains(store.id())).findFirst();
  }

  @Override
  public void close() {
    all.forEach(store -> store.backend().close());
  }
}
