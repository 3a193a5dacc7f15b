package io.virga.netagent.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.json.Json;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Ipv6World;
import io.virga.netagent.pipeline.Topology.Attachment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MetadataAnswersTest {

  private static final InstanceView INSTANCE = instance(Optional.of("I2Nsb3VkLWNvbmZpZwo="));

  private static InstanceView instance(Optional<String> userData) {
    return instance(userData, Desired.port(1), Desired.network());
  }

  private static InstanceView instance(
      Optional<String> userData, PortSpec port, NetworkSpec network) {
    MetadataSpec spec =
        new MetadataSpec(
            "0123abcd-0000-4000-8000-000000000001",
            1,
            "project",
            "vm1",
            "vm1.example",
            "nova",
            Map.of("b-key", "ssh-rsa B", "a-key", "ssh-rsa A"),
            Map.of("role", "web"),
            userData,
            List.of(Desired.port(1).id()),
            Map.of("root", "/dev/vda"));
    return new InstanceView(spec, port, List.of(new Attachment(port, network)));
  }

  private static String text(String path) {
    return MetadataAnswers.answer(INSTANCE, path)
        .map(answer -> new String(answer.body(), UTF_8))
        .orElse("nothing");
  }

  @Test
  void answersInTheFormOfEc2() {
    assertThat(text("/latest/meta-data/")).contains("hostname\n", "public-keys/", "placement/");
    assertThat(text("/2009-04-04/meta-data/instance-id")).isEqualTo("i-0123abcd");
    assertThat(text("/latest/meta-data/local-ipv4")).isEqualTo("10.0.0.11");
    assertThat(text("/latest/meta-data/placement/availability-zone")).isEqualTo("nova");
    assertThat(text("/latest/meta-data/block-device-mapping/root")).isEqualTo("/dev/vda");
    assertThat(text("/latest/meta-data/public-keys/")).isEqualTo("0=a-key\n1=b-key");
    assertThat(text("/latest/meta-data/public-keys/1/")).isEqualTo("openssh-key");
    assertThat(text("/latest/meta-data/public-keys/1/openssh-key")).isEqualTo("ssh-rsa B\n");
    assertThat(text("//latest///user-data")).isEqualTo("#cloud-config\n");
  }

  @Test
  void answersInTheFormOfOpenStack() {
    JsonNode metadata = Json.read(text("/openstack/latest/meta_data.json"), JsonNode.class);
    assertThat(metadata.path("uuid").asString("")).isEqualTo(INSTANCE.spec().id());
    assertThat(metadata.path("hostname").asString("")).isEqualTo("vm1.example");
    assertThat(metadata.path("public_keys").path("a-key").asString("")).isEqualTo("ssh-rsa A");
    assertThat(metadata.path("meta").path("role").asString("")).isEqualTo("web");
    JsonNode network = Json.read(text("/openstack/2018-08-27/network_data.json"), JsonNode.class);
    assertThat(network.path("links").path(0).path("mtu").asInt(0)).isEqualTo(1400);
    assertThat(network.path("networks").path(0).path("type").asString("")).isEqualTo("ipv4_dhcp");
    assertThat(text("/openstack/latest/user_data")).isEqualTo("#cloud-config\n");
    assertThat(text("/openstack/latest/vendor_data.json")).isEqualTo("{}");
  }

  @ParameterizedTest
  @CsvSource({
    "SLAAC, ipv6_slaac",
    "DHCPV6_STATELESS, ipv6_dhcpv6-stateless",
    "DHCPV6_STATEFUL, ipv6_dhcpv6-stateful"
  })
  void saysHowAnIpv6AddressIsComeBy(Ipv6Mode mode, String type) {
    String own = Ipv6World.own(0, 1);
    InstanceView view =
        instance(Optional.empty(), Ipv6World.port("host-a", 0, 1, own), Ipv6World.network(0, mode));
    byte[] body =
        MetadataAnswers.answer(view, "/openstack/latest/network_data.json").orElseThrow().body();
    JsonNode network = Json.read(new String(body, UTF_8), JsonNode.class).path("networks").path(1);
    assertThat(network.path("type").asString("")).isEqualTo(type);
    assertThat(network.path("ip_address").asString("")).isEqualTo(own);
    assertThat(network.path("netmask").asString("")).isEqualTo("ffff:ffff:ffff:ffff::");
    assertThat(network.path("routes").path(0).path("network").asString("")).isEqualTo("::");
    assertThat(network.path("routes").path(0).path("gateway").asString(""))
        .isEqualTo("2001:db8::1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/latest/meta-data/nothing",
        "/1999-01-01/meta-data",
        "/openstack/never/meta_data.json",
        "/latest/../openstack",
        "/%00"
      })
  void knowsNothingElse(String path) {
    assertThat(MetadataAnswers.answer(INSTANCE, path)).isEmpty();
  }

  @Test
  void hasNoUserDataWhereNoneWasGiven() {
    assertThat(MetadataAnswers.answer(instance(Optional.empty()), "/latest/user-data")).isEmpty();
  }
}
