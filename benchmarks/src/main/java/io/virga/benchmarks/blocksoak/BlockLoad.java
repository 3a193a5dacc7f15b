package io.virga.benchmarks.blocksoak;

import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.own.OwnBlockStore;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.watch.ObservedState.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Volumes with a writer each, their snapshots and clones, and what can befall them. */
public final class BlockLoad implements AutoCloseable {

  private static final int BLOCKS = 48 << 8;
  private static final int FILLER_BLOCKS = 1 << 17;
  private static final int VOLUMES = 3;
  private static final int MOST_VOLUMES = 5;
  private static final int MOST_SNAPSHOTS = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
  private static final long FULL_NANOS = 1_000_000_000;

  private final OwnBlockStore node;
  private final Random random;
  private final Findings findings = new Findings();
  private final Tally tally = new Tally();
  private final Map<BlockVolume, BlockWriter> volumes = new LinkedHashMap<>();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private int nextNumber = 1;

  private record Snapshot(SnapshotSpec spec, Ledger.Frozen contents, List<Integer> writers) {}

  /** On a node that runs, and has nothing. */
  public BlockLoad(OwnBlockStore node, long seed) {
    this.node = node;
    this.random = new Random(seed);
    for (int i = 0; i < VOLUMES; i++) {
      add(BlockVolume.blank(nextNumber++, BLOCKS));
    }
  }

  public Findings findings() {
    return findings;
  }

  public Tally tally() {
    return tally;
  }

  private void add(BlockVolume volume) {
    node.bringAbout(volume.present(), Status.READY);
    volumes.put(volume, new BlockWriter(volume, node.socket(), findings, tally, random.nextLong()));
  }

  private BlockVolume anyVolume() {
    return List.copyOf(volumes.keySet()).get(random.nextInt(volumes.size()));
  }

  /** Kills the node and starts it again; done when every writer has checked its volume. */
  public String kill() {
    long begun = System.nanoTime();
    Map<BlockWriter, Integer> before = new LinkedHashMap<>();
    volumes.values().forEach(writer -> before.put(writer, writer.connectedCount()));
    killAndStart();
    before.forEach(
        (writer, count) ->
            Patience.await(
                "a writer to come back",
                LIMIT,
                LOOK_INTERVAL,
                () -> Optional.of(writer).filter(w -> w.connectedCount() > count)));
    return "killed; all volumes checked after %.1f s".formatted((System.nanoTime() - begun) / 1e9);
  }

  private void killAndStart() {
    node.kill();
    volumes.keySet().forEach(volume -> volume.ledger().crashed());
    node.start();
  }

  /** Takes a snapshot under load, perhaps with a kill in the middle, and a clone of it. */
  public String snapshot() {
    if (snapshots.size() == MOST_SNAPSHOTS) {
      return forgetSnapshot();
    }
    BlockVolume volume = anyVolume();
    String id = "s" + nextNumber++;
    SnapshotSpec spec = new SnapshotSpec(id, 1, Presence.PRESENT, volume.id());
    Ledger.Frozen contents = volume.ledger().beginSnapshot();
    node.say(spec);
    boolean killed = random.nextInt(4) == 0;
    if (killed) {
      LockSupport.parkNanos(random.nextInt(20_000_000));
      killAndStart();
    }
    node.await(spec, Status.READY);
    volume.ledger().endSnapshot();
    Snapshot snapshot = new Snapshot(spec, contents, volume.writers());
    snapshots.add(snapshot);
    BlockVolume clone = checkedClone(snapshot);
    contents.isKnown();
    if (volumes.size() < MOST_VOLUMES) {
      add(clone);
    } else {
      remove(clone);
    }
    return "snapshot %s of %s%s".formatted(id, volume.id(), killed ? ", killed meanwhile" : "");
  }

