package io.virga.control.volume.store;

import io.virga.control.database.Session;
import reactor.core.publisher.Mono;

/** Where block stores open volumes, as they have said. */
public final class BlockPortals {

  private static final String SAID =
      """
      SELECT details ->> :detail AS said FROM host
       WHERE service = 'blockstore' AND name = :host AND details ->> :detail IS NOT NULL
      """;

  /** {@code address:port}; nothing if the host offers no iSCSI. */
  public Mono<String> iscsi(Session session, String host) {
    return said(session, host, "iscsiPortal");
  }

  /** Likewise, if the block store is there now. */
  public Mono<String> connectedNbd(Session session, String host) {
    return session
        .sql(SAID + " AND connected_to IS NOT NULL")
        .bind("detail", "nbdUrl")
        .bind("host", host)
        .one(row -> row.text("said"));
  }

  /** The start of NBD URIs, for example {@code nbd://127.0.0.1:8720}. */
  public Mono<String> nbd(Session session, String host) {
    return said(session, host, "nbdUrl");
  }

  private static Mono<String> said(Session session, String host, String detail) {
    return session.sql(SAID).bind("detail", detail).bind("host", host).one(row -> row.text("said"));
  }
}
