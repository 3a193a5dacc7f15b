package io.virga.computeagent.domain;

import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import io.virga.dataplane.desired.InstanceSpec.NicSpec;
import io.virga.dataplane.desired.IscsiAccess;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.PowerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Instances and hosts for tests. */
public final class Instances {

  public static final String ID = "7c2f1f36-1111-4222-8333-0123456789ab";
  public static final String ROOT_VOLUME = "0a0a0a0a-0000-4000-8000-000000000001";
  public static final String DATA_VOLUME = "0b0b0b0b-0000-4000-8000-000000000002";

  private Instances() {}

  public static HostFacts host() {
    return host(VirtType.QEMU);
  }

  public static HostFacts host(VirtType virtType) {
    return new HostFacts(
        virtType,
        Path.of("/usr/bin/qemu-system-x86_64"),
        Path.of("/srv/run/nbd.sock"),
        "br-int",
        Path.of("/srv/data/compute-agent"));
  }

  public static DiskSpec root() {
    return new DiskSpec(ROOT_VOLUME, ROOT_VOLUME + ".1", "vda", false);
  }

  public static DiskSpec data() {
    return new DiskSpec(DATA_VOLUME, DATA_VOLUME + ".7", "vdb", false);
  }

  /** The same, which another volume takes over from. */
  public static DiskSpec dataBefore(String volume) {
    return new DiskSpec(
        DATA_VOLUME,
        DATA_VOLUME + ".7",
        "vdb",
        false,
        Optional.empty(),
        Optional.of(
            new InstanceSpec.Successor(volume, volume + ".1", Optional.empty(), Optional.empty())),
        Optional.empty());
  }

  /** The same volume on the blockstore of another host. */
  public static DiskSpec elsewhere() {
    return new DiskSpec(
        DATA_VOLUME,
        DATA_VOLUME + ".7",
        "vdb",
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.of(new InstanceSpec.NbdSource("198.18.0.2", 8720)));
  }

  /** The same volume over iSCSI. */
  public static DiskSpec overIscsi() {
    return new DiskSpec(
        DATA_VOLUME,
        DATA_VOLUME + ".7",
        "vdb",
        false,
        Optional.of(
            new InstanceSpec.IscsiSource(
                "127.0.0.1:8721",
                new IscsiAccess(
                    "somebody", "open sesame", Optional.of("iqn.2026-01.io.virga:host.h1")))));
  }

  public static NicSpec nic() {
    return new NicSpec(
        "11111111-2222-4333-8444-555555555555", "fa:16:3e:00:00:01", "tap11111111-22", 1450);
  }

  /** A running instance with a root disk and a card, first generation. */
  public static InstanceSpec running() {
    return named("vm1");
  }

  public static InstanceSpec named(String name) {
    return new InstanceSpec(
        ID,
        1,
        name,
        "project",
        PowerState.RUNNING,
        2,
        512L << 20,
        0,
        0,
        List.of(root()),
        List.of(nic()),
        Optional.empty());
  }

  /** Likewise, with a config drive. */
  public static InstanceSpec withConfigDrive() {
    InstanceSpec spec = running();
    MetadataSpec metadata =
        new MetadataSpec(
            ID,
            1,
            "project",
            "vm1",
            "vm1",
            "nova",
            Map.of(),
            Map.of(),
            Optional.empty(),
            List.of(),
            Map.of("root", "/dev/vda"));
    return new InstanceSpec(
        spec.id(),
        spec.generation(),
        spec.name(),
        spec.projectId(),
        spec.power(),
        spec.vcpus(),
        spec.memoryBytes(),
        spec.hardReboots(),
        spec.softReboots(),
        spec.disks(),
        spec.nics(),
        Optional.of(new InstanceSpec.ConfigDriveSpec(metadata)));
  }

  /** The same instance, next generation, with that power. */
  public static InstanceSpec with(InstanceSpec spec, PowerState power) {
    return next(spec, power, spec.hardReboots(), spec.softReboots(), spec.disks());
  }

  public static InstanceSpec with(InstanceSpec spec, DiskSpec... disks) {
    return next(spec, spec.power(), spec.hardReboots(), spec.softReboots(), List.of(disks));
  }

  /** The same instance, next generation, with those cards. */
  public static InstanceSpec with(InstanceSpec spec, NicSpec... nics) {
    InstanceSpec next =
        next(spec, spec.power(), spec.hardReboots(), spec.softReboots(), spec.disks());
    return new InstanceSpec(
        next.id(),
        next.generation(),
        next.name(),
        next.projectId(),
        next.power(),
        next.vcpus(),
        next.memoryBytes(),
        next.hardReboots(),
        next.softReboots(),
        next.disks(),
        List.of(nics),
        next.configDrive());
  }

  /** A second card. */
  public static NicSpec otherNic() {
    return new NicSpec(
        "66666666-2222-4333-8444-555555555555", "fa:16:3e:00:00:02", "tap66666666-22", 1450);
  }

  public static InstanceSpec hardRebooted(InstanceSpec spec) {
    return next(spec, spec.power(), spec.hardReboots() + 1, spec.softReboots(), spec.disks());
  }

  public static InstanceSpec softRebooted(InstanceSpec spec) {
    return next(spec, spec.power(), spec.hardReboots(), spec.softReboots() + 1, spec.disks());
  }

  private static InstanceSpec next(
      InstanceSpec spec, PowerState power, long hard, long soft, List<DiskSpec> disks) {
    return new InstanceSpec(
        spec.id(),
        spec.generation() + 1,
        spec.name(),
        spec.projectId(),
        power,
        spec.vcpus(),
        spec.memoryBytes(),
        hard,
        soft,
        disks,
        spec.nics(),
        spec.configDrive());
  }
}
