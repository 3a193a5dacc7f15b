package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;

/** A catalogue that a pool does not close. */
final class KeptOpen extends ForwardingCatalogue {

  KeptOpen(Catalogue catalogue) {
    super(catalogue);
  }

  @Override
  public void close() {}
}
