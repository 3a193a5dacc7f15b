package io.virga.blockstore.engine;

import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.catalogue.Catalogue;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.Invariant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes of one device directory. Methods that return a future may be called by any thread and
 * end on the pool's loop, durably; what asks for what is there already is OK.
 */
public final class Pool {

  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

  private final PoolParts parts;
  private final PoolCore core;
  private final Map<Long, Volume> volumes = new HashMap<>();
  private final Map<String, PendingShare> shares = new HashMap<>();
  private final Checkpointer checkpointer;
  private final ScrubFindings findings = new ScrubFindings();
  private @Nullable Scrubber scrubber;
  private @Nullable Future<?> ticking;
  private boolean closed;
  private volatile Usage lastUsage;

  Pool(PoolParts parts, PoolCore core) {
    this.parts = parts;
    this.core = core;
    this.checkpointer = new Checkpointer(parts, core);
    this.lastUsage = usage();
  }

  /** Begins to work; on the loop. */
  void start() {
    core.committer().onCommit(checkpointer);
    core.state().volumes().forEach(state -> volumes.put(state.id, new Volume(core, state)));
    core.supply().replenish();
    core.pages().whenComplete(this::mapsRead);
    core.pages().begin(() -> core.supply().counted(false));
    long interval = parts.options().commitInterval().toNanos();
    ticking =
        core.loop().scheduleWithFixedDelay(this::tick, interval, interval, TimeUnit.NANOSECONDS);
  }

  /** Space of which nobody knew is free when it is durable that nobody has it. */
  private void mapsRead() {
    core.images().start();
    core.committer().afterCommit(() -> core.supply().counted(!core.committer().isBroken()));
  }

  PoolCore core() {
    return core;
  }

  private void tick() {
    parts.background().tryAgain();
    lastUsage = usage();
    if (!closed) {
      core.committer().flushIfDirty();
      core.supply().tryAgain();
      core.supply().giveBack();
    }
  }

  /** The loop that everything of this pool runs on. */
  public EventExecutor loop() {
    return core.loop();
  }

  /** The device of a volume or snapshot, if there is one; on the loop. */
  public Optional<BlockDevice> device(VolumeKind kind, String name) {
    Invariant.check(core.loop().inEventLoop(), "a pool is asked for devices on its loop");
    return core.state().find(kind, name).map(state -> volumes.get(state.id));
  }

  /** Whether there is such a volume or snapshot, or one is about to be made; on the loop. */
  public boolean concerns(VolumeKind kind, String name) {
    return device(kind, name).isPresent() || shares.containsKey(PoolState.key(kind, name));
  }

  /** Makes a volume of zeros. */
  public CompletableFuture<Outcome> create(String name, long sizeBytes) {
    return onLoop(
        done -> {
          if (core.state().find(VolumeKind.VOLUME, name).isEmpty()) {
            add(VolumeKind.VOLUME, name, sizeBytes, 0, "");
          }
          core.committer().flush(done);
        });
  }

  /** Makes a volume that shows the image where it is unset, and the image, if it is new. */
  public CompletableFuture<Outcome> createFromImage(String name, long sizeBytes, Image image) {
    return onLoop(
        done -> {
          if (core.state().find(VolumeKind.VOLUME, name).isEmpty()) {
            VolumeState base =
                core.state().find(VolumeKind.IMAGE, image.id()).orElseGet(() -> add(image));
            add(VolumeKind.VOLUME, name, sizeBytes, base.id, "");
          }
          core.committer().flush(done);
        });
  }

  /**
   * Takes a snapshot of a volume, as it is when no write is in flight; INVALID if there is none of
   * that name, or the snapshot was deleted before it was taken.
   */
  public CompletableFuture<Outcome> snapshot(String name, String volumeName) {
    return onLoop(
        done -> share(VolumeKind.SNAPSHOT, name, 0, find(VolumeKind.VOLUME, volumeName), done));
  }

  /**
   * Makes a volume with the contents of another or of a snapshot; at least as large as that.
   * Otherwise as {@link #snapshot}.
   */
  public CompletableFuture<Outcome> cloneOf(
      VolumeKind sourceKind, String sourceName, String name, long sizeBytes) {
    return onLoop(
        done -> share(VolumeKind.VOLUME, name, sizeBytes, find(sourceKind, sourceName), done));
  }

