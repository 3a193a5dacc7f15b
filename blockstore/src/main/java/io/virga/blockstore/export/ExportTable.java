package io.virga.blockstore.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The exports that are open, and who uses them, through any protocol. A name is opened once and
 * never again: it carries the epoch of an attachment. Owned by the loop of the connections.
 */
public final class ExportTable {

  private final Map<String, Open> open = new HashMap<>();
  private final List<Consumer<Export>> endings = new ArrayList<>();

  /** Opens a door. */
  public void open(Export export) {
    open.putIfAbsent(export.name(), new Open(export));
  }

  /** Closes a door for now, and throws everybody out. */
  public void close(String name) {
    Open closed = open.remove(name);
    if (closed != null) {
      List.copyOf(closed.users).forEach(Runnable::run);
    }
  }

  /** Closes a door whose attachment is over. */
  public void end(String name) {
    Optional<Export> ended = find(name);
    close(name);
    ended.ifPresent(export -> endings.forEach(each -> each.accept(export)));
  }

  /** Wants to hear of attachments that are over, once their users are thrown out. */
  public void onEnd(Consumer<Export> listener) {
    endings.add(listener);
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

  /** The export, if it is open. */
  public Optional<Export> find(String name) {
    return Optional.ofNullable(open.get(name)).map(each -> each.export);
  }

  /** The names of those that are visible, in order. */
  public List<String> visibleNames(Predicate<Export> visible) {
    return open.values().stream()
        .map(each -> each.export)
        .filter(visible)
        .map(Export::name)
        .sorted()
        .toList();
  }

  /** The export, if it is open and visible. */
  public Optional<Export> find(String name, Predicate<Export> visible) {
    return find(name).filter(visible);
  }

  /** Whether a door to the volume is open. */
  public boolean leadsTo(String volume) {
    return open.values().stream().anyMatch(each -> each.export.volume().equals(volume));
  }

  /** Someone uses the export; {@code disconnect} throws him out. */
  public void enter(Export export, Runnable disconnect) {
    Open found = open.get(export.name());
    if (found == null) {
      disconnect.run();
    } else {
      found.users.add(disconnect);
    }
  }

  /** He does no more. */
  public void leave(Export export, Runnable disconnect) {
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
