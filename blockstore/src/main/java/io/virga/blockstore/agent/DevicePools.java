package io.virga.blockstore.agent;

import io.virga.blockstore.engine.Pool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the pools of the configured devices. A pool that was there before and is not now is never
 * made anew, blank, in its place: a disk that is not mounted looks like an empty directory. It is
 * missing until it is there again or the operator declares it lost.
 */
final class DevicePools {

  private static final Logger LOG = LoggerFactory.getLogger(DevicePools.class);

  private final KnownPools known;
  private final Map<UUID, Path> before;
  private final Set<UUID> lost;
  private final Opening opening;
  private final Map<UUID, Path> opened = new TreeMap<>();
  private final List<Pool> pools = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  private DevicePools(KnownPools known, Set<UUID> lost, Opening opening) {
    this.known = known;
    this.before = known.devices();
    this.lost = lost;
    this.opening = opening;
  }

  /** Opens the pool in a directory, or makes it. */
  @FunctionalInterface
  interface Opening {
    Pool open(Path device) throws Exception;
  }

  /**
   * Opens what is there. All that goes wrong with one device is said and leaves the others alone,
   * but for a pool that another process has. Blocks.
   *
   * @param lost pools that will not come back
   */
  static Pools open(List<Path> devices, Set<UUID> lost, KnownPools known, Opening opening)
      throws Exception {
    DevicePools all = new DevicePools(known, lost, opening);
    for (Path device : devices) {
      all.open(device.toAbsolutePath().normalize());
    }
    all.before.forEach(all::requireOpened);
    all.missing.forEach(LOG::error);
    return new Pools(all.pools, all.missing);
  }

  private void open(Path device) throws Exception {
    try {
      Optional<UUID> identity = PoolIdentity.read(device);
      Optional<UUID> remembered = remembered(device);
      if (identity.isPresent()) {
        openKnown(device, identity.get());
      } else if (remembered.isEmpty()) {
        Pool pool = opening.open(device);
        take(device, PoolIdentity.make(device), pool);
      }
    } catch (PoolInUseException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      LOG.error("cannot open the pool on {}", device, e);
      missing.add("the pool on " + device + " cannot be opened: " + e.getMessage());
    }
  }

  private void openKnown(Path device, UUID identity) throws Exception {
    if (lost.contains(identity)) {
      LOG.error("pool {} on {} is declared lost, and is not opened", identity, device);
    } else if (opened.containsKey(identity)) {
      missing.add(
          "%s holds a copy of pool %s, which is open on %s"
              .formatted(device, identity, opened.get(identity)));
    } else {
      PoolDirectory.requireWhole(device);
      take(device, identity, opening.open(device));
    }
  }

  private void take(Path device, UUID identity, Pool pool) throws IOException {
    known.remember(identity, device);
    opened.put(identity, device);
    pools.add(pool);
  }

  /** The pool that was on the device last, unless it is lost. */
  private Optional<UUID> remembered(Path device) {
    return before.entrySet().stream()
        .filter(each -> each.getValue().equals(device) && !lost.contains(each.getKey()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private void requireOpened(UUID identity, Path device) {
    if (!opened.containsKey(identity) && !lost.contains(identity)) {
      missing.add(
          ("pool %s, last on %s, is not there: mount its disk, or name its directory in"
                  + " virga.blockstore.devices, and restart the block store; if its disk is gone"
                  + " for good, add %s to virga.blockstore.lost-pools")
              .formatted(identity, device, identity));
    }
  }
}
