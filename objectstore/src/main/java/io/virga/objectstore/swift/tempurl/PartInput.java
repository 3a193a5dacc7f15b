package io.virga.objectstore.swift.tempurl;

import java.io.IOException;
import java.io.InputStream;

/** A file within a form; it may not be longer than the form says. */
final class PartInput extends InputStream {

  private final MultipartInput form;
  private long left;

  PartInput(MultipartInput form, long maximumBytes) {
    this.form = form;
    this.left = maximumBytes;
  }

  /** The file is longer than the form lets it be. */
  static final class TooLong extends IOException {
    private TooLong() {
      super("max_file_size exceeded");
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = form.read(target, offset, length);
    left -= Math.max(0, count);
    if (left < 0) {
      throw new TooLong();
    }
    return count;
  }
}
