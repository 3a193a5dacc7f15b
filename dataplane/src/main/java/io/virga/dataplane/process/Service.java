package io.virga.dataplane.process;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.Settings;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The common main of all services.
 *
 * <p>Settings, logging, identity, transport and operations come first, then the service's own parts
 * in their order. SIGTERM ends the JVM in the normal way (so an AOT cache that was asked for is
 * written): a shutdown hook stops the parts in reverse within ten seconds. Exit codes: 1 after a
 * fatal error at start, with one line on standard error; 2 after a fatal error later; 143 after
 * SIGTERM, as the JVM has it.
 */
public final class Service {

  private static final Logger log = LoggerFactory.getLogger(Service.class);
  private static final int EXIT_START_FAILED = 1;
  private static final int EXIT_FATAL = 2;

  private Service() {}

  /** What makes a service of its own. */
  @FunctionalInterface
  public interface Starter {

    /**
     * Reads all settings first, then starts the parts with {@link ServiceContext#start}. Returns
     * when the service is ready.
     */
    void start(ServiceContext context) throws Exception;
  }

  /**
   * Runs until the process is told to stop.
   *
   * @param name {@code control}, {@code objectstore}, …
   * @param arguments one: the settings file
   */
  public static void run(String name, String[] arguments, Starter starter) {
    CountDownLatch forever = new CountDownLatch(1);
    try {
      ServiceContext context = start(name, arguments, starter);
      log.info("{} is ready after {} ms", name, context.startUpMillis());
      forever.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | LinkageError e) {
      log.error("{} cannot start", name, e);
      printFatal(name, e);
      System.exit(EXIT_START_FAILED);
    }
  }

  private static ServiceContext start(String name, String[] arguments, Starter starter)
      throws Exception {
    if (arguments.length != 1) {
      throw new ConfigurationException("expected one argument, the settings file");
    }
    Settings settings = Settings.load(Path.of(arguments[0]), System.getenv());
    ServiceContext context = ServiceContext.open(name, settings);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> log.error("the thread {} ended", thread.getName(), error));
    Runtime.getRuntime().addShutdownHook(new Thread(context::stop, "stop"));
    starter.start(context);
    context.ready();
    return context;
  }

  /** Ends the process after an error that nothing can mend; for parts that find one later. */
  public static void fatal(String name, Throwable error) {
    log.error("{} cannot go on", name, error);
    Thread.ofPlatform().name("fatal").start(() -> System.exit(EXIT_FATAL));
  }

  private static void printFatal(String name, Throwable error) {
    String message = error.getMessage();
    String line =
        error instanceof ConfigurationException && message != null ? message : error.toString();
    StandardError.println("virga " + name + ": " + line.replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }
}
