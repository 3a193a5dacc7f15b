package io.virga.dataplane.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.json.Json;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A control with random changes, whose streams break anywhere and whose history is cut now and
 * then. Deterministic given the seed, which the test's name shows.
 */
class WatchStateSimulationTest {

  /** The server's side: what is so, and every change with its revision. */
  private static final class Model {
    final TreeMap<Long, WatchEvent> history = new TreeMap<>();
    final Map<String, SnapshotSpec> truth = new TreeMap<>();
    long revision = 1;
    long forgottenUpTo;

    void change(Random random) {
      // Two changes may share a revision, as the rows of one transaction do.
      revision += 1 + random.nextInt(2);
      String id = "s" + random.nextInt(12);
      if (random.nextInt(3) == 0 && truth.remove(id) != null) {
        history.put(revision, new WatchEvent.Delete("snapshot", id, revision));
      } else {
        SnapshotSpec spec = new SnapshotSpec(id, revision, Presence.PRESENT, "v1");
        truth.put(id, spec);
        history.put(revision, put(spec));
      }
    }

    WatchEvent put(SnapshotSpec spec) {
      return new WatchEvent.Put("snapshot", spec.id(), spec.generation(), Json.tree(spec));
    }
  }

  private static boolean deliver(WatchState state, WatchEvent event, Random random) {
    if (random.nextInt(20) == 0) {
      return false;
    }
    state.apply(Json.read(Json.bytes(event), WatchEvent.class));
    return true;
  }

  /** One stream, from its start to where it breaks; true if it told all. */
  private static boolean stream(WatchState state, Model model, Random random) {
    Optional<WatchState.Position> position = state.position();
    if (position.isPresent() && position.get().revision() >= model.forgottenUpTo) {
      for (WatchEvent event : model.history.tailMap(position.get().revision(), false).values()) {
        if (!deliver(state, event, random)) {
          return false;
        }
      }
    } else {
      if (!deliver(state, new WatchEvent.Reset("c1"), random)) {
        return false;
      }
      for (SnapshotSpec spec : model.truth.values()) {
        if (!deliver(state, model.put(spec), random)) {
          return false;
        }
      }
    }
    return deliver(state, new WatchEvent.Synced(model.revision), random);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void agreesWithControlWheneverAStreamHasToldAll(long seed) {
    Random random = new Random(seed);
    Model model = new Model();
    WatchState state = new WatchState();
    Map<String, Object> told = new TreeMap<>();
    int agreements = 0;
    for (int round = 0; round < 600; round++) {
      for (int change = random.nextInt(4); change > 0; change--) {
        model.change(random);
      }
      if (random.nextInt(15) == 0) {
        model.forgottenUpTo = model.revision;
      }
      Set<String> before = new HashSet<>(state.view().of(Kind.SNAPSHOT).keySet());
      boolean whole = stream(state, model, random);
      if (!whole && state.isListing()) {
        state.broken();
        assertThat(state.view().of(Kind.SNAPSHOT).keySet()).containsAll(before);
      }
      if (whole) {
        agreements++;
        assertThat(state.view().of(SnapshotSpec.class)).isEqualTo(model.truth);
        Set<String> changed = state.takeChanged().getOrDefault(Kind.SNAPSHOT, Set.of());
        for (String id : changed) {
          told.remove(id);
          Optional.ofNullable(state.view().of(Kind.SNAPSHOT).get(id))
              .ifPresent(thing -> told.put(id, thing));
        }
        assertThat(told).isEqualTo(model.truth);
      }
    }
    assertThat(agreements).isPositive();
  }
}
