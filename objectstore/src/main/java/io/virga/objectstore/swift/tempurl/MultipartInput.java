package io.virga.objectstore.swift.tempurl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The parts of a {@code multipart/form-data} body (RFC 7578), read one after the other. */
final class MultipartInput {

  private static final int CAPACITY = 64 * 1024;
  private static final int MAXIMUM_HEADER_BYTES = 8192;

  private final InputStream in;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[CAPACITY];
  private int start;
  private int end;
  private boolean begun;

  MultipartInput(InputStream in, String boundary) {
    this.in = in;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.UTF_8);
    // the first boundary has no line before it
    buffer[0] = '\r';
    buffer[1] = '\n';
    end = 2;
  }

  /** The body is no form, or ends before it is whole. */
  static final class Malformed extends IOException {
    private Malformed(String message) {
      super(message);
    }
  }

  /** Goes to the next part; false at the end. */
  boolean next() throws IOException {
    if (begun) {
      skip();
    } else {
      begun = true;
      need(delimiter.length);
      if (find() != start) {
        throw new Malformed("invalid starting boundary");
      }
    }
    start += delimiter.length;
    need(2);
    if (end - start < 2) {
      throw new Malformed("the form ends within a part");
    }
    boolean last = buffer[start] == '-' && buffer[start + 1] == '-';
    start += 2;
    return !last;
  }

  private void skip() throws IOException {
    byte[] skipped = new byte[8192];
    int count = 0;
    while (count >= 0) {
      count = read(skipped, 0, skipped.length);
    }
  }

  /** The headers of the part, their names in lower case. */
  Map<String, String> headers() throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    int total = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      total += line.length();
      if (total > MAXIMUM_HEADER_BYTES) {
        throw new Malformed("the headers of a part are too long");
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  private String line() throws IOException {
    int looked = 0;
    while (true) {
      for (int i = start + looked; i + 1 < end; i++) {
        if (buffer[i] == '\r' && buffer[i + 1] == '\n') {
          String line = new String(buffer, start, i - start, StandardCharsets.UTF_8);
          start = i + 2;
          return line;
        }
      }
      looked = Math.max(0, end - start - 1);
      if (looked > MAXIMUM_HEADER_BYTES || !fill()) {
        throw new Malformed("a part has no end to its headers");
      }
    }
  }

  /** Bytes of the part; negative at its end. */
  int read(byte[] target, int offset, int length) throws IOException {
    while (true) {
      int found = find();
      if (found == start) {
        return -1;
      }
      int available = found >= 0 ? found - start : end - start - delimiter.length + 1;
      if (available > 0) {
        int count = Math.min(length, available);
        System.arraycopy(buffer, start, target, offset, count);
        start += count;
        return count;
      }
      if (!fill()) {
        throw new Malformed("the form ends within a part");
      }
    }
  }

  private int find() {
    for (int i = start; i + delimiter.length <= end; i++) {
      int matched = 0;
      while (matched < delimiter.length && buffer[i + matched] == delimiter[matched]) {
        matched++;
      }
      if (matched == delimiter.length) {
        return i;
      }
    }
    return -1;
  }

  private void need(int bytes) throws IOException {
    boolean more = true;
    while (end - start < bytes && more) {
      more = fill();
    }
  }

  private boolean fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count <= 0) {
      return false;
    }
    end += count;
    return true;
  }
}
