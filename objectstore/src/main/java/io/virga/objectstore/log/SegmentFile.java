package io.virga.objectstore.log;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.virga.dataplane.file.AsyncFile;
import io.virga.dataplane.file.SocketBurst;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** An open segment file. Thread-safe; calls block unless they are for an event loop. */
public interface SegmentFile extends AutoCloseable {

  /** Writes all that remains in the buffer. */
  void write(ByteBuffer data, long offset) throws IOException;

  /** Fills what remains of the buffer; the end of the file is an {@link IOException}. */
  void read(ByteBuffer into, long offset) throws IOException;

  /**
   * Reads without blocking, and completes on the loop. The writable bytes of the buffer are filled,
   * which the caller leaves alone until then; fails with an {@link IOException}, also at the end of
   * the file.
   */
  CompletableFuture<Void> read(ByteBuf into, long offset, EventLoop loop);

  /** Sends what was read just before for a loop, as {@link AsyncFile#send} does. */
  int send(SocketBurst burst, long offset, int length);

  /** Makes what was written durable ({@code fdatasync}). After a failure nothing is known. */
  void sync() throws IOException;

  long size() throws IOException;

  @Override
  void close() throws IOException;
}
