package io.virga.benchmarks.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Finds the end of HTTP/1.1 responses, and looks at nothing but their status. Bodies are skipped.
 *
 * <pre>
 * HEAD ── Content-Length, 204, 304 ──▶ BODY ── all skipped ──▶ complete
 * HEAD ── chunked ──▶ SIZE ──▶ DATA ──▶ SIZE … ── size 0 ──▶ TRAILER ── empty line ──▶ complete
 * </pre>
 */
final class ResponseParser {

  private static final int MAX_HEAD_BYTES = 32 << 10;

  private enum State {
    HEAD,
    BODY,
    SIZE,
    DATA,
    TRAILER
  }

  private final byte[] head = new byte[MAX_HEAD_BYTES];
  private int headLength;
  private State state = State.HEAD;
  private long remaining;
  private int lineLength;
  private boolean sizeEnded;
  private int status;
  private boolean closing;
  private long bodyBytes;

  /** The status of the response that was last completed. */
  int status() {
    return status;
  }

  /** Whether the server closes the connection after the response that was last completed. */
  boolean isClosing() {
    return closing;
  }

  /** The size of the body of the response that was last completed. */
  long bodyBytes() {
    return bodyBytes;
  }

  /**
   * Reads on, at most to the end of one response.
   *
   * @return whether a response is complete
   * @throws IllegalStateException if this is no response whose end can be found
   */
  boolean read(ByteBuf in) {
    while (in.isReadable()) {
      boolean complete =
          switch (state) {
            case HEAD -> readHead(in);
            case BODY -> skip(in);
            case SIZE -> readSize(in.readByte());
            case DATA -> {
              if (skip(in)) {
                beginSize();
              }
              yield false;
            }
            case TRAILER -> readTrailer(in.readByte());
          };
      if (complete) {
        state = State.HEAD;
        headLength = 0;
        return true;
      }
    }
    return false;
  }

  private void beginSize() {
    state = State.SIZE;
    lineLength = 0;
    sizeEnded = false;
    remaining = 0;
  }

  private boolean skip(ByteBuf in) {
    int skipped = (int) Math.min(remaining, in.readableBytes());
    in.skipBytes(skipped);
    remaining -= skipped;
    return remaining == 0;
  }

  private boolean readHead(ByteBuf in) {
    int copied = Math.min(in.readableBytes(), head.length - headLength);
    in.getBytes(in.readerIndex(), head, headLength, copied);
    int end = endOfHead(Math.max(0, headLength - 3), headLength + copied);
    if (end < 0) {
      in.skipBytes(copied);
      headLength += copied;
      if (headLength == head.length) {
        throw new IllegalStateException("the head of a response is longer than " + head.length);
      }
      return false;
    }
    in.skipBytes(end - headLength);
    return endHead(end);
  }

  private int endOfHead(int from, int until) {
    for (int at = from; at + 3 < until; at++) {
      if (head[at] == '\r'
          && head[at + 1] == '\n'
          && head[at + 2] == '\r'
          && head[at + 3] == '\n') {
        return at + 4;
      }
    }
    return -1;
  }

  private boolean endHead(int end) {
    status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0';
    long length = -1;
    boolean chunked = false;
    closing = false;
    int line = 0;
    for (int at = 0; at < end; at++) {
      if (head[at] == '\n') {
        int first = line < end ? head[line] | 0x20 : 0;
        if (first == 'c' && at - line > 15) {
          String text = text(line, at);
          length = Math.max(length, contentLength(text));
          closing |= text.equals("connection: close");
        } else if (first == 't' && at - line > 18) {
          chunked |= text(line, at).equals("transfer-encoding: chunked");
        }
        line = at + 1;
      }
    }
    return body(length, chunked);
  }

  private boolean body(long length, boolean chunked) {
    bodyBytes = 0;
    if (status == 204 || status == 304 || length == 0) {
      return true;
    }
    if (chunked) {
      beginSize();
      return false;
    }
    if (length < 0) {
      throw new IllegalStateException("a response without a length: " + text(0, headLength));
    }
    bodyBytes = length;
    remaining = length;
    state = State.BODY;
    return false;
  }

  private static long contentLength(String line) {
    return line.startsWith("content-length:")
        ? Long.parseLong(line.substring("content-length:".length()).strip())
        : -1;
  }

  private String text(int from, int until) {
    return new String(head, from, until - from, StandardCharsets.ISO_8859_1)
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  /** The line of a chunk's size; the line end after the chunk before it is skipped. */
  private boolean readSize(byte next) {
    if (next == '\n' && lineLength > 0) {
      bodyBytes += remaining;
      state = remaining == 0 ? State.TRAILER : State.DATA;
      lineLength = 0;
      return false;
    }
    int digit = Character.digit(next, 16);
    if (digit >= 0 && !sizeEnded) {
      remaining = remaining * 16 + digit;
      lineLength++;
    } else if (lineLength > 0) {
      sizeEnded = true;
    }
    return false;
  }

  private boolean readTrailer(byte next) {
    if (next == '\n') {
      boolean empty = lineLength == 0;
      lineLength = 0;
      return empty;
    }
    if (next != '\r') {
      lineLength++;
    }
    return false;
  }
}
