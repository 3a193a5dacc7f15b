package io.virga.blockstore.nbd;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The exports that are open, and who uses them. A name is opened once and never again: it carries
 * the epoch of an attachment. Owned by the loop of the connections.
 */
public final class ExportTable {

  private final Map<String, Open> open = new HashMap<>();

  /** Opens a door. */
  public void open(Export export) {
    open.putIfAbsent(export.name(), new Open(export));
  }

  /** Closes a door and throws everybody out. */
  public void close(String name) {
    Open closed = open.remove(name);
    if (closed != null) {
      List.copyOf(closed.users).forEach(Runnable::run);
    }
  }

  /** Whether the name is open. */
  public boolean isOpen(String name) {
    return open.containsKey(name);
  }

  /** The names that are open, in order. */
  public List<String> names() {
    return open.keySet().stream().sorted().toList();
  }

  /** How many connections use an export. */
  public int connections() {
    return open.values().stream().mapToInt(each -> each.users.size()).sum();
  }

  /** The names that the peer may know, in order. */
  List<String> names(Peer peer) {
    return open.values().stream()
        .map(each -> each.export)
        .filter(peer::maySee)
        .map(Export::name)
        .sorted()
        .toList();
  }

  Optional<Export> find(String name, Peer peer) {
    return Optional.ofNullable(open.get(name)).map(each -> each.export).filter(peer::maySee);
  }

  /** Someone uses the export; {@code disconnect} throws him out. */
  void enter(Export export, Runnable disconnect) {
    Open found = open.get(export.name());
    if (found == null) {
      disconnect.run();
    } else {
      found.users.add(disconnect);
    }
  }

  void leave(Export export, Runnable disconnect) {
    Open found = open.get(export.name());
    if (found != null) {
      found.users.remove(disconnect);
    }
  }

  private static final class Open {
    private final Export export;
    private final Set<Runnable> users = new HashSet<>();

    Open(Export export) {
      this.export = export;
    }
  }
}
