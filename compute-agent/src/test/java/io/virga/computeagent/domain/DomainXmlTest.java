package io.virga.computeagent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.computeagent.domain.LiveDomain.LiveNic;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DomainXmlTest {

  private static final HostFacts HOST = Instances.host();

  @Test
  void isTheSameForTheSameInstance() {
    InstanceSpec spec = Instances.running();
    assertThat(DomainXml.of(spec, HOST, AppliedState.NONE))
        .isEqualTo(DomainXml.of(spec, HOST, AppliedState.NONE));
  }

  @Test
  void namesTheMachine() {
    assertThat(DomainXml.of(Instances.running(), HOST, AppliedState.NONE))
        .startsWith("<domain type='qemu'><name>virga-" + Instances.ID + "</name>")
        .contains("<memory unit='b'>536870912</memory>")
        .contains("<vcpu placement='static'>2</vcpu>")
        .contains("<title>vm1</title>")
        .contains("<boot dev='hd'/>")
        .contains("<entry name='uuid'>" + Instances.ID + "</entry>")
        .endsWith("</devices></domain>");
  }

  @Test
  void usesTheProcessorOnlyUnderKvm() {
    InstanceSpec spec = Instances.running();
    assertThat(DomainXml.of(spec, Instances.host(VirtType.KVM), AppliedState.NONE))
        .startsWith("<domain type='kvm'>")
        .contains("<cpu mode='host-model'");
    assertThat(DomainXml.of(spec, HOST, AppliedState.NONE)).contains("qemu64");
  }

  @Test
  void opensDisksOverTheBlockstoresSocket() {
    assertThat(DeviceXml.disk(Instances.data(), HOST))
        .isEqualTo(
            "<disk type='network' device='disk'>"
                + "<driver name='qemu' type='raw' cache='none' error_policy='stop'"
                + " rerror_policy='stop' discard='unmap'/>"
                + "<source protocol='nbd' name='0b0b0b0b-0000-4000-8000-000000000002.7'>"
                + "<host transport='unix' socket='/srv/run/nbd.sock'/>"
                + "<reconnect delay='60'/></source>"
                + "<target dev='vdb' bus='virtio'/>"
                + "<serial>0b0b0b0b-0000-4000-8</serial></disk>");
  }

  @Test
  void opensDisksOverIscsiByASecretThatLibvirtKeeps() {
    String secret = IscsiXml.secretId(Instances.DATA_VOLUME + ".7");
    String xml = DeviceXml.disk(Instances.overIscsi(), HOST);
    assertThat(xml)
        .contains(
            "<source protocol='iscsi'"
                + " name='iqn.2026-01.io.virga:0b0b0b0b-0000-4000-8000-000000000002.7/0'>"
                + "<host name='127.0.0.1' port='8721'/>"
                + "<initiator><iqn name='iqn.2026-01.io.virga:host.h1'/></initiator>"
                + "<auth username='somebody'><secret type='iscsi' uuid='"
                + secret
                + "'/></auth></source><target dev='vdb' bus='virtio'/>");
    assertThat(xml).doesNotContain("sesame");
    assertThat(IscsiXml.secret(Instances.ID, Instances.DATA_VOLUME + ".7"))
        .isEqualTo(
            "<secret ephemeral='yes' private='yes'><uuid>"
                + secret
                + "</uuid><usage type='iscsi'><target>virga-"
                + Instances.ID
                + "/0b0b0b0b-0000-4000-8000-000000000002.7"
                + "</target></usage></secret>");
  }

  @Test
  void opensADiskOfAnotherHostByTls() {
    InstanceSpec spec = Instances.with(Instances.running(), Instances.elsewhere());
    String xml = DomainXml.of(spec, HOST, AppliedState.NONE);
    assertThat(xml)
        .contains(
            "<source protocol='nbd' name='0b0b0b0b-0000-4000-8000-000000000002.7' tls='yes'>"
                + "<host name='198.18.0.2' port='8720'/>");
    LiveDisk read = LiveDomainReader.read(xml).disks().getFirst();
    assertThat(read.nbd()).isEqualTo(Instances.elsewhere().nbd());
    assertThat(read.exportName()).isEqualTo(Instances.elsewhere().exportName());
    String detaching = "<domain>" + DeviceXml.disk(read, HOST) + "</domain>";
    assertThat(LiveDomainReader.read(detaching).disks()).containsExactly(read);
  }

  @Test
  void knowsADiskOverIscsiAgain() {
    InstanceSpec spec = Instances.with(Instances.running(), Instances.overIscsi());
    LiveDisk read =
        LiveDomainReader.read(DomainXml.of(spec, HOST, AppliedState.NONE)).disks().getFirst();
    assertThat(read)
        .isEqualTo(
            new LiveDisk(
                "vdb",
                Instances.DATA_VOLUME + ".7",
                false,
                0,
                true,
                Optional.of("127.0.0.1:8721"),
                Optional.empty(),
                Optional.empty()));
    assertThat(read.volumeId()).isEqualTo(Instances.DATA_VOLUME);
    String detaching = "<domain>" + DeviceXml.disk(read, HOST) + "</domain>";
    assertThat(LiveDomainReader.read(detaching).disks()).containsExactly(read);
  }

  @Test
  void hasASerialLineAndAScreenAndFindsThemOnceItRuns() {
    String id = Instances.running().id();
    Path screen = HOST.screen(id);
    String xml = DomainXml.of(Instances.running(), HOST, AppliedState.NONE);
    assertThat(xml)
        .contains("<graphics type='vnc'><listen type='socket' socket='" + screen + "'/></graphics>")
        .contains("<video><model type='vga'");
    assertThat(LiveDomainReader.read(xml).consoles()).isEqualTo(LiveDomain.Consoles.NONE);
    String running =
        xml.replace("<domain ", "<domain id='1' ")
            .replace("<serial type='pty'>", "<serial type='pty'><source path='/dev/pts/7'/>");
    assertThat(LiveDomainReader.read(running).consoles())
        .isEqualTo(
            new LiveDomain.Consoles(Optional.of(Path.of("/dev/pts/7")), Optional.of(screen)));
  }

  @Test
  void hasNoScreenWhereASocketsPathWouldBeTooLong() {
    HostFacts deep =
        new HostFacts(
            HOST.virtType(),
            HOST.emulator(),
            HOST.nbdSocket(),
            HOST.integrationBridge(),
            Path.of("/" + "d".repeat(80)));
    String running =
        DomainXml.of(Instances.running(), deep, AppliedState.NONE)
            .replace("<domain ", "<domain id='1' ");
    assertThat(running).contains("<graphics type='vnc'><listen type='none'/></graphics>");
    assertThat(LiveDomainReader.read(running).consoles().vncSocket()).isEmpty();
  }

  @Test
  void readsWhatADiskIsBeingCopiedTo() {
    String disk =
        "<domain><disk type='network'><source protocol='nbd' name='a.1'/>"
            + "<mirror type='network' job='copy'%s><format type='raw'/>"
            + "<source protocol='nbd' name='b.1'/></mirror><target dev='vdb'/></disk></domain>";
    LiveDisk copying = LiveDomainReader.read(disk.formatted("")).disks().getFirst();
    assertThat(copying.exportName()).isEqualTo("a.1");
    assertThat(copying.copy()).contains(new LiveDomain.Copy("b.1", false));
    LiveDisk ready = LiveDomainReader.read(disk.formatted(" ready='yes'")).disks().getFirst();
    assertThat(ready.copy()).contains(new LiveDomain.Copy("b.1", true));
  }

  @Test
  void marksAReadOnlyDisk() {
    DiskSpec disk = new DiskSpec("v", "v.1", "vdc", true);
    assertThat(DeviceXml.disk(disk, HOST)).contains("<serial>v</serial><readonly/></disk>");
  }

  @Test
  void plugsTapsIntoTheIntegrationBridge() {
    assertThat(DeviceXml.nic(Instances.nic(), HOST))
        .isEqualTo(
            "<interface type='bridge'><mac address='fa:16:3e:00:00:01'/><source bridge='br-int'/>"
                + "<virtualport type='openvswitch'>"
                + "<parameters interfaceid='11111111-2222-4333-8444-555555555555'/></virtualport>"
                + "<target dev='tap11111111-22'/><model type='virtio'/>"
                + "<driver><host csum='off' gso='off' tso4='off' tso6='off' ecn='off' ufo='off'/>"
                + "<guest csum='off' tso4='off' tso6='off' ecn='off' ufo='off'/></driver>"
                + "<mtu size='1450'/>"
                + "</interface>");
  }

  @Test
  void appendsTheConsoleToTheInstancesLog() {
    assertThat(DomainXml.of(Instances.running(), HOST, AppliedState.NONE))
        .contains(
            "<log file='/srv/data/compute-agent/" + Instances.ID + "/console.log' append='on'/>");
  }

  @Test
  void givesTheConfigDriveAsACdRom() {
    assertThat(DomainXml.of(Instances.withConfigDrive(), HOST, AppliedState.NONE))
        .contains(
            "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source"
                + " file='/srv/data/compute-agent/"
                + Instances.ID
                + "/config-drive.iso'/><target dev='hda' bus='ide'/><readonly/></disk>");
  }

  @Test
  void aTenantsNameCannotBreakOut() {
    String name = "x</title><devices><disk/>\u0000\n\u001b'&";
    String xml = DomainXml.of(Instances.named(name), HOST, AppliedState.NONE);
    assertThat(xml)
        .contains("<title>x&lt;/title&gt;&lt;devices&gt;&lt;disk/&gt;   &apos;&amp;</title>");
    assertThat(LiveDomainReader.read(xml).disks()).hasSize(1);
  }

  @Test
  void leavesOutATitleOfNothing() {
    assertThat(DomainXml.of(Instances.named("\n\u0007 "), HOST, AppliedState.NONE))
        .doesNotContain("<title");
  }

  @Test
  void refusesAnIdThatIsNoUuid() {
    assertThatThrownBy(() -> HOST.consoleLog("../../etc/passwd"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(InstanceNames.instanceId("virga-../../x")).isEmpty();
    assertThat(InstanceNames.instanceId("somebody-elses")).isEmpty();
    assertThat(InstanceNames.instanceId("virga-" + Instances.ID)).contains(Instances.ID);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    AppliedState applied =
        new AppliedState(
            9,
            3,
            2,
            8,
            true,
            Optional.of(Instant.parse("2026-11-21T12:00:00Z")),
            List.of("a", "b"));
    InstanceSpec spec = Instances.with(Instances.running(), Instances.root(), Instances.data());
    LiveDomain read = LiveDomainReader.read(DomainXml.of(spec, HOST, applied));
    assertThat(read.applied()).isEqualTo(applied);
    assertThat(read.disks())
        .containsExactly(
            new LiveDisk("vda", Instances.ROOT_VOLUME + ".1", false, 0, true),
            new LiveDisk("vdb", Instances.DATA_VOLUME + ".7", false, 0, true));
    assertThat(read.disks().get(1).volumeId()).isEqualTo(Instances.DATA_VOLUME);
    assertThat(read.nics())
        .containsExactly(
            new LiveNic(
                "11111111-2222-4333-8444-555555555555", "fa:16:3e:00:00:01", "tap11111111-22"));
  }

  @Test
  void damagedMetadataCountsAsNothingDone() {
    String xml =
        "<domain><metadata><v:instance xmlns:v='"
            + AppliedStateXml.NAMESPACE
            + "' generation='x' startedAt='yesterday'/></metadata></domain>";
    assertThat(LiveDomainReader.read(xml).applied()).isEqualTo(AppliedState.NONE);
  }

  @Test
  void readsNoEntityFromOutside() {
    String xml = "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><domain>&e;</domain>";
    assertThatThrownBy(() -> LiveDomainReader.read(xml))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
