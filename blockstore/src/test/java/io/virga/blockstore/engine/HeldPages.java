package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A catalogue that does not tell of all pages of maps until it is let; single ones it tells, unless
 * those are held too.
 */
final class HeldPages extends ForwardingCatalogue {

  private final CountDownLatch gate = new CountDownLatch(1);
  private volatile CountDownLatch singles = new CountDownLatch(0);
  private final AtomicInteger told = new AtomicInteger();

  HeldPages(Catalogue catalogue) {
    super(catalogue);
  }

  /** From now on it tells of all. */
  void letGo() {
    gate.countDown();
  }

  /** From now on it tells of no single page, until what it gives is run. */
  Runnable holdSingles() {
    CountDownLatch held = new CountDownLatch(1);
    singles = held;
    return held::countDown;
  }

  /** How many single pages it has told of. */
  int told() {
    return told.get();
  }

  @Override
  public Optional<byte[]> get(Table table, long id) {
    if (table == Table.PAGE) {
      await(singles);
      told.incrementAndGet();
    }
    return super.get(table, id);
  }

  @Override
  public int scan(Table table, long fromId, int maximumRows, RowConsumer consumer) {
    if (table == Table.PAGE) {
      await(gate);
    }
    return super.scan(table, fromId, maximumRows, consumer);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
