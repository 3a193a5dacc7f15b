package io.virga.benchmarks.volume;

import io.virga.benchmarks.host.ServerProcess;
import io.virga.benchmarks.own.OwnProcess;
import io.virga.control.operator.home.Service;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.storage.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Our block store alone. Control is away, and so the process takes what is desired from the file in
 * which an agent keeps the last that it was told.
 */
public final class OurVolumes implements BlockServerKind {

  /** The volume that is measured beside the rivals. */
  public static final String PLAIN = "plain";

  private static final int WATCH_FORMAT = 1;

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
    OwnProcess own = OwnProcess.in(root, directory);
    List<DesiredState> desired = new ArrayList<>();
    volumes.forEach(volume -> desired.add(volume(volume, sizeBytes)));
    snapshots.forEach(name -> desired.add(new SnapshotSpec(name, 1, Presence.PRESENT, PLAIN)));
    write(own.home().data().resolve("blockstore/state"), desired);
    ServerProcess process = own.start(Service.BLOCKSTORE, Map.of());
    return new Running(own, process, served).ready();
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

  private static void write(Path state, List<DesiredState> desired) {
    List<Map<String, Object>> things = new ArrayList<>();
    for (DesiredState thing : desired) {
      Kind kind = thing instanceof VolumeSpec ? Kind.VOLUME : Kind.SNAPSHOT;
      things.add(Map.of("kind", kind.wireName(), "spec", Json.tree(thing)));
    }
    Map<String, Object> content =
        Map.of("formatVersion", WATCH_FORMAT, "cluster", "bench", "revision", 1, "things", things);
    try {
      PrivateFile.replace(
          Files.createDirectories(state).resolve("watch.json"), Json.bytes(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A process that serves volumes; clients are led to one of them. */
  public record Running(OwnProcess own, ServerProcess process, String served)
      implements BlockServer {

    Running ready() {
      processes(served).ready();
      return this;
    }

    private NbdProcesses processes(String volume) {
      Path socket = own.home().run().resolve("nbd.sock");
      String unix = "nbd+unix:///" + exportOf(volume) + "?socket=" + socket;
      String tcp = NbdProcesses.tcpUri(own.ports().blockstore()) + exportOf(volume);
      return new NbdProcesses(Map.of(Way.UNIX, unix, Way.TCP, tcp), List.of(process));
    }

    @Override
    public List<String> fioTarget(Way way) {
      return processes(served).fioTarget(way);
    }

    /** The same process, by another of its volumes; only one of the two is to be closed. */
    public Running serving(String volume) {
      return new Running(own, process, volume).ready();
    }

    @Override
    public List<ProcessHandle> processes() {
      return process.processes().toList();
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
