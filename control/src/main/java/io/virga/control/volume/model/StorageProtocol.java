package io.virga.control.volume.model;

import io.virga.control.fault.ApiFault;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a volume is opened: cinder's extra spec {@code storage_protocol} of its type, also under the
 * scope {@code capabilities}.
 */
public enum StorageProtocol {
  NBD("NBD"),
  ISCSI("iSCSI");

  private static final List<String> KEYS =
      List.of("storage_protocol", "capabilities:storage_protocol");

  private final String title;

  StorageProtocol(String title) {
    this.title = title;
  }

  /** That of volumes of a type with the specs; NBD where they say nothing. */
  public static StorageProtocol of(Map<String, String> specs) {
    return KEYS.stream()
        .map(specs::get)
        .flatMap(value -> named(Optional.ofNullable(value)).stream())
        .findFirst()
        .orElse(NBD);
  }

  /**
   * Refuses a protocol that is not offered.
   *
   * @throws ApiFault bad request
   */
  public static void check(Map<String, String> specs) {
    for (String key : KEYS) {
      Optional<String> value = Optional.ofNullable(specs.get(key));
      if (value.isPresent() && named(value).isEmpty()) {
        throw ApiFault.badRequest(
            "extra_specs.%s: '%s' is not one of %s"
                .formatted(
                    key,
                    value.get(),
                    Arrays.stream(values()).map(p -> p.title).collect(Collectors.joining(", "))));
      }
    }
  }

  private static Optional<StorageProtocol> named(Optional<String> value) {
    return Arrays.stream(values())
        .filter(protocol -> value.filter(protocol.title::equalsIgnoreCase).isPresent())
        .findFirst();
  }
}
