package io.virga.objectstore.record;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Metadata of which each item has a timestamp of its own, so that changes made at the same time at
 * different replicas come together in any order: the newest of each item holds. An item that was
 * removed stays as an empty value.
 */
public record StampedMetadata(Map<String, Item> items) {

  /** None. */
  public static final StampedMetadata NONE = new StampedMetadata(Map.of());

  private static final int MINIMUM_ITEM_BYTES = 10;

  public StampedMetadata {
    items = Map.copyOf(items);
  }

  /**
   * An item.
   *
   * @param value empty if it was removed
   */
  public record Item(Timestamp at, String value) {

    boolean isNewerThan(Item other) {
      int order = at.compareTo(other.at);
      return order > 0 || (order == 0 && value.compareTo(other.value) > 0);
    }
  }

  /** What must be changed, at a time, so that these are the values. */
  public StampedMetadata changeTo(Map<String, String> wanted, Timestamp at) {
    Map<String, String> now = values();
    Map<String, Item> changes = new HashMap<>();
    wanted.forEach(
        (name, value) -> {
          if (!value.equals(now.get(name))) {
            changes.put(name, new Item(at, value));
          }
        });
    now.forEach(
        (name, value) -> {
          if (!wanted.containsKey(name)) {
            changes.put(name, new Item(at, ""));
          }
        });
    return new StampedMetadata(changes);
  }

  /** Both, the newest of each item. */
  public StampedMetadata merge(StampedMetadata other) {
    if (other.items.isEmpty()) {
      return this;
    }
    Map<String, Item> merged = new HashMap<>(items);
    other.items.forEach(
        (name, item) ->
            merged.merge(name, item, (old, more) -> more.isNewerThan(old) ? more : old));
    return new StampedMetadata(merged);
  }

  /** The items that are newer than a time. */
  public StampedMetadata after(Timestamp time) {
    if (time.equals(Timestamp.ZERO)) {
      return this;
    }
    Map<String, Item> newer = new HashMap<>(items);
    newer.values().removeIf(item -> !item.at().isAfter(time));
    return new StampedMetadata(newer);
  }

  /** The items that were not removed. */
  public Map<String, String> values() {
    Map<String, String> values = LinkedHashMap.newLinkedHashMap(items.size());
    items.forEach(
        (name, item) -> {
          if (!item.value().isEmpty()) {
            values.put(name, item.value());
          }
        });
    return values;
  }

  /** The value of an item that was not removed. */
  public Optional<String> value(String name) {
    return Optional.ofNullable(items.get(name)).map(Item::value).filter(v -> !v.isEmpty());
  }

  /** The newest timestamp. */
  public Timestamp newest() {
    Timestamp newest = Timestamp.ZERO;
    for (Item item : items.values()) {
      newest = newest.max(item.at());
    }
    return newest;
  }

  void writeTo(BinaryWriter out) {
    out.varint(items.size());
    items.forEach((name, item) -> out.text(name).u64(item.at().micros()).text(item.value()));
  }

  static StampedMetadata readFrom(BinaryReader in) {
    int count = in.count(MINIMUM_ITEM_BYTES);
    Map<String, Item> items = HashMap.newHashMap(count);
    for (int i = 0; i < count && !in.isMalformed(); i++) {
      items.put(in.text(), new Item(new Timestamp(in.u64()), in.text()));
    }
    return new StampedMetadata(items);
  }
}
