package io.virga.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request of which only the object's number changes: everything else is bytes that were made
 * once. The number is written as ten digits, so that names sort as numbers do, or as a path of
 * four, three and three digits.
 */
public final class RequestTemplate {

  /** Where the number goes in a target. */
  public static final String NUMBER = "{number}";

  /** Where the number goes in a target as {@code 0001/234/567}. */
  public static final String PATH = "{path}";

  /** How the number is written: {@code #} is a digit. */
  private enum Form {
    NONE(""),
    DIGITS("##########"),
    SLASHED("####/###/###");

    private final String pattern;

    Form(String pattern) {
      this.pattern = pattern;
    }
  }

  private final byte[] beforeNumber;
  private final byte[] afterNumber;
  private final Form form;
  private final ByteBuf body;

  private RequestTemplate(String before, String after, Form form, ByteBuf body) {
    this.beforeNumber = before.getBytes(StandardCharsets.ISO_8859_1);
    this.afterNumber = after.getBytes(StandardCharsets.ISO_8859_1);
    this.form = form;
    this.body = body;
  }

  /** A request without a body. */
  public static RequestTemplate of(String method, String target, Map<String, String> headers) {
    return of(method, target, headers, Unpooled.EMPTY_BUFFER);
  }

  /**
   * A request.
   *
   * @param target path and query, with {@link #NUMBER} or {@link #PATH} once or not at all
   * @param body sent as it is each time, and never released
   */
  public static RequestTemplate of(
      String method, String target, Map<String, String> headers, ByteBuf body) {
    StringBuilder rest = new StringBuilder(" HTTP/1.1\r\n");
    headers.forEach((name, value) -> rest.append(name).append(": ").append(value).append("\r\n"));
    if (method.equals("PUT") || method.equals("POST")) {
      rest.append("Content-Length: ").append(body.readableBytes()).append("\r\n");
    }
    rest.append("\r\n");
    if (target.contains(PATH)) {
      return split(method, target, PATH, rest, Form.SLASHED, body);
    }
    return target.contains(NUMBER)
        ? split(method, target, NUMBER, rest, Form.DIGITS, body)
        : new RequestTemplate(method + " " + target, rest.toString(), Form.NONE, body);
  }

  private static RequestTemplate split(
      String method, String target, String mark, CharSequence rest, Form form, ByteBuf body) {
    int at = target.indexOf(mark);
    return new RequestTemplate(
        method + " " + target.substring(0, at),
        target.substring(at + mark.length()) + rest,
        form,
        body);
  }

  /** The size of what {@link #writeHead} writes. */
  int headBytes() {
    return beforeNumber.length + form.pattern.length() + afterNumber.length;
  }

  /** Appends the request without its body. */
  void writeHead(ByteBuf out, long number) {
    out.writeBytes(beforeNumber);
    int end = out.writerIndex() + form.pattern.length();
    long rest = number;
    for (int at = form.pattern.length() - 1; at >= 0; at--) {
      int written = form.pattern.charAt(at);
      if (written == '#') {
        written = (int) ('0' + rest % 10);
        rest /= 10;
      }
      out.setByte(end - form.pattern.length() + at, written);
    }
    out.writerIndex(end);
    out.writeBytes(afterNumber);
  }

  /** The body, for reading only. */
  ByteBuf body() {
    return body;
  }
}
