package io.virga.control.database;

import io.r2dbc.spi.Readable;
import io.virga.dataplane.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One row of a result, by column names. Only good while the mapping function runs. */
public final class Row {

  private final Readable readable;

  Row(Readable readable) {
    this.readable = readable;
  }

  public String text(String column) {
    return required(column, String.class);
  }

  public Optional<String> optionalText(String column) {
    return optional(column, String.class);
  }

  public UUID uuid(String column) {
    return required(column, UUID.class);
  }

  public Optional<UUID> optionalUuid(String column) {
    return optional(column, UUID.class);
  }

  public long number(String column) {
    return required(column, Long.class);
  }

  public Optional<Long> optionalNumber(String column) {
    return optional(column, Long.class);
  }

  public int integer(String column) {
    return required(column, Integer.class);
  }

  public float real(String column) {
    return required(column, Float.class);
  }

  public boolean flag(String column) {
    return required(column, Boolean.class);
  }

  public Optional<Boolean> optionalFlag(String column) {
    return optional(column, Boolean.class);
  }

  public Instant time(String column) {
    return required(column, Instant.class);
  }

  public Optional<Instant> optionalTime(String column) {
    return optional(column, Instant.class);
  }

  /** A {@code text[]}. */
  public List<String> texts(String column) {
    return List.of(required(column, String[].class));
  }

  /** A {@code text[]} that may be null. */
  public Optional<List<String>> optionalTexts(String column) {
    return optional(column, String[].class).map(texts -> List.of(texts));
  }

  /** A {@code uuid[]}. */
  public List<UUID> uuids(String column) {
    return List.of(required(column, UUID[].class));
  }

  /** A {@code jsonb} whose members are all texts, in their order. */
  public Map<String, String> textMap(String column) {
    Map<String, String> map = new LinkedHashMap<>();
    Json.mapper()
        .readTree(text(column))
        .properties()
        .forEach(entry -> map.put(entry.getKey(), entry.getValue().asString()));
    return map;
  }

  /** A {@code jsonb}, as the record that was written. */
  public <T> T json(String column, Class<T> type) {
    return Json.read(text(column), type);
  }

  private <T> T required(String column, Class<T> type) {
    @Nullable T value = readable.get(column, type);
    if (value == null) {
      throw new IllegalStateException("column " + column + " is null");
    }
    return value;
  }

  private <T> Optional<T> optional(String column, Class<T> type) {
    return Optional.ofNullable(readable.get(column, type));
  }
}
