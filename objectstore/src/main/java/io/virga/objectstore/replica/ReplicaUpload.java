package io.virga.objectstore.replica;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.record.Content;
import java.util.concurrent.CompletableFuture;

/** Bytes on their way to a replica. Used by one thread at a time, but for {@link #close}. */
public interface ReplicaUpload extends AutoCloseable {

  /**
   * Takes a chunk and releases it.
   *
   * @return done when the next chunk may come
   */
  CompletableFuture<Void> write(ByteBuf chunk);

  /** All bytes have come; what a row is to name, once they have all been placed. */
  CompletableFuture<Content> finish();

  /** Lets go of everything, after the row was written or to give up. */
  @Override
  void close();
}
