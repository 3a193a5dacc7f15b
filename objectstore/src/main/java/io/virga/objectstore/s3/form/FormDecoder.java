package io.virga.objectstore.s3.form;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a form (RFC 7578) apart as it comes: the fields up to the file, then the file's bytes.
 *
 * <p>FIELDS → the head of the part {@code file}: FILE. FILE → the boundary: END, where all that
 * comes is dropped. Too many bytes before the file, or what is no form → FAILED.
 */
final class FormDecoder {

  private static final int MAXIMUM_FIELD_BYTES = 64 * 1024;
  private static final Pattern NAME = Pattern.compile("[;\\s]name=\"?([^\";]*)\"?");
  private static final Pattern FILE_NAME = Pattern.compile("[;\\s]filename=\"([^\"]*)\"");
  private static final byte[] BLANK_LINE = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final byte[] boundary;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private byte[] pending = "\r\n".getBytes(StandardCharsets.US_ASCII);
  private State state = State.FIELDS;

  private enum State {
    FIELDS,
    FILE,
    END,
    FAILED
  }

  /** What has come. */
  sealed interface Event {}

  /**
   * All before the file's bytes.
   *
   * @param fields by their names in lower case; {@code file} is the file's name
   */
  record Fields(Map<String, String> fields) implements Event {}

  /** Bytes of the file; the receiver releases them. */
  record Data(ByteBuf bytes) implements Event {}

  FormDecoder(String boundary) {
    this.boundary = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The boundary that a content type names. */
  static Optional<String> boundary(String contentType) {
    Matcher matcher =
        Pattern.compile("(?i)multipart/form-data\\s*;.*boundary=\"?([^\";,]{1,70})\"?.*")
            .matcher(contentType);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  boolean isFailed() {
    return state == State.FAILED;
  }

  /** Whether the whole file has come. */
  boolean isComplete() {
    return state == State.END;
  }

  /** Decodes what has come, and releases it. */
  List<Event> decode(ByteBuf in) {
    try {
      if (state == State.END || state == State.FAILED) {
        return List.of();
      }
      byte[] all = Arrays.copyOf(pending, pending.length + in.readableBytes());
      in.readBytes(all, pending.length, all.length - pending.length);
      pending = all;
      List<Event> events = new ArrayList<>();
      while (state == State.FIELDS && field(events)) {
        // the next field
      }
      if (state == State.FIELDS && pending.length > MAXIMUM_FIELD_BYTES) {
        state = State.FAILED;
      }
      if (state == State.FILE) {
        file(events);
      }
      return events;
    } finally {
      in.release();
    }
  }

  /** Takes one part, if all of it has come, or the head of the file's. */
  private boolean field(List<Event> events) {
    int start = indexOf(pending, boundary, 0);
    int headEnd = indexOf(pending, BLANK_LINE, Math.max(start, 0));
    if (start < 0 || headEnd < 0) {
      return false;
    }
    String head =
        new String(pending, start, headEnd + 2 - start, StandardCharsets.UTF_8)
            .substring(boundary.length);
    Matcher name = NAME.matcher(head);
    if (start != 0 || head.startsWith("--") || !name.find()) {
      state = State.FAILED;
      return false;
    }
    int body = headEnd + BLANK_LINE.length;
    String field = name.group(1).toLowerCase(Locale.ROOT);
    if (field.equals("file")) {
      Matcher file = FILE_NAME.matcher(head);
      fields.put("file", file.find() ? file.group(1) : "");
      pending = Arrays.copyOfRange(pending, body, pending.length);
      state = State.FILE;
      events.add(new Fields(Map.copyOf(fields)));
      return false;
    }
    int end = indexOf(pending, boundary, body - 2);
    if (end < 0) {
      return false;
    }
    int length = Math.max(0, end - body);
    fields.put(field, new String(pending, body, length, StandardCharsets.UTF_8));
    pending = Arrays.copyOfRange(pending, end, pending.length);
    return true;
  }

  /** Hands on what cannot be the beginning of the boundary. */
  private void file(List<Event> events) {
    int end = indexOf(pending, boundary, 0);
    int length = end >= 0 ? end : Math.max(0, pending.length - boundary.length + 1);
    if (length > 0) {
      events.add(new Data(Unpooled.wrappedBuffer(Arrays.copyOf(pending, length))));
      pending = Arrays.copyOfRange(pending, length, pending.length);
    }
    if (end >= 0) {
      state = State.END;
    }
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int i = Math.max(0, from); i + wanted.length <= bytes.length; i++) {
      if (bytes[i] == wanted[0]
          && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
