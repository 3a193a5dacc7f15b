package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import java.util.concurrent.CountDownLatch;

/** A catalogue whose writes can get stuck, or fail. */
final class FaultyCatalogue extends ForwardingCatalogue {

  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile boolean failing;

  FaultyCatalogue(Catalogue catalogue) {
    super(catalogue);
  }

  /** From now on writes fail. */
  void fail() {
    failing = true;
  }

  /** Writes wait until the answer is run. */
  Runnable hold() {
    CountDownLatch latch = new CountDownLatch(1);
    gate = latch;
    return latch::countDown;
  }

  @Override
  public void write(Changes changes) {
    CountDownLatch waitFor = gate;
    gate = new CountDownLatch(0);
    try {
      waitFor.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (failing) {
      throw new IllegalArgumentException("a catalogue that fails");
    }
    super.write(changes);
  }
}
