package io.virga.dataplane.operations;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of {@code GET /health}.
 *
 * @param status the worst of the checks, {@code up}, {@code degraded} or {@code down}
 */
public record HealthReport(String service, String status, List<Check> checks) {

  private static final Logger log = LoggerFactory.getLogger(HealthReport.class);

  public HealthReport {
    checks = List.copyOf(checks);
  }

  /** One part's line. */
  public record Check(String name, String status, String detail) {}

  static HealthReport of(String service, Map<String, HealthCheck> checks) {
    List<Check> lines =
        checks.entrySet().stream().map(e -> line(e.getKey(), e.getValue())).toList();
    Health.Status worst = Health.Status.UP;
    for (Health.Status status : Health.Status.values()) {
      if (lines.stream().anyMatch(line -> line.status().equals(text(status)))) {
        worst = status;
      }
    }
    return new HealthReport(service, text(worst), lines);
  }

  /** Whether requests may be sent to this process. */
  @JsonIgnore
  public boolean serves() {
    return !status.equals(text(Health.Status.DOWN));
  }

  private static Check line(String name, HealthCheck check) {
    Health health;
    try {
      health = check.check();
    } catch (RuntimeException e) {
      log.warn("the health check {} failed", name, e);
      health = Health.down("the check itself failed: " + e);
    }
    return new Check(name, text(health.status()), health.detail());
  }

  private static String text(Health.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
