package io.virga.computeagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.computeagent.console.ConsoleClient;
import io.virga.computeagent.console.ConsoleServer;
import io.virga.computeagent.domain.Instances;
import io.virga.computeagent.host.Programs;
import io.virga.computeagent.libvirt.DomainStatus.Phase;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.computeagent.libvirt.HypervisorException.Reason;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real libvirtd, QEMU, Open vSwitch and NBD server, and a guest that boots from its disk. */
@Tag("e2e")
class RealGuestTest {

  private static final String ID = Instances.ID;

  private GuestHost host;

  @BeforeEach
  void startHost() throws Exception {
    host = new GuestHost();
    host.makeDisk(Instances.root().exportName(), true);
    host.makeDisk(Instances.data().exportName(), false);
  }

  @AfterEach
  void stopHost() throws Exception {
    host.close();
  }

  @Test
  void aGuestLivesItsWholeLife() throws Exception {
    InstanceSpec spec = Instances.running();
    ObservedState running = host.converge(spec);
    assertThat(running.status()).isEqualTo(Status.READY);
    assertThat(running.details()).containsEntry("power", "running").containsKey("startedAt");
    host.awaitBoots(ID, 1);
    assertThat(host.openVswitch.externalIds(Instances.nic().tapName()))
        .contains("iface-id=\"" + Instances.nic().portId() + "\"");

    InstanceSpec attached = Instances.with(spec, Instances.root(), Instances.data());
    assertThat(host.converge(attached).status()).isEqualTo(Status.READY);
    host.awaitNew(ID, "WROTE vdb");

    InstanceSpec detached = Instances.with(attached, Instances.root());
    assertThat(host.converge(detached).details())
        .containsEntry("diskDetached:" + Instances.DATA_VOLUME, "true");
    String written =
        new String(
            Files.readAllBytes(host.nbd.export(Instances.data().exportName())),
            StandardCharsets.ISO_8859_1);
    assertThat(written).startsWith("count ");

    InstanceSpec hard = Instances.hardRebooted(detached);
    host.converge(hard);
    host.awaitBoots(ID, 2);
    host.forgetEverything();
    host.converge(hard);
    assertThat(host.boots(ID)).isEqualTo(2);
    host.awaitNew(ID, "TICK");

    InstanceSpec soft = Instances.softRebooted(hard);
    assertThat(host.converge(soft).status()).isEqualTo(Status.READY);
    host.awaitBoots(ID, 3);
    host.awaitNew(ID, "TICK");

    InstanceSpec stopped = Instances.with(soft, PowerState.STOPPED);
    assertThat(host.converge(stopped).details()).containsEntry("power", "stopped");
    assertThat(host.console(ID)).contains("POWER-BUTTON");

    InstanceSpec started = Instances.with(stopped, PowerState.RUNNING);
    host.converge(started);
    host.awaitBoots(ID, 4);

    InstanceSpec absent = Instances.with(started, PowerState.ABSENT);
    assertThat(host.converge(absent).status()).isEqualTo(Status.ABSENT);
    assertThat(host.hypervisor.find(ID)).isEmpty();
    assertThat(host.facts.instanceDirectory(ID)).doesNotExist();
    assertThat(host.converge(absent).status()).isEqualTo(Status.ABSENT);
  }

  @Test
  void aGuestIsSpokenToAndSeenByControl() throws Exception {
    host.converge(Instances.running());
    host.awaitBoots(ID, 1);
    ConsoleServer.Places places =
        new ConsoleServer.Places(
            host.facts::consoleLog, id -> AgentService.consoles(host.hypervisor, id));
    try (ConsoleClient consoles = new ConsoleClient(host.home, places)) {
      ConsoleClient.Session line = consoles.open(ID, "serial");
      line.awaitText("TICK");
      line.send("hello\n");
      line.awaitText("HEARD hello");
      host.awaitNew(ID, "TICK");
      assertThat(host.console(ID)).as("it is logged all the same").contains("HEARD hello");
      ConsoleClient.Session screen = consoles.open(ID, "vnc");
      screen.awaitText("RFB 003.008\n");
      screen.send("RFB 003.008\n");
      screen.awaitText("\u0001\u0001");
    }
  }

