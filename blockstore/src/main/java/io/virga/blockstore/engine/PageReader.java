package io.virga.blockstore.engine;

import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.catalogue.Catalogue;
import io.virga.blockstore.catalogue.Catalogue.Table;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.ListedPages;
import io.virga.blockstore.extent.MapPage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, beside the work of a pool that has started, the maps that its last checkpoint holds: what
 * an operation waits for, and all else a few pages at a time. Owned by the pool's loop.
 *
 * <p>reading → complete; or → stopped; or → failed, and the pool with it: a page is missing or
 * makes no sense.
 */
final class PageReader {

  private static final Logger LOG = LoggerFactory.getLogger(PageReader.class);
  private static final int ROWS_AT_A_TIME = 8;

  private final ListedPages listed;
  private final Catalogue catalogue;
  private final SerialTasks background;
  private final Committer committer;
  private final EventExecutor loop;
  private final Map<Long, List<Completion>> demands = new HashMap<>();
  private final List<Runnable> whenComplete = new ArrayList<>();
  private Runnable whenEnded = () -> {};
  private Runnable whenIdle = () -> {};
  private int active;
  private Phase phase = Phase.READING;

  private enum Phase {
    READING,
    COMPLETE,
    STOPPED,
    FAILED
  }

  PageReader(
      ListedPages listed,
      Catalogue catalogue,
      SerialTasks background,
      Committer committer,
      EventExecutor loop) {
    this.listed = listed;
    this.catalogue = catalogue;
    this.background = background;
    this.committer = committer;
    this.loop = loop;
  }

  /** Begins to read all; if that fails or is stopped, the action runs. */
  void begin(Runnable ended) {
    whenEnded = ended;
    scan(0);
  }

  /** Runs the action when all has been read, or now; never, if that fails or is stopped. */
  void whenComplete(Runnable action) {
    if (phase == Phase.COMPLETE) {
      action.run();
    } else {
      whenComplete.add(action);
    }
  }

  boolean isComplete() {
    return phase == Phase.COMPLETE;
  }

  /** Reads no more, and runs the action when what it has begun to read is there. */
  void stop(Runnable action) {
    if (phase == Phase.READING) {
      phase = Phase.STOPPED;
      whenEnded.run();
    }
    if (active == 0) {
      action.run();
    } else {
      whenIdle = action;
    }
  }

  /** Completes when the page has been read; with SHUT_DOWN, if nobody has it any more. */
  void read(MapPage page, Completion completion) {
    if (page.isRead()) {
      completion.done(Outcome.OK);
    } else if (phase != Phase.READING) {
      completion.done(phase == Phase.STOPPED ? Outcome.SHUT_DOWN : Outcome.IO_ERROR);
    } else {
      List<Completion> waiting = demands.get(page.id());
      if (waiting == null) {
        waiting = new ArrayList<>();
        demands.put(page.id(), waiting);
        beside(() -> row(page.id()), rows -> arrived(page, rows));
      }
      waiting.add(completion);
    }
  }

  /** Reads rows where one may wait, and goes on on the loop. */
  private void beside(Supplier<List<Row>> read, Consumer<List<Row>> then) {
    active++;
    background.executeBeside(
        () -> {
          try {
            List<Row> rows = read.get();
            loop.execute(() -> finish(() -> then.accept(rows)));
          } catch (RuntimeException e) {
            loop.execute(
                () -> {
                  fail(e);
                  finish(() -> then.accept(List.of()));
                });
          }
        });
  }

  private void finish(Runnable action) {
    action.run();
    active--;
    if (active == 0) {
      Runnable idle = whenIdle;
      whenIdle = () -> {};
      idle.run();
    }
  }

  private void arrived(MapPage page, List<Row> rows) {
    rows.forEach(row -> guarded(() -> listed.load(page, row.bytes)));
    Outcome outcome = page.isRead() ? Outcome.OK : Outcome.SHUT_DOWN;
    if (!page.isRead() && page.references() > 0) {
      fail(missing(page));
      outcome = Outcome.IO_ERROR;
    }
    Outcome told = outcome;
    List<Completion> waiting = demands.remove(page.id());
    if (waiting != null) {
      waiting.forEach(each -> each.done(told));
    }
  }

  private static IllegalStateException missing(MapPage page) {
    return new IllegalStateException("the catalogue lacks map page " + page.id());
  }

  private void scan(long fromId) {
    if (phase == Phase.READING) {
      beside(() -> rows(fromId), this::scanned);
    }
  }

  private List<Row> row(long id) {
    return catalogue.get(Table.PAGE, id).map(bytes -> new Row(id, bytes)).stream().toList();
  }

  private List<Row> rows(long fromId) {
    List<Row> rows = new ArrayList<>(ROWS_AT_A_TIME);
    catalogue.scan(Table.PAGE, fromId, ROWS_AT_A_TIME, (id, bytes) -> rows.add(new Row(id, bytes)));
    return rows;
  }

  private void scanned(List<Row> rows) {
    if (phase == Phase.READING) {
      rows.forEach(row -> guarded(() -> listed.take(row.id, row.bytes)));
    }
    if (phase != Phase.READING) {
      return;
    }
    if (rows.size() == ROWS_AT_A_TIME) {
      long next = rows.getLast().id + 1;
      Turns.next(loop, () -> scan(next));
      return;
    }
    Optional<MapPage> unread = listed.unread();
    if (unread.isPresent()) {
      fail(missing(unread.get()));
      return;
    }
    LOG.info("{} pages of maps have been read", listed.count());
    listed.clear();
    phase = Phase.COMPLETE;
    whenComplete.forEach(Runnable::run);
    whenComplete.clear();
  }

  private void guarded(Runnable takesRow) {
    try {
      takesRow.run();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(RuntimeException cause) {
    if (phase == Phase.FAILED) {
      return;
    }
    phase = Phase.FAILED;
    committer.giveUp(cause);
    whenEnded.run();
  }

  private record Row(long id, byte[] bytes) {}
}
