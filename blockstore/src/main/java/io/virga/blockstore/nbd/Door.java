package io.virga.blockstore.nbd;

import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.ExportTable;
import java.util.Optional;

/**
 * What a listener leads to, and how it is entered.
 *
 * @param budget of all connections together
 * @param host of the peers that come in without TLS
 * @param tls for those who ask for it
 * @param tlsRequired whether nothing is told without
 */
record Door(
    ExportTable exports,
    Limits limits,
    Budget budget,
    String host,
    Optional<TlsEntrance> tls,
    boolean tlsRequired) {

  Security security() {
    if (tls.isEmpty()) {
      return Security.WITHOUT_TLS;
    }
    return tlsRequired ? Security.TLS_REQUIRED : Security.TLS_OFFERED;
  }

  /** How a connection is protected (proto.md, "TLS support"). */
  enum Security {
    /** NOTLS: there is no TLS here. */
    WITHOUT_TLS,
    /** SELECTIVETLS: whoever wants. */
    TLS_OFFERED,
    /** FORCEDTLS: nothing else before. */
    TLS_REQUIRED,
    /** The connection has it. */
    TLS_IN_USE
  }
}
