package io.virga.blockstore.storage;

import io.netty.buffer.ByteBuf;

/**
 * An open file. Operations are asked for on the pool's loop, run beside it, and end there; those
 * that are in flight together may take effect in any order. The buffers' indices are not moved.
 */
public interface StorageFile {

  /** Reads {@code length} bytes into the buffer at {@code index}. */
  void read(long position, ByteBuf buffer, int index, int length, IoListener listener);

  /** Writes {@code length} bytes of the buffer from {@code index}. */
  void write(long position, ByteBuf buffer, int index, int length, IoListener listener);

  /** Makes durable what was written before. */
  void sync(IoListener listener);

  /** Appends zeros that are really written, up to the size, and makes them durable. */
  void growZeroed(long sizeBytes, IoListener listener);

  /** Gives the space of a range back to the file system; it reads as zeros from then on. */
  void punch(long position, long length, IoListener listener);

  long sizeBytes();

  /** Closes; nothing may be in flight. */
  void close();
}
