package io.virga.blockstore.engine;

import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.catalogue.Catalogue;
import io.virga.blockstore.catalogue.Catalogue.Table;
import io.virga.blockstore.extent.MapCodec;
import io.virga.blockstore.journal.Journal;
import io.virga.blockstore.journal.JournalReplay;
import io.virga.blockstore.storage.Disk;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Reads the catalogue's rows and the journal again, beside the loop, and answers on it. */
final class ScrubRows {

  private static final int ROWS_AT_A_TIME = 64;

  private final Catalogue catalogue;
  private final Disk disk;
  private final Journal journal;
  private final ScrubFindings findings;
  private final Executor background;
  private final EventExecutor loop;

  ScrubRows(PoolParts parts, ScrubFindings findings, EventExecutor loop) {
    this.catalogue = parts.catalogue();
    this.disk = parts.disk();
    this.journal = parts.journal();
    this.findings = findings;
    this.background = parts.background();
    this.loop = loop;
  }

  /**
   * Rows that were read.
   *
   * @param bytes how much that was
   * @param nextId where to go on, -1 for the end of the table
   */
  record Seen(long bytes, long nextId) {}

  /** Reads some rows of a table from an id on. */
  void check(Table table, long fromId, Consumer<Seen> then) {
    background.execute(
        () -> {
          Seen seen = read(table, fromId);
          loop.execute(() -> then.accept(seen));
        });
  }

  private Seen read(Table table, long fromId) {
    long[] bytes = {0};
    long[] last = {fromId};
    try {
      int count =
          catalogue.scan(
              table,
              fromId,
              ROWS_AT_A_TIME,
              (id, value) -> {
                bytes[0] += value.length;
                last[0] = id;
                if (!isSound(table, id, value)) {
                  findings.inconsistent("row " + id + " of " + table + " makes no sense");
                }
              });
      return new Seen(bytes[0], count < ROWS_AT_A_TIME ? -1 : last[0] + 1);
    } catch (RuntimeException e) {
      findings.unreadable("a row of " + table + " behind " + last[0]);
      return new Seen(bytes[0], -1);
    }
  }

  private static boolean isSound(Table table, long id, byte[] value) {
    try {
      return switch (table) {
        case META -> true;
        case VOLUME -> VolumeRecord.decode(id, value).rootId() > 0;
        case ROOT -> MapCodec.isRoot(value);
        case PAGE -> MapCodec.isPage(value);
      };
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Reads the journal since the last checkpoint. */
  void checkJournal(Runnable then) {
    Journal.Needed needed = journal.needed();
    background.execute(
        () -> {
          boolean intact = has(needed);
          loop.execute(() -> journalRead(needed, intact, then));
        });
  }

  /** A checkpoint that was taken meanwhile may have had its files used again. */
  private void journalRead(Journal.Needed needed, boolean intact, Runnable then) {
    if (intact) {
      then.run();
    } else if (journal.needed().afterSequence() != needed.afterSequence()) {
      checkJournal(then);
    } else {
      findings.unreadable("the journal behind sequence " + needed.afterSequence());
      then.run();
    }
  }

  private boolean has(Journal.Needed needed) {
    try {
      return JournalReplay.has(disk, needed);
    } catch (IOException | RuntimeException e) {
      findings.unreadable("the journal: " + e);
      return true;
    }
  }
}
