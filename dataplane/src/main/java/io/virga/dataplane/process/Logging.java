package io.virga.dataplane.process;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.DataSize;
import io.virga.dataplane.configuration.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code <virga.log.directory>/<virga.log.name>.log}, the name being the service's unless another
 * is set: one JSON object a line, rotated by size. Written by one thread behind a bounded queue, so
 * that no event loop waits for the disk; when the queue is nearly full, lines below WARN are left
 * out.
 */
final class Logging {

  private static final int QUEUED_LINES = 8192;
  private static final int KEPT_FILES = 5;

  private Logging() {}

  private enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  static void start(String service, Settings settings) {
    Path directory = settings.path("virga.log.directory");
    String name = settings.text("virga.log.name", service);
    if (Path.of(name).getNameCount() != 1) {
      throw new ConfigurationException(
          "virga.log.name = '%s': expected a file's name, without .log".formatted(name));
    }
    LogLevel level = settings.choice("virga.log.level", LogLevel.INFO);
    DataSize maxSize = settings.size("virga.log.max-size", DataSize.ofMebibytes(64));
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new ConfigurationException("cannot make virga.log.directory: " + e, e);
    }
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      throw new IllegalStateException("the logging framework is not logback");
    }
    context.reset();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    context.getLogger("io.virga").setLevel(Level.toLevel(level.name()));
    root.addAppender(queued(context, file(context, directory.resolve(name + ".log"), maxSize)));
  }

  private static RollingFileAppender<ILoggingEvent> file(
      LoggerContext context, Path file, DataSize maxSize) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(KEPT_FILES);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
    trigger.setContext(context);
    trigger.setMaxFileSize(new FileSize(maxSize.bytes()));
    trigger.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(trigger);
    appender.start();
    return appender;
  }

  private static AsyncAppender queued(
      LoggerContext context, RollingFileAppender<ILoggingEvent> file) {
    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    queue.setQueueSize(QUEUED_LINES);
    queue.setNeverBlock(true);
    queue.addAppender(file);
    queue.start();
    return queue;
  }

  /** Writes what is queued. */
  static void stop() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }
}
