package io.virga.control.http;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A JSON object that is being put together, in the order of its members. An empty {@link
 * java.util.Optional} becomes {@code null}. Used by one thread.
 */
public final class View {

  private final Map<String, Object> members = new LinkedHashMap<>();

  private View() {}

  public static View empty() {
    return new View();
  }

  public static View of(String name, Object value) {
    return new View().with(name, value);
  }

  public View with(String name, Object value) {
    members.put(name, value);
    return this;
  }

  /** For Jackson, and for nesting. */
  @JsonValue
  public Map<String, Object> members() {
    return members;
  }
}
