package io.virga.control.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.virga.control.audit.AuditLog;
import io.virga.control.policy.Caller;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpMethod;

/**
 * What is kept of every request: a timer by service and status, and of each that may have changed
 * something an event in the {@link AuditLog}.
 */
public final class RequestLog {

  private final MeterRegistry registry;

  public RequestLog(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * A request that has been answered.
   *
   * @param service the first path segment, or {@code unknown}
   */
  record Answered(
      String service,
      HttpMethod method,
      String path,
      AuditLog.Origin origin,
      Optional<Caller> caller,
      int status) {

    boolean mayHaveChangedSomething() {
      return !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD);
    }
  }

  void answered(Answered answered, Duration took) {
    Timer.builder("virga.control.requests")
        .tag("api", answered.service())
        .tag("status", Integer.toString(answered.status()))
        .register(registry)
        .record(took);
    if (answered.mayHaveChangedSomething()) {
      AuditLog.changed(
          new AuditLog.Change(
              answered.origin(),
              answered.method().name(),
              answered.path(),
              answered.status(),
              answered.caller()));
    }
  }
}
