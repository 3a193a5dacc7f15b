package io.virga.dataplane.transport;

/** What the setting {@code virga.transport} may ask for. */
public enum TransportChoice {
  /** The first of io_uring, epoll and NIO that works here. */
  AUTO,
  IO_URING,
  EPOLL,
  NIO
}