  /**
   * Gives a volume the contents of a snapshot with the same image that is not larger, as its own
   * are, once for each number of a request: what is asked for again changes nothing. The volume
   * keeps its size; what is behind the snapshot's end is as it was when the volume had just grown.
   * Writes that have begun end before that, those that come wait. INVALID if there is no such
   * volume or snapshot.
   */
  public CompletableFuture<Outcome> revert(String name, String snapshotName, long request) {
    return onLoop(
        done -> {
          Optional<Volume> volume = find(VolumeKind.VOLUME, name);
          if (volume.isPresent()) {
            volume
                .get()
                .exclusively(() -> revert(volume.get().state(), snapshotName, request, done));
          } else {
            done.done(Outcome.INVALID);
          }
        });
  }

  private void revert(VolumeState volume, String snapshotName, long request, Completion done) {
    Optional<VolumeState> snapshot = core.state().find(VolumeKind.SNAPSHOT, snapshotName);
    boolean known = volumes.containsKey(volume.id);
    if (known && request <= volume.lastRevert) {
      core.committer().flush(done);
    } else if (closed) {
      done.done(Outcome.SHUT_DOWN);
    } else if (!known || snapshot.isEmpty() || !snapshot.get().fits(volume)) {
      done.done(Outcome.INVALID);
    } else {
      core.committer().log(new JournalRecord.Revert(volume.id, snapshot.get().id, request));
      core.committer().flush(done);
    }
  }

  /** Makes a volume larger; INVALID if there is none of that name. Smaller sizes change nothing. */
  public CompletableFuture<Outcome> grow(String name, long sizeBytes) {
    return onLoop(
        done -> {
          Optional<Volume> volume = find(VolumeKind.VOLUME, name);
          if (volume.isEmpty()) {
            done.done(Outcome.INVALID);
            return;
          }
          if (volume.get().sizeBytes() < sizeBytes) {
            core.committer().log(new JournalRecord.Resize(volume.get().state().id, sizeBytes));
          }
          core.committer().flush(done);
        });
  }

  /**
   * Removes a volume or snapshot, and its image if nobody else shows that; one that is about to be
   * made is not made.
   */
  public CompletableFuture<Outcome> delete(VolumeKind kind, String name) {
    return onLoop(
        done -> {
          PendingShare share = shares.remove(PoolState.key(kind, name));
          if (share != null) {
            share.done(Outcome.INVALID);
          }
          Optional<Volume> volume = find(kind, name);
          if (volume.isPresent()) {
            volume.get().exclusively(() -> remove(volume.get(), done));
          } else {
            core.committer().flush(done);
          }
        });
  }

  /** Done when no write that had begun on the volume is in flight any more. */
  public CompletableFuture<Outcome> drain(VolumeKind kind, String name) {
    return onLoop(
        done ->
            find(kind, name)
                .ifPresentOrElse(
                    volume -> volume.exclusively(() -> done.done(Outcome.OK)),
                    () -> done.done(Outcome.OK)));
  }

  /** Whether it acknowledges nothing any more. Any thread. */
  public boolean isBroken() {
    return core.committer().isBroken();
  }

  /** What there is. */
  public CompletableFuture<List<VolumeInfo>> list() {
    CompletableFuture<List<VolumeInfo>> result = new CompletableFuture<>();
    core.loop()
        .execute(
            () -> result.complete(core.state().volumes().stream().map(this::describe).toList()));
    return result;
  }

  /** One of what there is. */
  public CompletableFuture<Optional<VolumeInfo>> describe(VolumeKind kind, String name) {
    CompletableFuture<Optional<VolumeInfo>> result = new CompletableFuture<>();
    core.loop().execute(() -> result.complete(core.state().find(kind, name).map(this::describe)));
    return result;
  }

