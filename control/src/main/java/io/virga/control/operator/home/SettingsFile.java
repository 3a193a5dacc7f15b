package io.virga.control.operator.home;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A settings file that Virga writes and an operator may edit. Beside it stands what Virga wrote
 * last, so that a new default reaches every key that the operator left alone, and no other.
 */
public final class SettingsFile {

  private static final String HEADER =
      """
      # Written by ./virga up. Edit what you like: a key that you change or add stays yours; the
      # others follow the defaults of the version that runs.
      """;

  private final Path file;
  private final Path written;

  public SettingsFile(Path file) {
    this.file = file;
    this.written = file.resolveSibling("." + file.getFileName() + ".written");
  }

  /** Brings the file up to the defaults of now. Writes only what changes. */
  public void update(Map<String, String> defaults) {
    Map<String, String> before = read(written);
    Map<String, String> current = read(file);
    Map<String, String> merged = merge(before, defaults, current);
    if (!Files.exists(file) || !merged.equals(current)) {
      PrivateFiles.write(file, text(merged));
    }
    if (!defaults.equals(before)) {
      PrivateFiles.write(written, text(defaults));
    }
  }

  /**
   * @param before what was written last
   * @param defaults what would be written now
   * @param current what the file says
   */
  static Map<String, String> merge(
      Map<String, String> before, Map<String, String> defaults, Map<String, String> current) {
    Map<String, String> merged = new TreeMap<>();
    TreeSet<String> keys = new TreeSet<>(defaults.keySet());
    keys.addAll(current.keySet());
    for (String key : keys) {
      boolean untouched = Objects.equals(before.get(key), current.get(key));
      String value = untouched ? defaults.get(key) : current.get(key);
      if (value != null) {
        merged.put(key, value);
      }
    }
    return merged;
  }

  private static Map<String, String> read(Path file) {
    Map<String, String> values = new TreeMap<>();
    if (Files.exists(file)) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the settings file " + file, e);
      }
      properties.stringPropertyNames().forEach(k -> values.put(k, properties.getProperty(k)));
    }
    return values;
  }

  private static String text(Map<String, String> values) {
    StringBuilder text = new StringBuilder(HEADER);
    new TreeMap<>(values)
        .forEach(
            (key, value) ->
                text.append(key).append('=').append(value.replace("\\", "\\\\")).append('\n'));
    return text.toString();
  }
}