  /** Makes a clone of a snapshot, and compares all of it. */
  private BlockVolume checkedClone(Snapshot snapshot) {
    int number = nextNumber++;
    VolumeSource source = new VolumeSource.Snapshot(snapshot.spec.id());
    BlockVolume empty =
        new BlockVolume(
            number, source, new Ledger(new long[snapshot.contents.blocks()]), snapshot.writers);
    node.bringAbout(empty.present(), Status.READY);
    String what = "of snapshot " + snapshot.spec.id();
    try (NbdClient client = NbdClient.connect(node.socket(), empty.export())) {
      BlockVolume.read(
          client,
          0,
          empty.blocks(),
          (block, stamp) -> {
            if (!snapshot.contents.seen(block, stamp)) {
              findings.add("block %d %s".formatted(block, what), stamp, snapshot.writers);
            }
          });
    } catch (IOException e) {
      throw new IllegalStateException("a clone cannot be read", e);
    }
    return new BlockVolume(
        number, source, new Ledger(snapshot.contents.stamps()), snapshot.writers);
  }

  /** Compares a snapshot with what it was when it was made. */
  public String compare() {
    if (snapshots.isEmpty()) {
      return "no snapshot to compare";
    }
    Snapshot snapshot = snapshots.get(random.nextInt(snapshots.size()));
    remove(checkedClone(snapshot));
    return "compared snapshot " + snapshot.spec.id();
  }

  private String forgetSnapshot() {
    Snapshot snapshot = snapshots.remove(random.nextInt(snapshots.size()));
    SnapshotSpec spec = snapshot.spec;
    SnapshotSpec absent = new SnapshotSpec(spec.id(), 2, Presence.ABSENT, spec.volumeId());
    node.bringAbout(absent, Status.ABSENT);
    node.forget(absent);
    return "deleted snapshot " + spec.id();
  }

  /** Deletes a volume, and makes a new one in its stead, which must show nothing of it. */
  public String replace() {
    BlockVolume volume = anyVolume();
    Optional.ofNullable(volumes.remove(volume)).ifPresent(BlockWriter::close);
    remove(volume);
    if (volumes.size() < VOLUMES) {
      add(BlockVolume.blank(nextNumber++, BLOCKS));
    }
    return "deleted " + volume.id();
  }

  private void remove(BlockVolume volume) {
    node.bringAbout(volume.absent(), Status.ABSENT);
    node.forget(volume.present());
  }

  /** Fills the pool for a while; overwrites must go on, and all when there is space again. */
  public String fill() {
    BlockVolume filler = BlockVolume.blank(nextNumber++, FILLER_BLOCKS);
    node.bringAbout(filler.present(), Status.READY);
    int refused = tally.full();
    int filled = 0;
    try (NbdClient client = NbdClient.connect(node.socket(), filler.export())) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);
      int error = 0;
      while (error == 0 && filled + 256 <= FILLER_BLOCKS) {
        bytes.clear();
        for (int i = 0; i < 256; i++) {
          Stamps.put(bytes, Stamps.of(filler.number(), 1), filled + i);
        }
        client.askWrite(0, (long) filled * Stamps.BLOCK, bytes.flip());
        error = client.reply().error();
        filled += error == 0 ? 256 : 0;
      }
      if (error != NbdClient.NO_SPACE) {
        throw new IllegalStateException("filling ended with the error " + error);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the pool could not be filled", e);
    }
    LockSupport.parkNanos(FULL_NANOS);
    int before = tally.acknowledged();
    Patience.await(
        "writes in a full pool",
        LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(before).filter(count -> tally.acknowledged() > count));
    int meanwhile = tally.full() - refused;
    remove(filler);
    return "full after %d MiB; %d writes refused".formatted(filled >> 8, meanwhile);
  }

  /** Stops the writers, kills the node a last time, and compares everything. */
  public void checkAll() {
    volumes.values().forEach(BlockWriter::close);
    killAndStart();
    for (BlockVolume volume : volumes.keySet()) {
      Patience.await(
          volume.id(),
          LIMIT,
          LOOK_INTERVAL,
          () -> {
            try (NbdClient client = NbdClient.connect(node.socket(), volume.export())) {
              volume.check(client, findings);
              return Optional.of(volume);
            } catch (IOException e) {
              tally.disconnected();
              return Optional.empty();
            }
          });
    }
    snapshots.forEach(snapshot -> remove(checkedClone(snapshot)));
  }

  /** Waits until the writers have got on by so many acknowledged requests. */
  public void awaitProgress(int requests) {
    int wanted = tally.acknowledged() + requests;
    Patience.await(
        "acknowledged writes",
        LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(wanted).filter(count -> tally.acknowledged() >= count));
  }

  @Override
  public void close() {
    volumes.values().forEach(BlockWriter::close);
  }
}
