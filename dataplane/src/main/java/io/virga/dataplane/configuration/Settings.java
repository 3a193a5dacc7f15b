package io.virga.dataplane.configuration;

import io.virga.dataplane.Invariant;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one process: a properties file, overridden by the environment ({@code
 * virga.control.listen} by {@code VIRGA_CONTROL_LISTEN}).
 *
 * <p>Reading a key declares it. After all reads, {@link #refuseUnknown()} refuses whatever the file
 * names and nobody has read. A getter without a default fails when the key is not set. Every
 * failure is a {@link ConfigurationException} that names the key, the value and what is accepted.
 * Used by one thread, at start.
 */
public final class Settings {

  private static final Pattern KEY = Pattern.compile("virga(\\.[a-z0-9]+(-[a-z0-9]+)*)+");

  private final String origin;
  private final Map<String, String> values;
  private final Map<String, String> environment;
  private final TreeSet<String> declared = new TreeSet<>();
  private boolean closed;

  private Settings(String origin, Map<String, String> values, Map<String, String> environment) {
    this.origin = origin;
    this.values = Map.copyOf(values);
    this.environment = Map.copyOf(environment);
  }

  /** Reads a properties file in UTF-8. Blocks. */
  public static Settings load(Path file, Map<String, String> environment) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException("cannot read the settings file " + file + ": " + e, e);
    }
    Map<String, String> values = new HashMap<>();
    properties.stringPropertyNames().forEach(k -> values.put(k, properties.getProperty(k)));
    return new Settings(file.toString(), values, environment);
  }

  /** Settings that are already at hand. */
  public static Settings of(Map<String, String> values) {
    return new Settings("the given settings", values, Map.of());
  }

  public String text(String key) {
    return required(key, Function.identity());
  }

  public String text(String key, String defaultValue) {
    return optional(key, Function.identity()).orElse(defaultValue);
  }

  public Optional<String> optionalText(String key) {
    return optional(key, Function.identity());
  }

  public Path path(String key) {
    return required(key, Path::of);
  }

  public Path path(String key, Path defaultValue) {
    return optional(key, Path::of).orElse(defaultValue);
  }

  public Optional<Path> optionalPath(String key) {
    return optional(key, Path::of);
  }

  /** A whole number from {@code min} to {@code max}, both accepted. */
  public int integer(String key, int min, int max) {
    return required(key, text -> integerOf(text, min, max));
  }

  /** As above; the default must lie in the range too. */
  public int integer(String key, int min, int max, int defaultValue) {
    Invariant.check(min <= defaultValue && defaultValue <= max, "default within its range");
    return optional(key, text -> integerOf(text, min, max)).orElse(defaultValue);
  }

  /** A size with its unit, {@code 64MiB}. */
  public DataSize size(String key) {
    return required(key, DataSize::parse);
  }

  public DataSize size(String key, DataSize defaultValue) {
    return optional(key, DataSize::parse).orElse(defaultValue);
  }

  /** A time with its unit, {@code 500ms}. */
  public Duration duration(String key) {
    return required(key, DurationText::parse);
  }

  public Duration duration(String key, Duration defaultValue) {
    return optional(key, DurationText::parse).orElse(defaultValue);
  }

  public HostPort hostPort(String key) {
    return required(key, HostPort::parse);
  }

  public HostPort hostPort(String key, HostPort defaultValue) {
    return optional(key, HostPort::parse).orElse(defaultValue);
  }

  public Optional<HostPort> optionalHostPort(String key) {
    return optional(key, HostPort::parse);
  }

  /** A file with a secret in it, mode 0600; the key ends in {@code -file}. */
  public SecretFile secretFile(String key) {
    Invariant.check(key.endsWith("-file"), "the key of a secret ends in -file");
    return required(key, text -> SecretFile.checked(Path.of(text)));
  }

  public Optional<SecretFile> optionalSecretFile(String key) {
    Invariant.check(key.endsWith("-file"), "the key of a secret ends in -file");
    return optional(key, text -> SecretFile.checked(Path.of(text)));
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key, boolean defaultValue) {
    return optional(key, Settings::flagOf).orElse(defaultValue);
  }

  public boolean flag(String key) {
    return required(key, Settings::flagOf);
  }

  /**
   * One of an enum's constants in lower case: {@code IO_URING} is written {@code io_uring} or
   * {@code io-uring}.
   */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    return required(key, text -> choiceOf(text, type));
  }

  public <E extends Enum<E>> E choice(String key, E defaultValue) {
    return optional(key, text -> choiceOf(text, defaultValue.getDeclaringClass()))
        .orElse(defaultValue);
  }

  /**
   * Refuses keys of the file that no getter has asked for. Ends the reading: a getter called after
   * it is a programmer's error. May be called again.
   */
  public void refuseUnknown() {
    closed = true;
    for (String key : new TreeSet<>(values.keySet())) {
      if (!declared.contains(key)) {
        String nearest =
            NearestKey.to(key, declared)
                .map(known -> "; the nearest known key is " + known)
                .orElse("; no key is known");
        throw new ConfigurationException(
            "unknown setting %s = '%s' in %s%s"
                .formatted(key, shownValue(key, values.get(key)), origin, nearest));
      }
    }
  }

  private <T> T required(String key, Function<String, T> parse) {
    return optional(key, parse)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "missing setting %s in %s (or %s in the environment)"
                        .formatted(key, origin, environmentName(key))));
  }

  private <T> Optional<T> optional(String key, Function<String, T> parse) {
    Invariant.check(KEY.matcher(key).matches(), "a key is virga.<name>.<name> in kebab case");
    Invariant.check(!closed, "all settings are read before the first part starts");
    declared.add(key);
    String fromEnvironment = environment.get(environmentName(key));
    String text = fromEnvironment != null ? fromEnvironment : values.get(key);
    if (text == null) {
      return Optional.empty();
    }
    String source = fromEnvironment != null ? environmentName(key) : origin;
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      throw refused(key, stripped, source, "expected a value");
    }
    try {
      return Optional.of(parse.apply(stripped));
    } catch (IllegalArgumentException e) {
      throw refused(key, stripped, source, String.valueOf(e.getMessage()));
    }
  }

  private static ConfigurationException refused(
      String key, String value, String source, String accepted) {
    return new ConfigurationException(
        "%s = '%s' in %s: %s".formatted(key, shownValue(key, value), source, accepted));
  }

  /** A value that someone put where only a file's name belongs must not reach a log whole. */
  private static String shownValue(String key, @Nullable String value) {
    String shown = value == null ? "" : value;
    boolean secretByName = key.matches(".*(secret|password|token)$");
    return secretByName ? "…" : shown.length() > 200 ? shown.substring(0, 200) + "…" : shown;
  }

  private static String environmentName(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static int integerOf(String text, int min, int max) {
    String accepted = "expected a whole number from %d to %d".formatted(min, max);
    try {
      int value = Integer.parseInt(text);
      if (value < min || value > max) {
        throw new IllegalArgumentException(accepted);
      }
      return value;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(accepted, e);
    }
  }

  private static boolean flagOf(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("expected true or false");
    };
  }

  private static <E extends Enum<E>> E choiceOf(String text, Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> kebab(constant).equals(text) || snake(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(Settings::snake)
                            .collect(Collectors.joining(", "))));
  }

  private static String kebab(Enum<?> constant) {
    return snake(constant).replace('_', '-');
  }

  private static String snake(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
