package io.virga.dataplane.ring;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The storage policies of a cloud, by index. There is policy 0, exactly one is the default, and
 * names are unique whatever their case.
 *
 * <p>The file {@code policies.json} is an array of {@code {"index": 0, "name": "default",
 * "default": true, "deprecated": false}}; the last two may be left out.
 */
public record StoragePolicies(List<StoragePolicy> all) {

  /** The only policy of a new cloud. */
  public static final StoragePolicies INITIAL =
      new StoragePolicies(List.of(new StoragePolicy(0, "default", true, false)));

  private static final long MAXIMUM_FILE_BYTES = 1 << 20;

  public StoragePolicies {
    all = all.stream().sorted(Comparator.comparingInt(StoragePolicy::index)).toList();
    Set<Integer> indexes = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (StoragePolicy policy : all) {
      if (!indexes.add(policy.index())) {
        throw new IllegalArgumentException("two storage policies have the index " + policy.index());
      }
      if (!names.add(policy.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "two storage policies are called '%s', apart from case".formatted(policy.name()));
      }
    }
    if (!indexes.contains(0)) {
      throw new IllegalArgumentException("there is no storage policy with the index 0");
    }
    long defaults = all.stream().filter(StoragePolicy::isDefault).count();
    if (defaults != 1) {
      throw new IllegalArgumentException(
          "exactly one storage policy is the default, not " + defaults);
    }
  }

  /** The policy of an index. */
  public Optional<StoragePolicy> byIndex(int index) {
    return all.stream().filter(policy -> policy.index() == index).findFirst();
  }

  /** The policy of a name, whatever its case. */
  public Optional<StoragePolicy> byName(String name) {
    return all.stream().filter(policy -> policy.name().equalsIgnoreCase(name)).findFirst();
  }

  /** What a container gets when nothing is asked for. */
  public StoragePolicy byDefault() {
    return all.stream().filter(StoragePolicy::isDefault).findFirst().orElseThrow();
  }

  /**
   * Reads {@code policies.json}.
   *
   * @throws IOException if it cannot be read, or says what cannot be
   */
  public static StoragePolicies read(Path file) throws IOException {
    if (Files.size(file) > MAXIMUM_FILE_BYTES) {
      throw new IOException(file + " is longer than " + MAXIMUM_FILE_BYTES + " bytes");
    }
    try {
      Entry[] entries = Json.read(Files.readAllBytes(file), Entry[].class);
      return new StoragePolicies(Arrays.stream(entries).map(Entry::policy).toList());
    } catch (JacksonException | IllegalArgumentException e) {
      throw new IOException(file + " holds no storage policies: " + e.getMessage(), e);
    }
  }

  /** Writes {@code policies.json}, whole or not at all. */
  public void write(Path file) throws IOException {
    List<Entry> entries = all.stream().map(Entry::of).toList();
    String text = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(entries) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    ChecksummedFile.replace(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /** A policy in the file. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Entry(
      @Nullable Integer index,
      @Nullable String name,
      @JsonProperty("default") @Nullable Boolean isDefault,
      @Nullable Boolean deprecated) {

    static Entry of(StoragePolicy policy) {
      return new Entry(
          policy.index(),
          policy.name(),
          policy.isDefault() ? true : null,
          policy.deprecated() ? true : null);
    }

    StoragePolicy policy() {
      if (index == null || name == null) {
        throw new IllegalArgumentException("a storage policy has an index and a name");
      }
      return new StoragePolicy(
          index, name, Boolean.TRUE.equals(isDefault), Boolean.TRUE.equals(deprecated));
    }
  }
}
