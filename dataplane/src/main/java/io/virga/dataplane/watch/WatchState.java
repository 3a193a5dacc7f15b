package io.virga.dataplane.watch;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.json.Json;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the stream has told, without any I/O. Not thread-safe.
 *
 * <pre>
 * state      event      next       what happens
 * following  reset      listing    begin to note which ids the list names
 * following  put/delete following  the thing is replaced/removed
 * following  synced     following  the revision moves on
 * listing    put/delete listing    the thing is replaced/removed, and noted
 * listing    synced     following  what the list did not name is removed; the view is complete
 * any        broken     following  the notes of a list are dropped; nothing is removed
 * any        bookmark              the revision moves on, unless listing
 * </pre>
 *
 * The revision moves on only where the server says that all up to it was told: several things may
 * share one.
 */
final class WatchState {

  private static final Logger log = LoggerFactory.getLogger(WatchState.class);
  private static final Map<String, Kind> KINDS =
      Arrays.stream(Kind.values()).collect(Collectors.toMap(Kind::wireName, kind -> kind));

  private final Map<Kind, Map<String, DesiredState>> things = new EnumMap<>(Kind.class);
  private Map<Kind, Set<String>> changed = new EnumMap<>(Kind.class);
  private Optional<Listing> listing = Optional.empty();
  private Optional<Position> position = Optional.empty();
  private boolean announce;

  /** From where to resume. */
  record Position(String cluster, long revision) {}

  private record Listing(String cluster, Map<Kind, Set<String>> named) {}

  /** Empty as long as there is no complete state. */
  Optional<Position> position() {
    return position;
  }

  boolean isListing() {
    return listing.isPresent();
  }

  /** Whether there is something complete that the listener has not been told. */
  boolean hasNews() {
    return position.isPresent() && listing.isEmpty() && (announce || !changed.isEmpty());
  }

  DesiredView view() {
    return position.isPresent() ? DesiredView.complete(things) : DesiredView.nothing();
  }

  /** What changed since the last call. */
  Map<Kind, Set<String>> takeChanged() {
    Map<Kind, Set<String>> taken = new EnumMap<>(Kind.class);
    changed.forEach((kind, ids) -> taken.put(kind, Set.copyOf(ids)));
    changed = new EnumMap<>(Kind.class);
    announce = false;
    return taken;
  }

  /** What was complete before the last stop. */
  void restore(Position restored, Iterable<? extends DesiredState> all) {
    for (DesiredState thing : all) {
      put(Kind.of(thing.getClass()), thing);
    }
    position = Optional.of(restored);
    announce = true;
  }

  /** The stream has ended. */
  void broken() {
    listing = Optional.empty();
  }

  void apply(WatchEvent event) {
    switch (event) {
      case WatchEvent.Reset reset ->
          listing = Optional.of(new Listing(reset.cluster(), new EnumMap<>(Kind.class)));
      case WatchEvent.Put put -> kindNamed(put.kind()).ifPresent(kind -> put(kind, put));
      case WatchEvent.Delete delete ->
          kindNamed(delete.kind()).ifPresent(kind -> remove(kind, delete.id()));
      case WatchEvent.Synced synced -> synced(synced.revision());
      case WatchEvent.Bookmark bookmark -> moveOn(bookmark.revision());
    }
  }

  private static Optional<Kind> kindNamed(String wireName) {
    Optional<Kind> kind = Optional.ofNullable(KINDS.get(wireName));
    if (kind.isEmpty()) {
      log.warn("control speaks of the kind {}, which this version does not know", wireName);
    }
    return kind;
  }

  /** A thing that cannot be read stays as it was: that is no reason to remove it. */
  private void put(Kind kind, WatchEvent.Put put) {
    listing.ifPresent(list -> ids(list.named(), kind).add(put.id()));
    Optional<DesiredState> thing = read(kind, put.id(), put.spec());
    thing.ifPresent(t -> put(kind, t));
  }

  private void put(Kind kind, DesiredState thing) {
    DesiredState before = things.computeIfAbsent(kind, k -> new HashMap<>()).put(thing.id(), thing);
    if (!thing.equals(before)) {
      ids(changed, kind).add(thing.id());
    }
  }

  private static Optional<DesiredState> read(Kind kind, String id, JsonNode spec) {
    try {
      DesiredState thing = Json.read(spec, kind.recordType());
      if (id.equals(thing.id())) {
        return Optional.of(thing);
      }
      log.error("control sent the {} {} under the id {}", kind.wireName(), thing.id(), id);
    } catch (JacksonException e) {
      log.error("cannot read the {} {} that control sent", kind.wireName(), id, e);
    }
    return Optional.empty();
  }

  private void remove(Kind kind, String id) {
    listing.ifPresent(list -> ids(list.named(), kind).remove(id));
    Map<String, DesiredState> byId = things.get(kind);
    if (byId != null && byId.remove(id) != null) {
      ids(changed, kind).add(id);
    }
  }

  private void synced(long revision) {
    if (listing.isPresent()) {
      Listing list = listing.get();
      things.forEach((kind, byId) -> keepOnly(kind, byId, ids(list.named(), kind)));
      announce |= position.isEmpty();
      position = Optional.of(new Position(list.cluster(), revision));
      listing = Optional.empty();
    } else {
      moveOn(revision);
    }
  }

  private void keepOnly(Kind kind, Map<String, DesiredState> byId, Set<String> named) {
    Set<String> gone = new HashSet<>(byId.keySet());
    gone.removeAll(named);
    gone.forEach(id -> remove(kind, id));
  }

  private void moveOn(long revision) {
    if (listing.isEmpty()) {
      position = position.map(p -> new Position(p.cluster(), Math.max(p.revision(), revision)));
    }
  }

  private static Set<String> ids(Map<Kind, Set<String>> byKind, Kind kind) {
    return byKind.computeIfAbsent(kind, k -> new HashSet<>());
  }
}
