package io.virga.dataplane.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one mapping between the wire records and JSON: times are ISO text, an absent optional is
 * {@code null} or left out, and fields that a newer peer added are passed over. Thread-safe. What
 * cannot be read is a {@link JacksonException}.
 */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private Json() {}

  public static JsonMapper mapper() {
    return MAPPER;
  }

  public static <T> T read(byte[] json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }

  public static <T> T read(String json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }

  /** The record that a tree stands for. */
  public static <T> T read(JsonNode json, Class<T> type) {
    return MAPPER.treeToValue(json, type);
  }

  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  public static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  public static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /**
   * A line of {@code application/x-ndjson}: the value, which never holds a raw line feed, and one.
   */
  public static byte[] line(Object value) {
    byte[] json = bytes(value);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  /** As {@link #line}, as text. */
  public static String lineText(Object value) {
    return new String(line(value), StandardCharsets.UTF_8);
  }
}
