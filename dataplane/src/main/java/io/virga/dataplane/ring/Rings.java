package io.virga.dataplane.ring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All rings of a cloud, from one directory: {@code account.ring}, {@code container.ring}, {@code
 * object.ring} for storage policy 0, {@code object-<index>.ring} for each other policy of {@code
 * policies.json}. Reading is safe from any thread; {@link #reload()} is called from one at a time,
 * and never from an event loop.
 */
public final class Rings {

  /** The file of the accounts' ring. */
  public static final String ACCOUNTS = "account.ring";

  /** The file of the containers' ring. */
  public static final String CONTAINERS = "container.ring";

  /** The file that holds the storage policies. */
  public static final String POLICIES = "policies.json";

  private final Path directory;
  private final LiveRing account;
  private final LiveRing container;
  private volatile Objects objects;
  private volatile Runnable beforeChange = () -> {};

  private record Objects(StoragePolicies policies, Map<Integer, LiveRing> rings) {}

  private Rings(Path directory) throws IOException {
    this.directory = directory;
    this.account = new LiveRing(directory.resolve(ACCOUNTS));
    this.container = new LiveRing(directory.resolve(CONTAINERS));
    this.objects = objects(Map.of());
  }

  /**
   * Reads everything for the first time.
   *
   * @throws IOException if a file is missing or damaged
   */
  public static Rings open(Path directory) throws IOException {
    return new Rings(directory);
  }

  /** Is told before a new ring is in use, on the thread that reloads. */
  public void beforeChange(Runnable listener) {
    beforeChange = listener;
  }

  /** The file of the objects' ring of a storage policy. */
  public static String objectFile(int policy) {
    return policy == 0 ? "object.ring" : "object-" + policy + ".ring";
  }

  /** Where accounts are. */
  public Ring account() {
    return account.current();
  }

  /** Where containers are. */
  public Ring container() {
    return container.current();
  }

  public StoragePolicies policies() {
    return objects.policies();
  }

  /**
   * Where the objects of a storage policy are.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  public Ring object(int policy) {
    LiveRing ring = objects.rings().get(policy);
    if (ring == null) {
      throw new IllegalArgumentException("there is no storage policy " + policy);
    }
    return ring.current();
  }

  /**
   * Reads what has changed. What cannot be read stays as it is in use, and all else is read all the
   * same.
   *
   * @return whether anything has changed
   * @throws IOException if something cannot be read
   */
  public boolean reload() throws IOException {
    Reloading reloading = new Reloading();
    reload(reloading, account);
    reload(reloading, container);
    objects.rings().values().forEach(ring -> reload(reloading, ring));
    reloading.run(
        () -> {
          Objects before = objects;
          Objects now = objects(before.rings());
          objects = now;
          return !now.policies().equals(before.policies());
        });
    return reloading.result();
  }

  private void reload(Reloading reloading, LiveRing ring) {
    reloading.run(() -> ring.reload(beforeChange));
  }

  private Objects objects(Map<Integer, LiveRing> known) throws IOException {
    StoragePolicies policies = StoragePolicies.read(directory.resolve(POLICIES));
    Map<Integer, LiveRing> rings = new TreeMap<>();
    for (StoragePolicy policy : policies.all()) {
      LiveRing ring = known.get(policy.index());
      rings.put(
          policy.index(),
          ring == null ? new LiveRing(directory.resolve(objectFile(policy.index()))) : ring);
    }
    return new Objects(policies, Map.copyOf(rings));
  }

  /** Does every step, and keeps the failures for the end. */
  private static final class Reloading {
    private final List<IOException> failures = new ArrayList<>();
    private boolean changed;

    interface Step {
      boolean run() throws IOException;
    }

    void run(Step step) {
      try {
        changed |= step.run();
      } catch (IOException e) {
        failures.add(e);
      }
    }

    boolean result() throws IOException {
      if (failures.isEmpty()) {
        return changed;
      }
      IOException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }
}
