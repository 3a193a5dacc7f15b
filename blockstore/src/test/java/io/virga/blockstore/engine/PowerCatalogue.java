package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A catalogue that loses power with a disk: what is written then fails, and is there or not. */
final class PowerCatalogue extends ForwardingCatalogue {

  private final CompletableFuture<Boolean> dead;
  private final Random random;

  PowerCatalogue(Catalogue catalogue, CompletableFuture<Boolean> dead, long seed) {
    super(catalogue);
    this.dead = dead;
    this.random = new Random(seed);
  }

  @Override
  public void write(Changes changes) {
    boolean lost = dead.isDone();
    if (!lost || random.nextBoolean()) {
      super.write(changes);
    }
    if (lost) {
      throw new IllegalStateException("the power is gone");
    }
  }
}
