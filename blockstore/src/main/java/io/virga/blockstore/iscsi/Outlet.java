package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What a connection does to its socket. On the loop. */
interface Outlet {

  ByteBufAllocator allocator();

  /** Sends the bytes, which it takes over, with whatever else is sent by now. */
  void send(ByteBuf bytes);

  /** Whether the peer takes what is sent. */
  boolean isWritable();

  /** Sends what is to be sent, and closes. */
  void closeAfterSending();

  /** Closes at once. */
  void close();

  /** Where initiators reach the server: {@code address:port}. */
  String localAddress();
}
