package io.virga.control.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.virga.control.policy.Caller;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;

/**
 * What is kept of every request: a timer by service and status, and of each that may have changed
 * something a line in the log that says who did what (logger {@code io.virga.control.audit}).
 */
public final class RequestLog {

  private static final Logger audit = LoggerFactory.getLogger("io.virga.control.audit");

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
      String requestId,
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
      audit.info(
          "{} {} {} {} {} user={} project={}",
          answered.requestId(),
          answered.method(),
          answered.service(),
          answered.path(),
          answered.status(),
          answered.caller().map(Caller::userId).orElse("-"),
          answered.caller().flatMap(c -> c.claims().projectId()).orElse("-"));
    }
  }
}
