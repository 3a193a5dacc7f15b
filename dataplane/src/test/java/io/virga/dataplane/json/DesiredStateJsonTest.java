package io.virga.dataplane.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.ImageMap;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.IoLimits;
import io.virga.dataplane.desired.IscsiAccess;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortQos;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.RevocationSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.WatchEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is written is read back as the same, for an example of each kind. */
class DesiredStateJsonTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456Z");
  private static final Claims CLAIMS =
      new Claims(
          "t1",
          "k1",
          new Claims.Named("u1", "demo"),
          new Claims.Named("default", "Default"),
          Optional.of(
              new Claims.Scope(
                  Claims.ScopeType.PROJECT,
                  new Claims.Named("p1", "demo"),
                  new Claims.Named("default", "Default"))),
          List.of("member", "reader"),
          List.of("password"),
          Optional.empty(),
          NOW,
          NOW.plusSeconds(60));
  private static final MetadataSpec METADATA =
      new MetadataSpec(
          "i1",
          2,
          "p1",
          "vm1",
          "vm1.local",
          "nova",
          Map.of("key", "ssh-ed25519 A"),
          Map.of("a", "b"),
          Optional.of("IyEvYmluL3No"),
          List.of("port1"),
          Map.of("root", "/dev/vda"));

  private static final IscsiAccess ACCESS =
      new IscsiAccess("user", "open sesame", Optional.of("iqn.2026-01.io.virga:host.h1"));

  static Stream<DesiredState> examples() {
    return Stream.concat(network(), others());
  }

  private static Stream<DesiredState> others() {
    return Stream.of(
        new InstanceSpec(
            "i1",
            1,
            "vm1",
            "p1",
            PowerState.RUNNING,
            1,
            64 << 20,
            0,
            0,
            List.of(
                new InstanceSpec.DiskSpec("v1", "v1.1", "vda", false),
                new InstanceSpec.DiskSpec(
                    "v2",
                    "v2.1",
                    "vdb",
                    true,
                    Optional.of(new InstanceSpec.IscsiSource("127.0.0.1:8721", ACCESS)),
                    Optional.of(
                        new InstanceSpec.Successor(
                            "v3",
                            "v3.1",
                            Optional.of(new InstanceSpec.IscsiSource("127.0.0.1:8721", ACCESS)),
                            Optional.empty())),
                    Optional.of(new InstanceSpec.NbdSource("198.18.0.2", 8720)))),
            List.of(new InstanceSpec.NicSpec("port1", "fa:16:3e:0:0:1", "tapport1", 1450)),
            Optional.of(new InstanceSpec.ConfigDriveSpec(METADATA))),
        METADATA,
        new RevocationSpec(
            "r1",
            1,
            Optional.of("t1"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NOW,
            NOW),
        new S3CredentialSpec("AKIA", 1, "secret", CLAIMS),
        new SnapshotSpec("s1", 1, Presence.PRESENT, "v1"),
        volume(new VolumeSource.Blank()),
        volume(new VolumeSource.Formatted(VolumeSource.Format.SWAP, "swap0")),
        volume(new VolumeSource.Image("im1", 1 << 30, "/v1/AUTH_s/images/im1/raw")),
        volume(new VolumeSource.Snapshot("s1")),
        volume(new VolumeSource.Volume("v0")));
  }

  private static Stream<DesiredState> network() {
    return Stream.of(
        new NetworkSpec(
            "n1",
            1,
            "p1",
            7,
            1450,
            Optional.of(new NetworkSpec.ProviderSegment("physnet1", Optional.of(100))),
            Optional.of("cloud.example."),
            List.of(
                new NetworkSpec.SubnetSpec(
                    "s1",
                    "10.0.0.0/24",
                    Optional.of("10.0.0.1"),
                    true,
                    List.of("1.1.1.1"),
                    List.of(new NetworkSpec.HostRoute("10.1.0.0/16", "10.0.0.9")),
                    Optional.of(NetworkSpec.Ipv6Mode.SLAAC),
                    Optional.of(NetworkSpec.Ipv6Mode.DHCPV6_STATELESS)))),
        new PortSpec(
            "port1",
            1,
            "n1",
            "p1",
            "h1",
            "i1",
            "tapport1",
            "vm1",
            "fa:16:3e:0:0:1",
            true,
            true,
            List.of(new PortSpec.FixedAddress("s1", "10.0.0.5")),
            List.of("g1"),
            List.of(new PortSpec.AddressPair("10.9.0.0/16", "fa:16:3e:0:0:2")),
            List.of(new PortSpec.DhcpOption(4, "bootfile-name", "pxelinux.0")),
            Optional.of(qos()),
            Optional.of(new PortSpec.TrunkParent("port9", 101))),
        new SecurityGroupSpec(
            "g1",
            1,
            List.of(
                new SecurityGroupSpec.Rule(
                    "rule1",
                    SecurityGroupSpec.Direction.INGRESS,
                    SecurityGroupSpec.EtherType.IPV4,
                    Optional.of(6),
                    Optional.of(22),
                    Optional.of(22),
                    Optional.empty(),
                    Optional.of("g1"))),
            List.of("10.0.0.5"),
            true),
        router(),
        new TunnelEndpointSpec("h2", 1, "192.0.2.2"));
  }

  private static PortQos qos() {
    return new PortQos(
        Optional.of(new PortQos.Bandwidth(10_000, 800)),
        Optional.empty(),
        Optional.of(new PortQos.PacketRate(20, 0)),
        Optional.empty(),
        Optional.of(26));
  }

  private static RouterSpec router() {
    RouterSpec.Target target = new RouterSpec.Target("port1", "10.0.0.5");
    return new RouterSpec(
        "router1",
        1,
        "p1",
        5,
        true,
        List.of(
            new RouterSpec.Interface(
                "port2",
                "n1",
                "fa:16:3e:0:0:3",
                List.of(new PortSpec.FixedAddress("s1", "10.0.0.1")))),
        List.of(new RouterSpec.Route("10.8.0.0/16", "10.0.0.9")),
        Optional.of(
            new RouterSpec.Gateway(
                "port3",
                "n2",
                "fa:16:3e:0:0:4",
                List.of(new PortSpec.FixedAddress("s2", "203.0.113.5")),
                true,
                List.of("h1", "h2"))),
        List.of(
            new RouterSpec.FloatingIp(
                "f1", "203.0.113.6", "fa:16:3e:0:0:5", "h3", Optional.of(target), List.of()),
            new RouterSpec.FloatingIp(
                "f2",
                "203.0.113.7",
                "fa:16:3e:0:0:6",
                "h1",
                Optional.empty(),
                List.of(new RouterSpec.Forwarding("pf1", 6, 2222, 2222, 22, target)))));
  }

  private static VolumeSpec volume(VolumeSource source) {
    return new VolumeSpec(
        "v1",
        3,
        Presence.ABSENT,
        1L << 30,
        source,
        List.of(
            new ExportSpec("v1.1", 1, false),
            new ExportSpec("v1.2", 2, true, Optional.of("h1"), Optional.of(ACCESS))),
        Optional.of(new VolumeSpec.Revert("s1", 2)),
        Optional.of(
            new IoLimits(
                new IoLimits.Rate(1000, 0),
                IoLimits.Rate.NONE,
                new IoLimits.Rate(500, 2000),
                IoLimits.Rate.NONE,
                IoLimits.Rate.NONE,
                new IoLimits.Rate(1L << 40, 0))));
  }

  @Test
  void aVolumeOfAnOlderControlHasNoLimitsAndNoRevert() {
    VolumeSpec read =
        Json.read(
            """
            {"id": "v1", "generation": 1, "presence": "PRESENT", "sizeBytes": 4096,
             "source": {"type": "blank"}, "exports": []}
            """,
            VolumeSpec.class);
    assertThat(read.limits()).isEmpty();
    assertThat(read.revert()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void roundTripsInAPutEvent(DesiredState thing) {
    WatchEvent.Put put = new WatchEvent.Put("any", thing.id(), 9, Json.tree(thing));
    WatchEvent read = Json.read(Json.line(put), WatchEvent.class);
    assertThat(Json.text(read)).isEqualTo(Json.text(put));
    assertThat(Json.read(((WatchEvent.Put) read).spec(), thing.getClass())).isEqualTo(thing);
    assertThat(Json.lineText(put)).endsWith("\n").containsOnlyOnce("\n");
  }

  @Test
  void hasAnExampleOfEveryKind() {
    assertThat(examples().map(Object::getClass).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Kind.values()).map(Kind::recordType).toList());
  }

  @Test
  void roundTripsTheOtherMessages() {
    Stream.of(
            new WatchEvent.Reset("c"),
            new WatchEvent.Delete("volume", "v1", 4),
            new WatchEvent.Synced(5),
            new WatchEvent.Bookmark(6))
        .forEach(
            event -> assertThat(Json.read(Json.bytes(event), WatchEvent.class)).isEqualTo(event));
    ObservedState observed =
        new ObservedState(
            "volume",
            "v1",
            1,
            ObservedState.Status.FAILED,
            Optional.of("no space"),
            Map.of("fetched", "true"));
    assertThat(Json.read(Json.text(observed), ObservedState.class)).isEqualTo(observed);
    ImageMap map = new ImageMap(1, 5 << 20, 1 << 20, List.of(0, 2, 4));
    assertThat(Json.read(Json.bytes(map), ImageMap.class)).isEqualTo(map);
  }

  @Test
  void writesTheNamesAndTheTextThatTheContractSays() {
    assertThat(Json.text(new WatchEvent.Synced(5)))
        .isEqualTo("{\"type\":\"synced\",\"revision\":5}");
    assertThat(Json.text(CLAIMS)).contains("\"issuedAt\":\"2026-11-21T12:00:00.123456Z\"");
    assertThat(Json.text(volume(new VolumeSource.Blank()))).contains("{\"type\":\"blank\"}");
  }

  @Test
  void noMessageShowsASecret() {
    assertThat(examples().map(Object::toString)).noneMatch(text -> text.contains("open sesame"));
    assertThat(examples().map(Json::text)).anyMatch(text -> text.contains("open sesame"));
  }

  @Test
  void anExportOfAnOlderPeerIsForNoOtherHost() {
    assertThat(Json.read("{\"name\":\"v1.1\",\"epoch\":1,\"readOnly\":false}", ExportSpec.class))
        .isEqualTo(new ExportSpec("v1.1", 1, false));
  }

  @Test
  void passesOverWhatANewerPeerAdded() {
    assertThat(
            Json.read(
                "{\"id\":\"s1\",\"generation\":1,\"presence\":\"PRESENT\",\"volumeId\":\"v1\","
                    + "\"colour\":{\"deep\":[1]}}",
                SnapshotSpec.class))
        .isEqualTo(new SnapshotSpec("s1", 1, Presence.PRESENT, "v1"));
  }

  @Test
  void readsAnOptionalThatIsLeftOutAsEmpty() {
    assertThat(
            Json.read(
                    "{\"kind\":\"volume\",\"id\":\"v1\",\"generation\":1,\"status\":\"READY\","
                        + "\"details\":{}}",
                    ObservedState.class)
                .error())
        .isEmpty();
  }

  /** What was written before a record had a member is still read. */
  @Test
  void readsAPortOfBeforeThereWereDhcpOptionsAndQos() {
    String old =
        """
        {"id": "p", "generation": 1, "networkId": "n", "projectId": "t", "host": "h", "deviceId": "",
         "interfaceName": "tapp", "hostname": "", "mac": "fa:16:3e:0:0:1", "adminUp": true,
         "portSecurity": true, "addresses": [], "securityGroupIds": [], "allowedAddressPairs": []}
        """;
    PortSpec port = Json.read(old, PortSpec.class);
    assertThat(port.dhcpOptions()).isEmpty();
    assertThat(port.qos()).isEmpty();
    assertThat(port.trunk()).isEmpty();
  }
}
