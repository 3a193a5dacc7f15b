package io.virga.dataplane.watch;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Cuts a stream of bytes at its line feeds. Holds at most one line. Not thread-safe. */
public final class LineSplitter {

  private final int maxLineBytes;
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

  /** Of no bytes yet. */
  public LineSplitter(int maxLineBytes) {
    this.maxLineBytes = maxLineBytes;
  }

  /**
   * The lines that these bytes complete, without their line feeds; empty lines are left out. The
   * buffer stays the caller's and its indices stay.
   *
   * @throws IOException if a line is longer than it may be
   */
  public List<byte[]> accept(ByteBuf bytes) throws IOException {
    List<byte[]> lines = new ArrayList<>();
    int from = bytes.readerIndex();
    while (from < bytes.writerIndex()) {
      int feed = bytes.indexOf(from, bytes.writerIndex(), (byte) '\n');
      int to = feed < 0 ? bytes.writerIndex() : feed;
      if (partial.size() + (to - from) > maxLineBytes) {
        throw new IOException("a line is longer than " + maxLineBytes + " bytes");
      }
      bytes.getBytes(from, partial, to - from);
      if (feed >= 0 && partial.size() > 0) {
        lines.add(partial.toByteArray());
        partial.reset();
      }
      from = to + 1;
    }
    return lines;
  }
}
