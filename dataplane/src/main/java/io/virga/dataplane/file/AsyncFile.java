package io.virga.dataplane.file;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;

/**
 * An open file as one event loop sees it. Any thread may call; operations start and complete on the
 * loop. Operations on one file are not ordered among each other: whoever needs an order waits for
 * the first before it asks for the second.
 *
 * <p>A failure is an {@link IOException} whose message holds the path and the system's name of the
 * error ({@code ENOSPC}). When more is in flight than the loop's limits allow, an operation fails
 * with {@code EAGAIN}: callers bound what they ask for.
 */
public interface AsyncFile extends AutoCloseable {

  /** Where operations complete. */
  EventLoop loop();

  /** The same open file for another loop. Closing either closes both. */
  AsyncFile on(EventLoop loop);

  /**
   * Reads at an offset and appends to the target, moving its writer index, until the length is
   * there or the file ends. The caller keeps the target and leaves it alone until completion.
   *
   * @param length at most what is writable in the target
   * @return how many bytes were read; fewer than the length only at the end of the file
   */
  Future<Integer> read(long offset, ByteBuf target, int length);

  /**
   * Sends bytes that were read just before, and so are in the page cache, without a copy. On the
   * loop.
   *
   * @return how many the socket took at once; 0 if it takes none now, or this file cannot do it
   */
  int send(SocketBurst burst, long offset, int length);

  /**
   * Writes all readable bytes of the source at an offset; its indices stay. The caller keeps the
   * source and leaves it alone until completion. Not durable until {@link #dataSync} has completed.
   */
  Future<Void> write(long offset, ByteBuf source);

  /**
   * Makes all writes durable that completed before this call ({@code fdatasync}). After a failure
   * the state of earlier writes is unknown, for ever (the kernel reports an error once).
   */
  Future<Void> dataSync();

  /** The size in bytes, as the file system knows it. A quick system call; may be made on a loop. */
  long size() throws IOException;

  /** Closes once all that is in flight has completed; operations asked for later fail. */
  @Override
  void close();
}
