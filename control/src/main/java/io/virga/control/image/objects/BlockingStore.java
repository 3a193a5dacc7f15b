package io.virga.control.image.objects;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.UUID;

/** A store that is written and read by calls that block. May be called by any thread. */
interface BlockingStore extends AutoCloseable {

  /** A new version of the part; who has it writes it, and then finishes or abandons it. */
  Draft draft(UUID imageId, Part part) throws IOException;

  /**
   * For whoever closes it.
   *
   * @throws java.nio.file.NoSuchFileException if the part is not there
   */
  ReadableByteChannel read(UUID imageId, Part part) throws IOException;

  /** Removes a part, which may be gone already. */
  void delete(UUID imageId, Part part) throws IOException;

  @Override
  void close();

  /** A part that is being written, by one thread at a time. Nobody reads it before it is whole. */
  interface Draft {

    /**
     * Appends the buffer, which is released.
     *
     * @throws io.virga.control.fault.ApiFault unavailable, if the store is full
     */
    void write(ByteBuf buffer) throws IOException;

    /** Puts it where it is read, for good. */
    void finish() throws IOException;

    /** Leaves nothing of it. */
    void abandon() throws IOException;
  }
}
