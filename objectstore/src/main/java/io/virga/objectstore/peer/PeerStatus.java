package io.virga.objectstore.peer;

import io.virga.dataplane.configuration.HostPort;
import java.util.Optional;

/**
 * How one event loop's connection with a peer is.
 *
 * @param failure why it was last lost or not made, if it ever was
 */
public record PeerStatus(HostPort peer, State state, Optional<String> failure) {

  /** Of a connection. */
  public enum State {
    /** There is none; the next call makes it. */
    IDLE,
    /** It is being made, and calls wait for it. */
    CONNECTING,
    UP,
    /** It could not be made; calls fail at once while it is tried again. */
    DOWN
  }
}
