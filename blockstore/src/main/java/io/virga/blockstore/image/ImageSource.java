package io.virga.blockstore.image;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.desired.ImageMap;
import java.util.concurrent.CompletableFuture;

/**
 * Where images come from. The futures end on any thread, exceptionally if the store cannot be
 * reached or answers anything but what was asked for; who asks tries again.
 */
public interface ImageSource {

  /** The map of the image at the object path. */
  CompletableFuture<ImageMap> map(String objectPath);

  /** The chunk at this index of the data object: exactly 1 MiB, which the receiver releases. */
  CompletableFuture<ByteBuf> chunk(String objectPath, long index);
}
