package io.virga.control.operator.command;

import io.virga.dataplane.json.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One line of a service's log, for people: when, how grave, who, what and why. */
final class LogLine {

  private static final int MOST_CAUSES = 8;

  private final DateTimeFormatter time;

  LogLine(ZoneId zone) {
    this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(zone);
  }

  /** The line as text; one that is no event of a log is left as it is. */
  String text(String line) {
    if (!line.startsWith("{")) {
      return line;
    }
    try {
      JsonNode event = Json.mapper().readTree(line);
      return event.path("formattedMessage").isString() ? text(event) : line;
    } catch (JacksonException notJson) {
      return line;
    }
  }

  private String text(JsonNode event) {
    StringBuilder text = new StringBuilder();
    text.append(time.format(Instant.ofEpochMilli(event.path("timestamp").asLong(0))));
    text.append(' ').append("%-5s".formatted(event.path("level").asString("")));
    text.append(' ').append(simpleName(event.path("loggerName").asString("")));
    text.append(": ").append(event.path("formattedMessage").asString(""));
    JsonNode failure = event.path("throwable");
    for (int depth = 0; failure.isObject() && depth < MOST_CAUSES; depth++) {
      text.append(depth == 0 ? " (" : "; by ").append(reason(failure));
      failure = failure.path("cause");
      text.append(failure.isObject() && depth + 1 < MOST_CAUSES ? "" : ")");
    }
    return text.toString();
  }

  private static String reason(JsonNode failure) {
    String name = simpleName(failure.path("className").asString(""));
    String message = failure.path("message").asString("");
    return message.isEmpty() ? name : name + ": " + message;
  }

  private static String simpleName(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