  /** How full the pool is; on the loop. */
  public Usage usage() {
    long capacity = (long) parts.options().limitSlots() << Entry.CHUNK_SHIFT;
    return new Usage(
        capacity,
        (long) core.supply().totals().used() << Entry.CHUNK_SHIFT,
        (long) core.supply().givenBack() << Entry.CHUNK_SHIFT,
        core.committer().commits(),
        core.pages().isComplete(),
        core.committer().isBroken());
  }

  /** Reads everything again from now on, at most so many bytes of volumes a second. Any thread. */
  public void scrub(long bytesPerSecond) {
    core.loop().execute(() -> core.pages().whenComplete(() -> beginScrub(bytesPerSecond)));
  }

  private void beginScrub(long bytesPerSecond) {
    if (scrubber == null && !closed) {
      ScrubRows rows = new ScrubRows(parts, findings, core.loop());
      scrubber = new Scrubber(core, core.supply(), rows, findings, bytesPerSecond);
      scrubber.run();
    }
  }

  /** What that has shown. Any thread. */
  public ScrubReport scrubReport() {
    return findings.report();
  }

  /** How full the pool was a moment ago. Any thread. */
  public Usage lastUsage() {
    return lastUsage;
  }

  /**
   * Commits, writes a checkpoint and closes the files. Devices must not be used any more. Whoever
   * asks again is told SHUT_DOWN at once.
   */
  public CompletableFuture<Outcome> close() {
    CompletableFuture<Outcome> result = new CompletableFuture<>();
    core.loop()
        .execute(
            () -> {
              if (closed) {
                result.complete(Outcome.SHUT_DOWN);
                return;
              }
              closed = true;
              core.images().stopAll();
              if (scrubber != null) {
                scrubber.stop();
              }
              core.pages().stop(() -> core.supply().stop(() -> flushLast(result)));
            });
    return result;
  }

  private void flushLast(CompletableFuture<Outcome> result) {
    core.committer().flush(outcome -> drain(result, outcome));
  }

  /** What was in flight may have changed something more. */
  private void drain(CompletableFuture<Outcome> result, Outcome outcome) {
    core.inFlight()
        .whenEnded(
            () -> {
              if (outcome == Outcome.OK && core.committer().isDirty()) {
                core.committer().flush(again -> drain(result, again));
              } else {
                checkpointer.stop(() -> finish(result, outcome));
              }
            });
  }

  private void finish(CompletableFuture<Outcome> result, Outcome outcome) {
    boolean intact = outcome == Outcome.OK && !core.committer().isBroken();
    Optional<Catalogue.Changes> last = intact ? Optional.of(lastCheckpoint()) : Optional.empty();
    parts.background().execute(() -> end(result, last));
  }

  private Catalogue.Changes lastCheckpoint() {
    long sequence = parts.journal().seal().lastSequence();
    return Checkpoint.capture(core.state(), parts.catalogue(), core.supply().totals(), sequence)
        .whole();
  }

  private void end(CompletableFuture<Outcome> result, Optional<Catalogue.Changes> last) {
    Outcome outcome = last.isPresent() ? Outcome.OK : Outcome.IO_ERROR;
    try {
      last.ifPresent(parts.catalogue()::write);
    } catch (RuntimeException e) {
      LOG.error("the last checkpoint failed; the journal is read again at the next start", e);
      outcome = Outcome.IO_ERROR;
    }
    Outcome told = outcome;
    core.loop()
        .execute(
            () -> {
              if (ticking != null) {
                ticking.cancel(false);
              }
              parts.background().execute(() -> close(result, told));
            });
  }

  private void close(CompletableFuture<Outcome> result, Outcome outcome) {
    try {
      parts.closeAll();
      result.complete(outcome);
    } catch (RuntimeException e) {
      LOG.error("the pool's files could not be closed", e);
      result.complete(Outcome.IO_ERROR);
    }
  }

  private Optional<Volume> find(VolumeKind kind, String name) {
    return core.state().find(kind, name).map(state -> volumes.get(state.id));
  }

  private VolumeState add(Image image) {
    long size = (image.sizeBytes() + Entry.BLOCK_BYTES - 1) & -Entry.BLOCK_BYTES;
    VolumeState base = add(VolumeKind.IMAGE, image.id(), size, 0, image.objectPath());
    core.images().begin(base);
    return base;
  }

