package io.virga.blockstore.nbd;

import io.virga.blockstore.device.BlockDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What BLOCK_STATUS can tell of (proto.md, "Metadata querying"). */
sealed interface MetaContext {

  /** Says whether a range takes space and whether it is zeros. */
  String ALLOCATION = "base:allocation";

  /** Before the name of a snapshot: says what has changed since it was taken. */
  String CHANGED_SINCE = "virga:changed-since:";

  String name();

  /** {@code base:allocation}. */
  record Allocation() implements MetaContext {
    @Override
    public String name() {
      return ALLOCATION;
    }
  }

  /** {@code virga:changed-since:<snapshot>}: bit 0 is set where something may have changed. */
  record ChangedSince(String snapshot) implements MetaContext {
    @Override
    public String name() {
      return CHANGED_SINCE + snapshot;
    }
  }

  /** The context of exactly that name, if the device has it. */
  static Optional<MetaContext> named(String name, BlockDevice device) {
    if (name.equals(ALLOCATION)) {
      return Optional.of(new Allocation());
    }
    return Optional.of(name)
        .filter(query -> query.startsWith(CHANGED_SINCE))
        .map(query -> query.substring(CHANGED_SINCE.length()))
        .filter(device::hasSnapshot)
        .map(ChangedSince::new);
  }

  /**
   * What a query of LIST_META_CONTEXT asks for: a context, a namespace ({@code base:}, {@code
   * virga:}) or all changes ({@code virga:changed-since:}).
   */
  static List<MetaContext> matching(String query, BlockDevice device, int maximum) {
    List<MetaContext> found = new ArrayList<>();
    if (query.equals("base:")) {
      found.add(new Allocation());
    } else if (query.equals("virga:") || query.equals(CHANGED_SINCE)) {
      device.snapshots(maximum).forEach(name -> found.add(new ChangedSince(name)));
    } else {
      named(query, device).ifPresent(found::add);
    }
    return found;
  }
}
