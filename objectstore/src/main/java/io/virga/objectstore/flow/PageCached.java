package io.virga.objectstore.flow;

import io.virga.dataplane.file.SocketBurst;

/** A buffer whose bytes are also in the page cache, from where a socket takes them uncopied. */
public interface PageCached {

  /**
   * Sends from the buffer's reader index, which moves, what the socket takes at once. On the loop
   * that the buffer was read on.
   */
  void send(SocketBurst burst);
}
