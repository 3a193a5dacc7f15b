package io.virga.blockstore.engine;

import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.extent.MapPage;
import io.virga.blockstore.extent.VolumeMap;
import io.virga.blockstore.journal.JournalRecord;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Makes a range of a volume refer to what a range of another, or of itself, refers to: one record,
 * no bytes. Changes of both wait meanwhile, as those of a volume do when a snapshot is taken of it:
 * what is under way would else reach both. Owned by the pool's loop.
 *
 * <p>reading maps → holding the volume with the lower id → holding both → done; or → reading maps,
 * if a revert that came between has brought one that is unread.
 */
final class ExtentCopy {

  /** Generations are few: half of them are for snapshots. */
  private static final int LAST_GENERATION = Entry.MAX_GENERATION / 2;

  /** What is shorter costs more in maps than it saves. */
  private static final long LEAST_BYTES = 64 << 10;

  private static final long BLOCK_MASK = Entry.BLOCK_BYTES - 1;

  private final Volume source;
  private final Volume target;
  private final long sourceBlock;
  private final long firstBlock;
  private final long count;
  private final BooleanSupplier mayGoOn;

  private ExtentCopy(Source from, Volume target, long offset, BooleanSupplier mayGoOn) {
    this.source = from.volume;
    this.target = target;
    this.sourceBlock = from.offset >>> Entry.BLOCK_SHIFT;
    this.firstBlock = offset >>> Entry.BLOCK_SHIFT;
    this.count = from.lengthBytes >>> Entry.BLOCK_SHIFT;
    this.mayGoOn = mayGoOn;
  }

  /** A range of a volume. */
  record Source(Volume volume, long offset, long lengthBytes) implements BlockDevice.Extent {}

  /** The copy, if it can be one without bytes: in one pool, of whole blocks that do not overlap. */
  static Optional<ExtentCopy> of(
      BlockDevice.Extent extent, Volume target, long offset, BooleanSupplier mayGoOn) {
    if (!(extent instanceof Source from) || from.volume.core() != target.core()) {
      return Optional.empty();
    }
    boolean whole = ((from.offset | from.lengthBytes | offset) & BLOCK_MASK) == 0;
    boolean overlaps =
        from.volume == target
            && from.offset < offset + from.lengthBytes
            && offset < from.offset + from.lengthBytes;
    return whole && !overlaps && from.lengthBytes >= LEAST_BYTES
        ? Optional.of(new ExtentCopy(from, target, offset, mayGoOn))
        : Optional.empty();
  }

  void run(Completion completion) {
    if (hasEnded()) {
      completion.done(Outcome.SHUT_DOWN);
      return;
    }
    Optional<MapPage> unread = unread();
    if (unread.isPresent()) {
      read(unread.get(), completion);
      return;
    }
    boolean sourceFirst = source.state().id < target.state().id;
    Volume first = sourceFirst ? source : target;
    Volume second = sourceFirst ? target : source;
    first.hold(
        letFirstGo -> {
          if (first == second) {
            held(letFirstGo, completion);
          } else {
            second.hold(
                letSecondGo ->
                    held(
                        () -> {
                          letSecondGo.run();
                          letFirstGo.run();
                        },
                        completion));
          }
        });
  }

  private boolean hasEnded() {
    return source.isDeleted() || target.isDeleted();
  }

  /** A page that a revert has replaced meanwhile may be gone, and is not missed. */
  private void read(MapPage page, Completion completion) {
    target
        .core()
        .pages()
        .read(
            page,
            outcome -> {
              boolean missed = !hasEnded() && unread().filter(still -> still == page).isPresent();
              if (missed) {
                completion.done(outcome);
              } else {
                run(completion);
              }
            });
  }

  private void held(Runnable letGo, Completion completion) {
    if (!hasEnded() && unread().isPresent()) {
      letGo.run();
      run(completion);
      return;
    }
    Outcome outcome = Outcome.IO_ERROR;
    try {
      outcome = finish(letGo);
    } finally {
      completion.done(outcome);
    }
  }

  private Optional<MapPage> unread() {
    VolumeState from = source.state();
    VolumeState base = source.core().state().volume(from.baseId);
    return from.map()
        .unread(sourceBlock, count)
        .or(() -> target.state().map().unread(firstBlock, count))
        .or(() -> base == null ? Optional.empty() : base.map().unread(sourceBlock, count));
  }

  private Outcome finish(Runnable letGo) {
    try {
      return share();
    } finally {
      letGo.run();
    }
  }

  private Outcome share() {
    PoolCore core = target.core();
    if (core.committer().isBroken()) {
      return Outcome.IO_ERROR;
    }
    if (hasEnded() || !mayGoOn.getAsBoolean()) {
      return Outcome.SHUT_DOWN;
    }
    VolumeState from = source.state();
    VolumeState base = core.state().volume(from.baseId);
    VolumeMap.Shared shared = core.state().shared(from, sourceBlock);
    int generation = Math.max(from.generation, target.state().generation);
    boolean known = base == null || base.imageKnown;
    if (generation > LAST_GENERATION || !known || !shared.isHere(count)) {
      return Outcome.NOT_SUPPORTED;
    }
    core.committer()
        .log(new JournalRecord.CopyRun(target.state().id, firstBlock, count, from.id, sourceBlock));
    return Outcome.OK;
  }
}
