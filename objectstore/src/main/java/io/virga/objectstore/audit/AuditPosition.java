package io.virga.objectstore.audit;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the audit of a device has come, kept in the file {@code audit} of the device so that a
 * restart goes on there.
 *
 * @param pass from 1; 0 before the first
 * @param startedMillis when the pass began
 * @param running whether it has not ended
 * @param cursor where it goes on
 * @param objects read in this pass
 * @param bytes read in this pass
 * @param damaged objects that were found damaged in this pass
 */
public record AuditPosition(
    long pass,
    long startedMillis,
    boolean running,
    byte[] cursor,
    long objects,
    long bytes,
    long damaged) {

  private static final Logger LOG = LoggerFactory.getLogger(AuditPosition.class);
  private static final String FILE = "audit";
  private static final AuditPosition NONE = new AuditPosition(0, 0, false, new byte[0], 0, 0, 0);

  /** The pass after this one. */
  AuditPosition next(long nowMillis) {
    return new AuditPosition(pass + 1, nowMillis, true, new byte[0], 0, 0, 0);
  }

  AuditPosition at(byte[] next) {
    return new AuditPosition(pass, startedMillis, true, next, objects, bytes, damaged);
  }

  AuditPosition ended() {
    return new AuditPosition(pass, startedMillis, false, new byte[0], objects, bytes, damaged);
  }

  AuditPosition read(long size, boolean wasDamaged) {
    return new AuditPosition(
        pass,
        startedMillis,
        running,
        cursor,
        objects + 1,
        bytes + size,
        damaged + (wasDamaged ? 1 : 0));
  }

  /** What a device's file says; the beginning if there is none that can be read. */
  static AuditPosition load(Path device) {
    Path file = device.resolve(FILE);
    if (!Files.exists(file)) {
      return NONE;
    }
    Properties values = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      values.load(reader);
      return new AuditPosition(
          number(values, "pass"),
          number(values, "started"),
          Boolean.parseBoolean(values.getProperty("running")),
          HexFormat.of().parseHex(values.getProperty("cursor", "")),
          number(values, "objects"),
          number(values, "bytes"),
          number(values, "damaged"));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} cannot be read; the audit begins again", file, e);
      return NONE;
    }
  }

  private static long number(Properties values, String name) {
    return Long.parseLong(values.getProperty(name, "0"));
  }

  /** Writes the file whole. */
  void save(Path device) {
    Properties values = new Properties();
    values.setProperty("pass", Long.toString(pass));
    values.setProperty("started", Long.toString(startedMillis));
    values.setProperty("running", Boolean.toString(running));
    values.setProperty("cursor", HexFormat.of().formatHex(cursor));
    values.setProperty("objects", Long.toString(objects));
    values.setProperty("bytes", Long.toString(bytes));
    values.setProperty("damaged", Long.toString(damaged));
    Path fresh = device.resolve(FILE + ".new");
    try {
      StringWriter text = new StringWriter();
      values.store(text, null);
      Files.writeString(fresh, text.toString());
      Files.move(fresh, device.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("how far the audit has come could not be written to {}", fresh, e);
    }
  }
}
