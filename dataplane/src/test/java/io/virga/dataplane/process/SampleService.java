package io.virga.dataplane.process;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.operations.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The smallest service: what a Main looks like. */
public final class SampleService {

  private static final Logger log = LoggerFactory.getLogger(SampleService.class);

  private SampleService() {}

  public static void main(String[] arguments) {
    Service.run("sample", arguments, SampleService::start);
  }

  private static void start(ServiceContext context) throws Exception {
    String greeting = context.settings().text("virga.sample.greeting", "hello");
    boolean fails = context.settings().flag("virga.sample.fails", false);
    context.start("first", () -> part("first"));
    context.start("second", () -> part("second"));
    if (fails) {
      throw new ConfigurationException("this sample fails\nas it was told");
    }
    context.health("engine", () -> Health.up(greeting));
  }

  private static AutoCloseable part(String name) {
    log.info("{} has started", name);
    return () -> log.info("{} is stopped", name);
  }
}
