package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import java.util.Optional;

/** A catalogue that is another; what extends it changes some of it. */
abstract class ForwardingCatalogue implements Catalogue {

  private final Catalogue catalogue;

  ForwardingCatalogue(Catalogue catalogue) {
    this.catalogue = catalogue;
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
    catalogue.write(changes);
  }

  @Override
  public void close() {
    catalogue.close();
  }
}