  @Test
  void aGuestGoesOnWithTheCopyOfItsDisk() throws Exception {
    InstanceSpec attached = Instances.with(Instances.running(), Instances.root(), Instances.data());
    host.converge(attached);
    host.awaitNew(ID, "WROTE vdb");
    Path before = host.nbd.export(Instances.data().exportName());
    byte[] mark = "MARK".getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile disk = new RandomAccessFile(before.toFile(), "rw")) {
      disk.seek(64 << 10);
      disk.write(mark);
    }
    String next = "0c0c0c0c-0000-4000-8000-000000000003";
    host.makeDisk(next + ".1", false);
    InstanceSpec swapped = Instances.with(attached, Instances.root(), Instances.dataBefore(next));
    ObservedState done = host.converge(swapped);
    assertThat(done.details()).containsEntry("diskDetached:" + Instances.DATA_VOLUME, "true");
    byte[] left = Files.readAllBytes(before);
    host.awaitNew(ID, "WROTE vdb");
    byte[] copied = Files.readAllBytes(host.nbd.export(next + ".1"));
    assertThat(Arrays.copyOfRange(copied, 64 << 10, (64 << 10) + 4)).isEqualTo(mark);
    assertThat(new String(copied, StandardCharsets.ISO_8859_1)).startsWith("count ");
    assertThat(Files.readAllBytes(before)).as("nothing is written to it").isEqualTo(left);
    assertThat(host.console(ID)).doesNotContain("IO-ERROR");
    host.converge(Instances.hardRebooted(swapped));
    host.awaitBoots(ID, 2);
    host.awaitNew(ID, "WROTE vdb");
    assertThat(Files.readAllBytes(before)).isEqualTo(left);
  }

  @Test
  void aGuestFindsItsConfigDrive() {
    host.converge(Instances.withConfigDrive());
    host.awaitNew(ID, "CONFIG-DRIVE config-2");
  }

  @Test
  @Tag("soak")
  void aGuestWaitsForABlockstoreThatIsKilled() throws Exception {
    InstanceSpec spec = Instances.with(Instances.running(), Instances.root(), Instances.data());
    host.converge(spec);
    host.awaitNew(ID, "WROTE vdb");
    for (int round = 0; round < 3; round++) {
      host.nbd.kill();
      host.nbd.start();
      host.awaitNew(ID, "WROTE vdb");
    }
    assertThat(host.console(ID)).doesNotContain("IO-ERROR");
    assertThat(host.boots(ID)).isEqualTo(1);
    assertThat(host.converge(spec).status()).isEqualTo(Status.READY);
  }

  @Test
  void aGuestOutlivesLibvirtd() throws Exception {
    InstanceSpec spec = Instances.running();
    host.converge(spec);
    host.awaitBoots(ID, 1);
    host.libvirt.kill();
    host.awaitNew(ID, "TICK");
    host.libvirt.start();
    host.forgetEverything();
    assertThat(host.converge(spec).status()).isEqualTo(Status.READY);
    InstanceSpec attached = Instances.with(spec, Instances.root(), Instances.data());
    host.converge(attached);
    host.awaitNew(ID, "WROTE vdb");
    assertThat(host.boots(ID)).isEqualTo(1);
  }

  @Test
  @Tag("soak")
  void aKilledQemuIsStartedAgain() throws Exception {
    InstanceSpec spec = Instances.running();
    host.converge(spec);
    host.awaitBoots(ID, 1);
    long pid = host.libvirt.qemuPid(ID);
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    Programs.await(
        "the end of QEMU",
        Duration.ofSeconds(10),
        () -> host.hypervisor.find(ID).orElseThrow().phase() == Phase.OFF);
    assertThat(host.converge(spec).details()).containsEntry("power", "running");
    host.awaitBoots(ID, 2);
  }

  @Test
  @Tag("soak")
  void aGuestThatSwitchesItselfOffStaysOff() throws Exception {
    InstanceSpec spec = Instances.with(Instances.running(), Instances.root(), Instances.data());
    byte[] disk = new byte[1 << 20];
    byte[] halt = "HALT".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(halt, 0, disk, 512, halt.length);
    Files.write(host.nbd.export(Instances.data().exportName()), disk);
    host.converge(spec);
    Programs.await(
        "the guest's end",
        Duration.ofSeconds(60),
        () -> host.hypervisor.find(ID).orElseThrow().phase() == Phase.OFF_BY_GUEST);
    assertThat(host.converge(spec).details()).containsEntry("power", "stopped");
    host.libvirt.kill();
    host.libvirt.start();
    host.forgetEverything();
    assertThat(host.converge(spec).details()).containsEntry("power", "stopped");
    host.converge(Instances.with(spec, Instances.root()));
    host.awaitBoots(ID, 2);
  }

  @Test
  void waitsForAnExportThatIsNotThereYet() throws Exception {
    Files.delete(host.nbd.export(Instances.root().exportName()));
    InstanceSpec spec = Instances.running();
    Programs.await(
        "a refusal",
        Duration.ofSeconds(10),
        () -> {
          try {
            host.look(spec);
            return false;
          } catch (HypervisorException e) {
            return e.reason() == Reason.DISK_AWAY;
          }
        });
    host.makeDisk(Instances.root().exportName(), true);
    host.converge(spec);
    host.awaitBoots(ID, 1);
  }
}
