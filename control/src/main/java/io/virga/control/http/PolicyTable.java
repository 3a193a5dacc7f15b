package io.virga.control.http;

import io.virga.dataplane.operations.OperatorQuestion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Every route with what it asks of its caller, out of the same tables that requests are held
 * against. The parameter {@code service} asks for one service alone. Immutable.
 */
public final class PolicyTable implements OperatorQuestion {

  private final List<Line> lines;

  /**
   * One route.
   *
   * @param path below the listener, with the service's prefix
   * @param rule the name of the rule
   * @param needs the rule in words
   */
  public record Line(String service, String method, String path, String rule, String needs) {}

  public PolicyTable(List<ApiService> services) {
    List<Line> all = new ArrayList<>();
    for (ApiService service : services) {
      for (Route route : service.routes()) {
        all.add(
            new Line(
                service.prefix(),
                route.method().name(),
                "/" + service.prefix() + (route.pattern().equals("/") ? "" : route.pattern()),
                route.rule().name(),
                route.rule().needs()));
      }
    }
    all.sort(Comparator.comparing(Line::path).thenComparing(Line::method));
    lines = List.copyOf(all);
  }

  /** By path and method. */
  public List<Line> lines() {
    return lines;
  }

  @Override
  public Object answer(Map<String, String> parameters) {
    String service = parameters.getOrDefault("service", "");
    List<Line> asked =
        lines.stream().filter(line -> service.isEmpty() || line.service().equals(service)).toList();
    if (asked.isEmpty()) {
      List<String> known = lines.stream().map(Line::service).distinct().toList();
      throw new IllegalArgumentException(
          "service = '%s': expected one of %s".formatted(service, String.join(", ", known)));
    }
    return asked;
  }
}
