package io.virga.dataplane.digest;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;

/**
 * The MD5 of one stream of bytes. Calls are serial: the next one only when the last one's future is
 * done. Any thread may call.
 *
 * <p>Open → {@link #finish} → Finished → {@link #close}; Open → {@link #close} at any time.
 */
public sealed interface Md5Stream extends AutoCloseable permits PlatformStream, LaneStream {

  /**
   * Takes what is readable and releases it, whatever happens.
   *
   * @return done when more may come; fails when the executor of the stream takes no more work
   */
  CompletableFuture<Void> update(ByteBuf bytes);

  /** The 16 bytes of the digest, once all that has come is digested. */
  CompletableFuture<byte[]> finish();

  /** Lets go of the stream. What it still holds is digested in vain. */
  @Override
  void close();
}
