package io.virga.computeagent.agent;

import io.virga.computeagent.configdrive.ConfigDrive;
import io.virga.computeagent.domain.HostFacts;
import io.virga.computeagent.domain.VirtType;
import io.virga.computeagent.host.LibvirtHome;
import io.virga.computeagent.host.NbdServer;
import io.virga.computeagent.host.OpenVswitch;
import io.virga.computeagent.host.Programs;
import io.virga.computeagent.host.TinyGuest;
import io.virga.computeagent.libvirt.DomainListener;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.computeagent.libvirt.LibvirtHypervisor;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A compute host with real parts, on which a test brings instances about step by step. */
final class GuestHost implements AutoCloseable {

  static final String BRIDGE = "brvirgatest";

  final Path home;
  final LibvirtHome libvirt;
  final NbdServer nbd;
  final OpenVswitch openVswitch;
  final HostFacts facts;
  final LibvirtHypervisor hypervisor;
  private final Map<String, InstanceMemory> memories = new ConcurrentHashMap<>();

  GuestHost() throws Exception {
    home = Files.createTempDirectory("virga-compute");
    libvirt = new LibvirtHome(home);
    nbd = new NbdServer(home);
    nbd.start();
    openVswitch = new OpenVswitch(libvirt.openVswitchDirectory(), BRIDGE);
    libvirt.start();
    facts =
        new HostFacts(
            VirtType.QEMU,
            Path.of("/usr/bin/qemu-system-x86_64"),
            nbd.socket(),
            BRIDGE,
            home.resolve("instances"));
    hypervisor =
        new LibvirtHypervisor(
            libvirt.uri(),
            new DomainListener() {
              @Override
              public void changed(String instanceId) {}

              @Override
              public void rebooted(String instanceId) {
                memory(instanceId).guestRebooted();
              }
            });
  }

  /** A bootable root disk, and a blank one. */
  void makeDisk(String exportName, boolean bootable) throws Exception {
    if (bootable) {
      Files.copy(TinyGuest.image(), nbd.export(exportName));
    } else {
      Files.write(nbd.export(exportName), new byte[1 << 20]);
    }
  }

  private InstanceMemory memory(String instanceId) {
    return memories.computeIfAbsent(instanceId, id -> new InstanceMemory());
  }

  /** An agent that was killed remembers nothing. */
  void forgetEverything() {
    memories.clear();
  }

  /** One look, with the memory of the looks before. */
  Outcome look(InstanceSpec spec) {
    InstanceReconciler reconciler =
        new InstanceReconciler(
            hypervisor,
            facts,
            new InstanceFolders(facts, new ConfigDrive(Path.of("/usr/bin/genisoimage"))),
            InstantSource.system());
    return reconciler.reconcile(spec, memory(spec.id()));
  }

  /** Looks until the instance is as desired. */
  ObservedState converge(InstanceSpec spec) {
    AtomicReference<@Nullable ObservedState> last = new AtomicReference<>();
    Programs.await(
        "instance as desired in generation " + spec.generation(),
        Duration.ofSeconds(90),
        () -> {
          try {
            Outcome outcome = look(spec);
            last.set(outcome.observed());
            return outcome.again().isEmpty() && outcome.observed().status() != Status.PENDING;
          } catch (HypervisorException e) {
            return false;
          }
        });
    return Objects.requireNonNull(last.get());
  }

  /** What the guest has written to its console. */
  String console(String instanceId) {
    try {
      Path log = facts.consoleLog(instanceId);
      return Files.exists(log)
          ? new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often the guest has come up. */
  long boots(String instanceId) {
    return console(instanceId).lines().filter(line -> line.contains("GUEST-UP")).count();
  }

  void awaitBoots(String instanceId, int boots) {
    Programs.await(
        boots + " boots of the guest", Duration.ofSeconds(60), () -> boots(instanceId) >= boots);
  }

  /** Waits for a line that comes after what is on the console now. */
  void awaitNew(String instanceId, String text) {
    int from = console(instanceId).length();
    Programs.await(
        text, Duration.ofSeconds(60), () -> console(instanceId).indexOf(text, from) >= 0);
  }

  @Override
  public void close() throws Exception {
    for (String id : hypervisor.instances()) {
      if (hypervisor.find(id).filter(status -> status.phase().active()).isPresent()) {
        hypervisor.destroy(id);
      }
      hypervisor.undefine(id);
    }
    hypervisor.close();
    libvirt.close();
    openVswitch.close();
    nbd.close();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
