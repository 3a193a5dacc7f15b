package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.hosts.HostReports;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The hosts that servers run on, and what administrators say of them. */
final class ComputeHostsTest extends ComputeFixture {

  private final String admin = api.token("of-admin", "admin", "member", "reader");

  @Test
  void showsHostsToAdministrators() {
    String server = create();
    reportHost();
    Answer detail = api.get(ROOT + "os-hypervisors/detail", admin);
    assertThat(detail.json().at("/hypervisors/0/memory_mb_used").asInt()).isEqualTo(512);
    assertThat(detail.json().at("/hypervisors/0/running_vms").asInt()).isEqualTo(1);
    assertThat(detail.at("/hypervisors/0/host_ip")).isEqualTo("192.0.2.7");
    String id = detail.json().at("/hypervisors/0/id").asString();
    assertThat(api.get(ROOT + "os-hypervisors/" + id, admin).at("/hypervisor/hypervisor_hostname"))
        .isEqualTo(HOST);
    assertThat(api.get(ROOT + "os-hypervisors/1", admin).status()).isEqualTo(404);
    assertThat(api.get(ROOT + "os-hypervisors/1/search", admin).status()).isEqualTo(404);
    assertThat(
            api.get(ROOT + "os-hypervisors/on/servers", admin).at("/hypervisors/0/servers/0/uuid"))
        .isEqualTo(server);
    assertThat(
            api.get(ROOT + "os-hypervisors/statistics", admin)
                .json()
                .at("/hypervisor_statistics/count")
                .asInt())
        .isEqualTo(1);
    assertThat(api.get(ROOT + "os-availability-zone/detail", admin).text())
        .contains("nova-compute");
    assertThat(versioned("2.1", "os-hypervisors").status()).isEqualTo(403);
  }

  @Test
  void hasParametersInsteadOfSubResourcesSince53() {
    String server = create();
    connect("two", 2048);
    assertThat(administered("2.52", "os-hypervisors/on/search").status()).isEqualTo(200);
    assertThat(administered("2.53", "os-hypervisors/on/search").status()).isEqualTo(404);
    assertThat(administered("2.53", "os-hypervisors/on/servers").status()).isEqualTo(404);
    Answer found =
        administered("2.53", "os-hypervisors?hypervisor_hostname_pattern=on&with_servers=true");
    assertThat(found.json().at("/hypervisors").size()).isEqualTo(1);
    assertThat(found.at("/hypervisors/0/hypervisor_hostname")).isEqualTo(HOST);
    assertThat(found.at("/hypervisors/0/servers/0/name")).isEqualTo("virga-" + server);
    String id = found.at("/hypervisors/0/id");
    assertThat(id).hasSize(36);
    String shown = "os-hypervisors/" + id;
    assertThat(administered("2.53", shown + "?with_servers=true").at("/hypervisor/servers/0/uuid"))
        .isEqualTo(server);
    assertThat(administered("2.53", shown).json().at("/hypervisor").has("servers")).isFalse();
    assertThat(administered("2.52", "os-hypervisors?hypervisor_hostname_pattern=on").json())
        .as("not known then")
        .isEqualTo(administered("2.52", "os-hypervisors").json());
    assertThat(administered("2.53", "os-hypervisors?hypervisor_hostname_pattern=nobody").status())
        .isEqualTo(404);
    assertThat(
            administered("2.53", "os-hypervisors?hypervisor_hostname_pattern=o&limit=1").status())
        .isEqualTo(400);
    Answer page = administered("2.53", "os-hypervisors?limit=1");
    assertThat(page.json().at("/hypervisors").size()).isEqualTo(1);
    assertThat(page.at("/hypervisors_links/0/href")).contains("marker=" + id);
  }

  @Test
  void saysHowTheHostOfAServerIs() {
    String server = create();
    assertThat(hostStatus(server)).isEqualTo("UP");
    api.database().sql("UPDATE host SET connected_to = NULL").execute().block(SOON);
    assertThat(hostStatus(server)).isEqualTo("UNKNOWN");
    String service = serviceId();
    update(service, Map.of("status", "disabled"));
    assertThat(hostStatus(server)).isEqualTo("MAINTENANCE");
    Answer forced = update(service, Map.of("forced_down", true));
    assertThat(forced.json().at("/service/forced_down").asBoolean()).isTrue();
    assertThat(hostStatus(server)).isEqualTo("DOWN");
    String nowhere = create(body("large", "5"));
    assertThat(
            administered("2.16", "servers/detail?all_tenants=1&name=large")
                .at("/servers/0/host_status"))
        .isEmpty();
    assertThat(hostStatus(nowhere)).isEmpty();
    assertThat(administered("2.15", "servers/" + server).text()).doesNotContain("host_status");
    assertThat(versioned("2.16", "servers/" + server).text()).doesNotContain("host_status");
  }

