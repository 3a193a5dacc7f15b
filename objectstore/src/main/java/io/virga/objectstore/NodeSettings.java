package io.virga.objectstore;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.DataSize;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.configuration.Settings;
import io.virga.objectstore.audit.AuditOptions;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.replicator.Replicator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What a node is set up with.
 *
 * @param devices directories; the last part of each is the device's name in the ring
 * @param node where this node listens for the others, as the rings say it
 * @param rings the directory of the rings
 * @param replication how replicas are kept the same
 * @param hearsay within what time every node has heard of a change of the rings
 * @param audit how devices are read for damage
 * @param hashPrefix the secret that goes before every path that is hashed
 */
record NodeSettings(
    List<Path> devices,
    HostPort node,
    Path rings,
    SecretFile hashPrefix,
    DeviceOptions options,
    Replicator.Options replication,
    Duration hearsay,
    AuditOptions audit) {

  private static final int MAXIMUM_THREADS = 256;

  static NodeSettings read(Settings settings) {
    List<Path> devices =
        Arrays.stream(settings.text("virga.objectstore.devices").split(",", -1))
            .map(String::strip)
            .map(Path::of)
            .toList();
    if (devices.stream().map(Path::getFileName).distinct().count() != devices.size()) {
      throw new ConfigurationException(
          "virga.objectstore.devices: two directories have the same last name");
    }
    DeviceOptions base = DeviceOptions.defaults();
    DeviceOptions options =
        new DeviceOptions(
            size(settings, "virga.objectstore.data-segment", base.dataSegmentBytes()),
            size(settings, "virga.objectstore.journal-segment", base.journalSegmentBytes()),
            size(settings, "virga.objectstore.index-cache", base.indexCacheBytes()),
            size(settings, "virga.objectstore.minimum-free", base.minimumFreeBytes()),
            settings.integer("virga.objectstore.io-threads", 1, MAXIMUM_THREADS, base.ioThreads()),
            base.waitingChanges(),
            size(settings, "virga.objectstore.compaction-rate", base.compactionBytesPerSecond()),
            settings.duration("virga.objectstore.reclaim-age", base.reclaimAge()));
    return new NodeSettings(
        devices,
        settings.hostPort("virga.objectstore.node"),
        settings.path("virga.objectstore.rings"),
        settings.secretFile("virga.objectstore.hash-prefix-file"),
        options,
        replication(settings),
        settings.duration("virga.objectstore.ring-hearsay", Duration.ofSeconds(15)),
        audit(settings));
  }

  private static AuditOptions audit(Settings settings) {
    AuditOptions base = AuditOptions.defaults();
    return new AuditOptions(
        size(settings, "virga.objectstore.audit-rate", base.bytesPerSecond()),
        settings.duration("virga.objectstore.audit-interval", base.interval()));
  }

  private static Replicator.Options replication(Settings settings) {
    return new Replicator.Options(
        settings.duration("virga.objectstore.replication-pause", Duration.ofSeconds(30)),
        size(settings, "virga.objectstore.replication-rate", 100L << 20));
  }

  private static long size(Settings settings, String key, long defaultBytes) {
    return settings.size(key, new DataSize(defaultBytes)).bytes();
  }
}
