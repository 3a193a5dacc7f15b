package io.virga.objectstore.swift.wire;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.http.UriText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came of each of the objects that one request names. */
public final class BulkReport {

  private final Map<String, Object> values = new TreeMap<>();
  private final List<List<String>> errors = new ArrayList<>();

  /** Adds a line. */
  public BulkReport value(String name, Object value) {
    values.put(name, value);
    return this;
  }

  /** Adds an object that failed, with the status or the words that say why. */
  public BulkReport error(String name, String reason) {
    errors.add(List.of(UriText.encode(name, true), reason));
    return this;
  }

  public boolean hasErrors() {
    return !errors.isEmpty();
  }

  /** The report as text. */
  public byte[] bytes(Format format, String root) {
    return switch (format) {
      case JSON -> {
        Map<String, Object> all = new LinkedHashMap<>(values);
        all.put("Errors", errors);
        yield Json.bytes(all);
      }
      case XML, TEXT_XML -> utf8(xml(root));
      case PLAIN -> utf8(plain());
    };
  }

  private String plain() {
    StringBuilder text = new StringBuilder(256);
    values.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    text.append("Errors:\n");
    errors.forEach(e -> text.append(e.get(0)).append(", ").append(e.get(1)).append('\n'));
    return text.toString();
  }

  private String xml(String root) {
    StringBuilder xml = new StringBuilder(256);
    xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<").append(root).append(">\n");
    values.forEach(
        (name, value) -> {
          String element = name.replace(' ', '_').toLowerCase(Locale.ROOT);
          xml.append('<').append(element).append('>').append(Html.escape(value.toString()));
          xml.append("</").append(element).append(">\n");
        });
    xml.append("<errors>\n");
    for (List<String> error : errors) {
      xml.append("<object><name>").append(Html.escape(error.get(0))).append("</name><status>");
      xml.append(Html.escape(error.get(1))).append("</status></object>\n");
    }
    return xml.append("</errors>\n</").append(root).append(">\n").toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
