package io.virga.objectstore.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import io.virga.objectstore.http.HttpDates;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

/** The head of a reply, written into a buffer: status, the reply's headers, then the server's. */
final class ReplyHead {

  private static final byte[] VERSION = ascii("HTTP/1.1 ");
  private static final byte[] DATE = ascii("date: ");
  private static final byte[] LENGTH = ascii("content-length: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] CLOSE = ascii("connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
  private static final int LINE_END = '\r' << 8 | '\n';
  private static final int SEPARATOR = ':' << 8 | ' ';

  private final ByteBuf out;

  ReplyHead(ByteBuf out, int status, HttpHeaders headers) {
    this.out = out;
    out.writeBytes(VERSION);
    write(HttpResponseStatus.valueOf(status).codeAsText());
    out.writeByte(' ');
    write(HttpResponseStatus.valueOf(status).reasonPhrase());
    out.writeShort(LINE_END);
    Iterator<Map.Entry<CharSequence, CharSequence>> each = headers.iteratorCharSequence();
    while (each.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = each.next();
      write(header.getKey());
      out.writeShort(SEPARATOR);
      write(header.getValue());
      out.writeShort(LINE_END);
    }
    if (!headers.contains(HttpHeaderNames.DATE)) {
      out.writeBytes(DATE);
      write(HttpDates.now());
      out.writeShort(LINE_END);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A character is a byte, see {@link io.virga.objectstore.http.HeaderText}. */
  private void write(CharSequence text) {
    if (text instanceof AsciiString ascii) {
      out.writeBytes(ascii.array(), ascii.arrayOffset(), ascii.length());
    } else {
      ByteBufUtil.writeAscii(out, text);
    }
  }

  void length(long bytes) {
    out.writeBytes(LENGTH);
    write(Long.toString(bytes));
    out.writeShort(LINE_END);
  }

  void chunked() {
    out.writeBytes(CHUNKED);
  }

  void close() {
    out.writeBytes(CLOSE);
  }

  void keepAlive() {
    out.writeBytes(KEEP_ALIVE);
  }

  void end() {
    out.writeShort(LINE_END);
  }
}
