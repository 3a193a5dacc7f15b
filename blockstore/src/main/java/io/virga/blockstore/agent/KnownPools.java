package io.virga.blockstore.agent;

import io.virga.dataplane.json.Json;
import io.virga.dataplane.storage.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/**
 * The pools that this host has ever opened, each with the device where it was last, in the file
 * {@code pools.json} of the state directory. One thread; blocks.
 */
final class KnownPools {

  private static final String FILE = "pools.json";

  private final Path file;
  private final Map<UUID, Path> devices = new TreeMap<>();

  private KnownPools(Path file) {
    this.file = file;
  }

  /** Reads what was remembered; a file that makes no sense is an error. */
  static KnownPools load(Path stateDirectory) throws IOException {
    KnownPools known = new KnownPools(stateDirectory.resolve(FILE));
    if (Files.exists(known.file)) {
      try {
        Content content = Json.read(Files.readAllBytes(known.file), Content.class);
        content.devices.forEach((pool, device) -> known.devices.put(pool, Path.of(device)));
      } catch (JacksonException e) {
        throw new IOException(known.file + " does not say which pools there were", e);
      }
    }
    return known;
  }

  /** Each pool, and the device where it was last. */
  Map<UUID, Path> devices() {
    return Map.copyOf(devices);
  }

  /** The pool is on the device; durable when this returns. */
  void remember(UUID pool, Path device) throws IOException {
    if (!device.equals(devices.put(pool, device))) {
      Map<UUID, String> content = new TreeMap<>();
      devices.forEach((each, place) -> content.put(each, place.toString()));
      PrivateFile.replace(file, Json.mapper().writeValueAsBytes(new Content(content)));
    }
  }

  private record Content(Map<UUID, String> devices) {}
}
