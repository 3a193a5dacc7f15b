package io.virga.blockstore.nbd;

import io.virga.blockstore.export.Export;
import io.virga.dataplane.tls.PeerIdentity;
import java.util.Optional;
import java.util.Set;

/**
 * Who is at the other end of a connection. An export is for the peers of one host: others are not
 * told that it is there, and nobody is of one that is opened over iSCSI.
 *
 * @param host of the peer; nothing for one to whom no export is open
 */
record Peer(Optional<String> host) {

  /** Services whose certificate opens the exports of their host. */
  private static final Set<String> SERVICES = Set.of("compute-agent", "blockstore");

  /** Someone of the host: on this machine, who could open the socket, or who has its key. */
  static Peer of(String host) {
    return new Peer(Optional.of(host));
  }

  /** Someone who has shown a certificate of our CA, or none. */
  static Peer certified(Optional<PeerIdentity> identity) {
    return new Peer(
        identity.filter(known -> SERVICES.contains(known.service())).map(PeerIdentity::host));
  }

  boolean maySee(Export export) {
    return export.iscsi().isEmpty() && host.filter(export.host()::equals).isPresent();
  }
}
