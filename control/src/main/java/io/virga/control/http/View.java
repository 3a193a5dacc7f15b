package io.virga.control.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * A JSON object that is being put together, in the order of its members. An empty {@link Optional}
 * becomes {@code null}. It writes itself: for each member Jackson would look for a serializer,
 * which takes longer than the writing. Used by one thread.
 */
public final class View implements JacksonSerializable {

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

  /** For nesting. */
  public Map<String, Object> members() {
    return members;
  }

  @Override
  public void serialize(JsonGenerator out, SerializationContext context) {
    out.writeStartObject();
    members.forEach(
        (name, value) -> {
          out.writeName(name);
          write(value, out, context);
        });
    out.writeEndObject();
  }

  /** Its members say all there is to say of it. */
  @Override
  public void serializeWithType(
      JsonGenerator out, SerializationContext context, TypeSerializer type) {
    serialize(out, context);
  }

  private static void write(Object value, JsonGenerator out, SerializationContext context) {
    switch (value) {
      case String text -> out.writeString(text);
      case View view -> view.serialize(out, context);
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(item -> write(item, out, context));
        out.writeEndArray();
      }
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Boolean flag -> out.writeBoolean(flag);
      case UUID id -> out.writeString(id.toString());
      case Optional<?> optional ->
          optional.ifPresentOrElse(present -> write(present, out, context), out::writeNull);
      default -> context.writeValue(out, value);
    }
  }
}
