package io.virga.objectstore.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open segment file. Thread-safe; calls block. */
public interface SegmentFile extends AutoCloseable {

  /** Writes all that remains in the buffer. */
  void write(ByteBuffer data, long offset) throws IOException;

  /** Fills what remains of the buffer; the end of the file is an {@link IOException}. */
  void read(ByteBuffer into, long offset) throws IOException;

  /** Makes what was written durable ({@code fdatasync}). After a failure nothing is known. */
  void sync() throws IOException;

  long size() throws IOException;

  @Override
  void close() throws IOException;
}
