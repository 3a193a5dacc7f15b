package io.virga.blockstore.agent;

import io.virga.blockstore.nbd.PresharedKeys;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.DataSize;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.configuration.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the operator says of a block store.
 *
 * @param devices directories, each a pool of its own
 * @param lostPools pools that were on devices and will not come back
 * @param poolLimit the most bytes of segments in each pool; empty for what the file system has
 * @param scrubRate how much of each pool is read again in a second; empty for not at all
 * @param socketLoops where sockets and TLS run
 * @param socketMode of the unix socket, octal
 * @param nbdKeys open exports of the hosts that they are filed under, over TLS
 */
record BlockstoreSettings(
    List<Path> devices,
    Set<UUID> lostPools,
    Optional<DataSize> poolLimit,
    Optional<DataSize> scrubRate,
    SocketLoops socketLoops,
    Path nbdSocket,
    Optional<String> socketGroup,
    String socketMode,
    HostPort nbdListen,
    Optional<PresharedKeys> nbdKeys,
    IscsiSettings iscsi,
    Optional<Contents> contents,
    String objectStoreUrl) {

  private static final String NBD_KEYS = "virga.blockstore.nbd-psk-file";

  /** Which event loops have sockets. */
  enum SocketLoops {
    /** That of the pools: the shortest way, and one core for everything. */
    ONE,
    /** All of the process, which connections take turns on. */
    ALL
  }

  /**
   * Where control reads whole volumes.
   *
   * @param url what control is told
   */
  record Contents(HostPort listen, String url) {

    static Optional<Contents> read(Settings settings) {
      return settings
          .optionalText("virga.blockstore.contents-url")
          .map(
              url ->
                  new Contents(
                      settings.hostPort(
                          "virga.blockstore.contents-listen", new HostPort("127.0.0.1", 8722)),
                      url));
    }
  }

  /** Where volumes are opened, in the words in which control is told of it. */
  Map<String, String> portals() {
    InetAddress address = nbdListen.resolve().getAddress();
    boolean inTheClear = address != null && address.isLoopbackAddress();
    Map<String, String> portals = new HashMap<>();
    portals.put("nbdUrl", (inTheClear ? "nbd://" : "nbds://") + nbdListen);
    iscsi.portal().ifPresent(portal -> portals.put("iscsiPortal", portal.toString()));
    contents.ifPresent(offered -> portals.put("contentsUrl", offered.url()));
    return portals;
  }

  static BlockstoreSettings read(Settings settings) {
    List<Path> devices =
        Arrays.stream(settings.text("virga.blockstore.devices").split(",", -1))
            .map(String::strip)
            .map(Path::of)
            .toList();
    Optional<String> group = settings.optionalText("virga.blockstore.nbd-socket-group");
    String mode =
        settings.text("virga.blockstore.nbd-socket-mode", group.isPresent() ? "0660" : "0600");
    if (!mode.matches("0?[0-7]{3}")) {
      throw new ConfigurationException(
          "virga.blockstore.nbd-socket-mode = '" + mode + "': expected octal, for example 0660");
    }
    return new BlockstoreSettings(
        devices,
        settings
            .optionalText("virga.blockstore.lost-pools")
            .map(BlockstoreSettings::pools)
            .orElse(Set.of()),
        settings.optionalText("virga.blockstore.pool-limit").map(DataSize::parse),
        Optional.of(DataSize.parse(settings.text("virga.blockstore.scrub-rate", "16MiB")))
            .filter(rate -> rate.bytes() > 0),
        settings.choice("virga.blockstore.socket-loops", SocketLoops.ONE),
        settings.path("virga.blockstore.nbd-socket").toAbsolutePath(),
        group,
        mode,
        settings.hostPort("virga.blockstore.nbd-listen", new HostPort("127.0.0.1", 8720)),
        settings.optionalSecretFile(NBD_KEYS).map(BlockstoreSettings::keys),
        IscsiSettings.read(settings),
        Contents.read(settings),
        settings.text("virga.blockstore.object-store-url"));
  }

  private static PresharedKeys keys(SecretFile file) {
    try {
      return PresharedKeys.parse(file.read());
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(NBD_KEYS + ": " + e.getMessage(), e);
    }
  }

  private static Set<UUID> pools(String list) {
    Set<UUID> pools = new HashSet<>();
    for (String each : list.split(",", -1)) {
      try {
        pools.add(UUID.fromString(each.strip()));
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException(
            "virga.blockstore.lost-pools: '"
                + each.strip()
                + "' is no UUID of a pool, as the health of pools tells them",
            e);
      }
    }
    return pools;
  }
}
