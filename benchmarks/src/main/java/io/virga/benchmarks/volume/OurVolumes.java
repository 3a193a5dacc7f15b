package io.virga.benchmarks.volume;

import io.virga.benchmarks.own.OwnBlockStore;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.watch.ObservedState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Our block store alone. */
public final class OurVolumes implements BlockServerKind {

  /** The volume that is measured beside the rivals. */
  public static final String PLAIN = "plain";

  private final Path root;

  /**
   * @param root the checkout; it is built
   */
  public OurVolumes(Path root) {
    this.root = root;
  }

  @Override
  public String name() {
    return "virga";
  }

  @Override
  public String durability() {
    return "page cache of segment files; a flush is fdatasync of data, then of the journal";
  }

  @Override
  public boolean fileBacked() {
    return true;
  }

  @Override
  public Set<Way> ways() {
    return Set.of(Way.values());
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public BlockServer start(Path directory, long sizeBytes) {
    return start(directory, sizeBytes, PLAIN, List.of(PLAIN), List.of());
  }

  /**
   * Starts it with several volumes.
   *
   * @param served the one that clients are led to
   * @param volumes made empty where they are not there yet
   * @param snapshots that are there
   */
  public Running start(
      Path directory, long sizeBytes, String served, List<String> volumes, List<String> snapshots) {
    OwnBlockStore store = new OwnBlockStore(root, directory, Map.of());
    volumes.forEach(volume -> store.say(volume(volume, sizeBytes)));
    snapshots.forEach(name -> store.say(new SnapshotSpec(name, 1, Presence.PRESENT, PLAIN)));
    store.start();
    volumes.forEach(volume -> store.await(volume(volume, sizeBytes), ObservedState.Status.READY));
    return new Running(store, served).ready();
  }

  /** Where the pool is, while nothing runs. */
  public static Path device(Path directory) {
    return directory.resolve("home/data/blockstore/d1");
  }

  private static VolumeSpec volume(String id, long sizeBytes) {
    return new VolumeSpec(
        id,
        1,
        Presence.PRESENT,
        sizeBytes,
        new VolumeSource.Blank(),
        List.of(new ExportSpec(exportOf(id), 1, false)),
        Optional.empty(),
        Optional.empty());
  }

  private static String exportOf(String volume) {
    return volume + ".1";
  }

  /** A process that serves volumes; clients are led to one of them. */
  public record Running(OwnBlockStore store, String served) implements BlockServer {

    Running ready() {
      Way.NBD.forEach(way -> way.awaitAnswer(uri(way), store::checkAlive));
      return this;
    }

    @Override
    public String uri(Way way) {
      String export = exportOf(served);
      return switch (way) {
        case UNIX -> "nbd+unix:///" + export + "?socket=" + store.socket();
        case TCP -> ServedVolume.tcpUri(store.port()) + export;
        case ISCSI -> store.iscsiUrl(export);
      };
    }

    /** The same process, by another of its volumes; only one of the two is to be closed. */
    public Running to(String volume) {
      return new Running(store, volume);
    }

    @Override
    public Map<String, String> clientEnvironment() {
      return store.iscsiAccount();
    }

    @Override
    public List<ProcessHandle> processes() {
      return store.processes();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