  private VolumeState add(
      VolumeKind kind, String name, long sizeBytes, long baseId, String origin) {
    long id = core.state().nextVolumeId();
    core.committer().log(new JournalRecord.Create(id, kind, name, sizeBytes, baseId, origin));
    VolumeState state = core.state().existing(id);
    volumes.put(id, new Volume(core, state));
    return state;
  }

  private void share(
      VolumeKind kind, String name, long sizeBytes, Optional<Volume> source, Completion done) {
    String key = PoolState.key(kind, name);
    PendingShare pending = shares.get(key);
    if (find(kind, name).isPresent()) {
      core.committer().flush(done);
    } else if (pending != null) {
      pending.join(done);
    } else if (source.isEmpty()) {
      done.done(Outcome.INVALID);
    } else {
      PendingShare share = new PendingShare();
      share.join(done);
      shares.put(key, share);
      VolumeState from = source.get().state();
      JournalRecord.Share asked = new JournalRecord.Share(0, kind, name, sizeBytes, from.id);
      source.get().exclusively(() -> share(asked, share));
    }
  }

  /** The source has drained. Much may have happened to it, and to the name, while it did. */
  private void share(JournalRecord.Share asked, PendingShare share) {
    if (!shares.remove(PoolState.key(asked.kind(), asked.name()), share)) {
      return;
    }
    Volume source = volumes.get(asked.sourceId());
    if (closed || source == null) {
      share.done(closed ? Outcome.SHUT_DOWN : Outcome.INVALID);
      return;
    }
    if (find(asked.kind(), asked.name()).isEmpty()) {
      long id = core.state().nextVolumeId();
      long size = Math.max(asked.sizeBytes(), source.sizeBytes());
      core.committer()
          .log(new JournalRecord.Share(id, asked.kind(), asked.name(), size, asked.sourceId()));
      volumes.put(id, new Volume(core, core.state().existing(id)));
    }
    core.committer().flush(share);
  }

  private void remove(Volume volume, Completion done) {
    VolumeState state = volume.state();
    if (volumes.remove(state.id) == null) {
      core.committer().flush(done);
      return;
    }
    volume.end();
    core.committer().log(new JournalRecord.Delete(state.id));
    VolumeState base = core.state().volume(state.baseId);
    if (base != null && core.state().users(base.id) == 0) {
      volumes.remove(base.id);
      core.images().end(base);
      core.committer().log(new JournalRecord.Delete(base.id));
    }
    core.committer().flush(done);
  }

  private VolumeInfo describe(VolumeState state) {
    VolumeState base = core.state().volume(state.baseId);
    boolean fetched = base == null || core.images().isFetched(base);
    return new VolumeInfo(
        state.kind,
        state.name,
        state.sizeBytes,
        state.map().mappedBlocks() << Entry.BLOCK_SHIFT,
        fetched);
  }

  private CompletableFuture<Outcome> onLoop(Consumer<Completion> action) {
    CompletableFuture<Outcome> result = new CompletableFuture<>();
    core.loop()
        .execute(
            () -> {
              if (closed) {
                result.complete(Outcome.SHUT_DOWN);
              } else {
                run(action, result);
              }
            });
    return result;
  }

  /** Whoever asked for what stops the pool is told. */
  private void run(Consumer<Completion> action, CompletableFuture<Outcome> result) {
    try {
      action.accept(result::complete);
    } catch (RuntimeException e) {
      core.committer().giveUp(e);
      result.complete(Outcome.IO_ERROR);
    }
  }

  /**
   * An image in the object store.
   *
   * @param objectPath what its map and data have in common
   */
  public record Image(String id, long sizeBytes, String objectPath) {}

  /**
   * How full a pool is, and how it does.
   *
   * @param givenBackBytes of segments that the file system has got back since the pool was opened
   * @param mapsRead whether all maps have been read since it was opened: until then it is not known
   *     which space of before is free, and none of it is used
   */
  public record Usage(
      long capacityBytes,
      long usedBytes,
      long givenBackBytes,
      long commits,
      boolean mapsRead,
      boolean broken) {}
}
