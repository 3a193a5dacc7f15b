package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A catalogue that loses power with a disk: what is written then fails, and is there or not. */
final class PowerCatalogue implements Catalogue {

  private final Catalogue catalogue;
  private final CompletableFuture<Boolean> dead;
  private final Random random;

  PowerCatalogue(Catalogue catalogue, CompletableFuture<Boolean> dead, long seed) {
    this.catalogue = catalogue;
    this.dead = dead;
    this.random = new Random(seed);
  }

  @Override
  public Optional<byte[]> get(Table table, long id) {
    return catalogue.get(table, id);
  }

  @Override
  public int scan(Table table, long fromId, int maximumRows, RowConsumer consumer) {
    return catalogue.scan(table, fromId, maximumRows, consumer);
  }

  @Override
  public Changes changes() {
    return catalogue.changes();
  }

  @Override
  public void write(Changes changes) {
    boolean lost = dead.isDone();
    if (!lost || random.nextBoolean()) {
      catalogue.write(changes);
    }
    if (lost) {
      throw new IllegalStateException("the power is gone");
    }
  }

  @Override
  public void close() {
    catalogue.close();
  }
}