  @Test
  void placesNothingOnAHostThatIsForcedDown() {
    String service = serviceId();
    assertThat(update(service, Map.of()).status()).isEqualTo(400);
    assertThat(update(service, Map.of("forced_down", true)).at("/service/state")).isEqualTo("down");
    assertThat(administered("2.1", "os-hypervisors").at("/hypervisors/0/state")).isEqualTo("down");
    assertThat(status(create())).isEqualTo("ERROR");
    Map<String, Object> up = Map.of("host", HOST, "binary", "nova-compute", "forced_down", false);
    assertThat(put("2.10", "os-services/force-down", up).status()).isEqualTo(404);
    assertThat(put("2.53", "os-services/force-down", up).status()).isEqualTo(404);
    assertThat(
            put("2.11", "os-services/force-down", up)
                .json()
                .at("/service/forced_down")
                .asBoolean(true))
        .isFalse();
    assertThat(status(create())).isEqualTo("BUILD");
  }

  @Test
  void placesNothingOnADisabledHost() {
    Map<String, Object> service = new LinkedHashMap<>();
    service.put("host", HOST);
    service.put("binary", "nova-compute");
    service.put("disabled_reason", "repair");
    Answer disabled = api.put(ROOT + "os-services/disable-log-reason", admin, service);
    assertThat(disabled.at("/service/status")).as(disabled.text()).isEqualTo("disabled");
    assertThat(
            api.get(ROOT + "os-services?binary=nova-compute", admin)
                .at("/services/0/disabled_reason"))
        .isEqualTo("repair");
    assertThat(status(create())).isEqualTo("ERROR");
    api.put(ROOT + "os-services/enable", admin, service);
    assertThat(status(create())).isEqualTo("BUILD");
    service.put("host", "nobody");
    assertThat(api.put(ROOT + "os-services/enable", admin, service).status()).isEqualTo(404);
  }

  @Test
  void keepsTheServicesOfHostsThatAreConnectedOrHaveServers() {
    create();
    String path = ROOT + "os-services/" + serviceId();
    assertThat(delete(path)).as("connected").isEqualTo(409);
    api.database().sql("UPDATE host SET connected_to = NULL").execute().block(SOON);
    assertThat(delete(path)).as("with a server").isEqualTo(409);
    api.database().sql("DELETE FROM server").execute().block(SOON);
    assertThat(delete(path)).isEqualTo(204);
    assertThat(delete(path)).isEqualTo(404);
  }

  private int delete(String path) {
    return api.send(
            api.request(path)
                .header("X-Auth-Token", admin)
                .header("OpenStack-API-Version", "compute 2.53")
                .DELETE())
        .status();
  }

  private String serviceId() {
    return administered("2.53", "os-services?binary=nova-compute").at("/services/0/id");
  }

  private Answer update(String service, Map<String, Object> body) {
    return put("2.53", "os-services/" + service, body);
  }

  private Answer put(String version, String path, Map<String, Object> body) {
    return api.send(request(version, path).PUT(json(body)));
  }

  private Answer administered(String version, String path) {
    return api.send(request(version, path));
  }

  private HttpRequest.Builder request(String version, String path) {
    return api.request(ROOT + path)
        .header("X-Auth-Token", admin)
        .header("OpenStack-API-Version", "compute " + version);
  }

  private String hostStatus(String server) {
    Answer shown = administered("2.16", "servers/" + server);
    assertThat(shown.json().at("/server").has("host_status")).as(shown.text()).isTrue();
    return shown.at("/server/host_status");
  }

  private void reportHost() {
    ObservedState state =
        new ObservedState(
            "host",
            HOST,
            1,
            ObservedState.Status.READY,
            Optional.empty(),
            Map.of("consoleUrl", "https://192.0.2.7:8774"));
    api.database()
        .inTransaction(
            tx -> new HostReports().observed(tx, new PeerIdentity("compute-agent", HOST), state))
        .block(SOON);
  }
}
