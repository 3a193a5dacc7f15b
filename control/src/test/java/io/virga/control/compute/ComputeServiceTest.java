package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.watch.ObservedState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nova's API over a real database, with one host that can hold four small servers. */
final class ComputeServiceTest extends ComputeFixture {

  @Test
  void tellsTheHostOfANewServer() {
    String id = create();
    InstanceSpec instance = only(InstanceSpec.class);
    assertThat(instance.id()).isEqualTo(id);
    assertThat(instance.name()).isEqualTo("vm");
    assertThat(instance.power()).isEqualTo(PowerState.RUNNING);
    assertThat(instance.vcpus()).isEqualTo(1);
    assertThat(instance.disks()).hasSize(1);
    assertThat(instance.disks().getFirst().device()).isEqualTo("vda");
    MetadataSpec metadata = only(MetadataSpec.class);
    assertThat(metadata.hostname()).isEqualTo("vm");
    assertThat(api.get(ROOT + "servers/" + id, token).at("/server/status")).isEqualTo("BUILD");
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING,,BUILD",
    "READY,running,ACTIVE",
    "READY,stopped,SHUTOFF",
    "READY,crashed,SHUTOFF",
    "FAILED,,ERROR",
  })
  void derivesTheStatusFromWhatTheHostSays(
      ObservedState.Status status, String power, String expected) {
    String id = create();
    report(id, 1, status, power == null ? "" : power);
    Answer shown = api.get(ROOT + "servers/" + id, token);
    assertThat(shown.at("/server/status")).isEqualTo(expected);
    assertThat(shown.at("/server/fault/message").contains("broken"))
        .isEqualTo(expected.equals("ERROR"));
  }

  @Test
  void showsAHardRebootUntilItsHostHasDoneIt() {
    String id = running();
    assertThat(act(id, Map.of("reboot", Map.of("type", "HARD")))).isEqualTo(202);
    assertThat(status(id)).isEqualTo("HARD_REBOOT");
    assertThat(only(InstanceSpec.class).generation()).isEqualTo(2);
    report(id, 1, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("HARD_REBOOT");
    report(id, 2, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @Test
  void isOffWhenItIsStoppedAfterItCouldNotBeStarted() {
    String id = create();
    report(id, 1, ObservedState.Status.FAILED, "");
    assertThat(act(id, Map.of("os-stop", Map.of()))).isEqualTo(202);
    take(
        HOST,
        new ObservedState(
            "instance",
            id,
            2,
            ObservedState.Status.READY,
            Optional.empty(),
            Map.of("power", "stopped")));
    assertThat(status(id)).isEqualTo("SHUTOFF");
    assertThat(act(id, Map.of("os-start", Map.of()))).isEqualTo(202);
    report(id, 3, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @ParameterizedTest
  @CsvSource({
    "Web Server_1,web-server-1",
    "'-a-.b..c-',a.b.c",
    "!!!,server-",
    "aaaaaaaaa1aaaaaaaaa2aaaaaaaaa3aaaaaaaaa4aaaaaaaaa5aaaaaaaaa6aa-b,"
        + "aaaaaaaaa1aaaaaaaaa2aaaaaaaaa3aaaaaaaaa4aaaaaaaaa5aaaaaaaaa6aa",
  })
  void callsTheGuestByAHostNameOfItsName(String name, String expected) {
    create(body(name, "1"));
    String hostname = only(MetadataSpec.class).hostname();
    assertThat(hostname.replaceAll("(?<=^server-)[0-9a-f-]{36}$", "")).isEqualTo(expected);
  }

  @Test
  void refusesAnAddressOfAnothersNetwork() {
    String admin = api.token("of-admin", "admin", "member", "reader");
    Map<String, Object> open = Map.of("name", "open", "shared", true);
    String network =
        api.post("/network/v2.0/networks", admin, Map.of("network", open)).at("/network/id");
    Map<String, Object> subnet =
        Map.of("network_id", network, "cidr", "10.0.0.0/24", "ip_version", 4);
    api.post("/network/v2.0/subnets", admin, Map.of("subnet", subnet));
    Map<String, Object> server = body("vm", "1");
    server.put("networks", List.of(Map.of("uuid", network, "fixed_ip", "10.0.0.9")));
    assertThat(api.post(ROOT + "servers", token, Map.of("server", server)).status()).isEqualTo(403);
    server.put("networks", List.of(Map.of("uuid", network)));
    create(server);
  }

  @Test
  void isGoneOnlyWhenItsHostSaysSo() {
    String id = running();
    assertThat(api.delete(ROOT + "servers/" + id, token).status()).isEqualTo(204);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.ABSENT);
    assertThat(api.get(ROOT + "servers/" + id, token).at("/server/OS-EXT-STS:task_state"))
        .isEqualTo("deleting");
    assertThat(act(id, Map.of("reboot", Map.of("type", "HARD")))).isEqualTo(409);
    report(id, 2, ObservedState.Status.ABSENT, "");
    assertThat(api.get(ROOT + "servers/" + id, token).status()).isEqualTo(404);
    assertThat(told(InstanceSpec.class)).isEmpty();
    assertThat(told(MetadataSpec.class)).isEmpty();
  }

  @Test
  void believesOnlyTheHostOfTheServer() {
    String id = create();
    observe("other", id, 1, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("BUILD");
    report(id, 1, ObservedState.Status.ABSENT, "");
    assertThat(status(id)).isEqualTo("BUILD");
  }

  @Test
  void keepsAServerThatFitsNowhereAndSaysSo() {
    String id = create(body("vm", "3"));
    Answer shown = api.get(ROOT + "servers/" + id, token);
    assertThat(shown.at("/server/status")).isEqualTo("ERROR");
    assertThat(shown.at("/server/fault/message")).contains("No valid host");
    assertThat(api.delete(ROOT + "servers/" + id, token).status()).isEqualTo(204);
    assertThat(api.get(ROOT + "servers/" + id, token).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"nova,one", "nova:two,two", "nova::two,two", "nova:two:two,two", ":one,one"})
  void putsAServerOnTheHostThatAnAdministratorNames(String zone, String host) {
    connect("two", 1024);
    String admin = api.token("of-admin", "admin", "member", "reader");
    Map<String, Object> body = body("vm", "1");
    body.put("availability_zone", zone);
    String id = create(admin, body);
    assertThat(api.get(ROOT + "servers?host=" + host, admin).text()).contains(id);
    String shown = "/server/OS-EXT-SRV-ATTR:host";
    assertThat(api.get(ROOT + "servers/" + id, admin).at(shown)).isEqualTo(host);
  }

  @Test
  void keepsTheChoiceOfAHostFromTenantsAndRefusesOnesThatAreNotThere() {
    Map<String, Object> body = body("vm", "1");
    body.put("availability_zone", "nova:one");
    assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(403);
    String admin = api.token("of-admin", "admin", "member", "reader");
    body.put("availability_zone", "nova:three");
    Answer unknown = api.post(ROOT + "servers", admin, Map.of("server", body));
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text()).contains("Compute host three could not be found");
    body.put("availability_zone", "mars");
    Answer other = api.post(ROOT + "servers", token, Map.of("server", body));
    assertThat(other.status()).isEqualTo(400);
    assertThat(other.text()).contains("'mars'; expected nova");
    assertThat(told(InstanceSpec.class)).isEmpty();
  }

  @Test
  void refusesServersOverQuota() {
    Map<String, Object> many = body("many", "1");
    many.put("min_count", 11);
    Answer answer = api.post(ROOT + "servers", token, Map.of("server", many));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("Quota exceeded");
    assertThat(told(InstanceSpec.class)).isEmpty();
  }

  @Test
  void neverPromisesMoreMemoryThanThereIsAndGivesItBack()
      throws InterruptedException, ExecutionException, TimeoutException {
    List<String> ids = new ArrayList<>();
    try (var clients = Executors.newFixedThreadPool(16)) {
      List<Future<String>> made = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        String other = api.token("tenant-" + i, "member", "reader");
        made.add(clients.submit(() -> create(other, body("vm", "1"))));
      }
      for (Future<String> id : made) {
        ids.add(id.get(60, TimeUnit.SECONDS));
      }
    }
    List<InstanceSpec> placed = told(InstanceSpec.class);
    assertThat(ids).hasSize(32).doesNotHaveDuplicates();
    assertThat(placed).hasSize(4);
    assertThat(claimedMebibytes()).isEqualTo(2048);
    String admin = api.token("of-admin", "admin", "member", "reader");
    for (InstanceSpec one : placed) {
      assertThat(api.delete(ROOT + "servers/" + one.id(), admin).status()).isEqualTo(204);
      report(one.id(), 2, ObservedState.Status.ABSENT, "");
    }
    assertThat(claimedMebibytes()).isEqualTo(0);
  }

  @Test
  void refusesActionsThatDoNotFitTheState() {
    String id = create();
    assertThat(act(id, Map.of("os-start", Map.of()))).isEqualTo(409);
    assertThat(act(id, Map.of("reboot", Map.of("type", "SOFT")))).isEqualTo(409);
    assertThat(act(id, Map.of("dance", Map.of()))).isEqualTo(400);
    assertThat(act(id, Map.of())).isEqualTo(400);
    report(id, 1, ObservedState.Status.READY, "running");
    assertThat(act(id, Map.of("os-start", Map.of()))).isEqualTo(409);
    assertThat(act(id, Map.of("os-stop", Map.of()))).isEqualTo(202);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.STOPPED);
    report(id, 2, ObservedState.Status.READY, "stopped");
    assertThat(act(id, Map.of("os-start", Map.of()))).isEqualTo(202);
  }

  @Test
  void attachesAVolumeAndLetsGoOfItWhenTheGuestHas() {
    String id = running();
    String attachments = ROOT + "servers/" + id + "/os-volume_attachments";
    Answer answer =
        api.post(attachments, token, Map.of("volumeAttachment", Map.of("volumeId", "v")));
    assertThat(answer.at("/volumeAttachment/device")).isEqualTo("/dev/vdb");
    assertThat(only(InstanceSpec.class).disks()).hasSize(2);
    assertThat(api.delete(attachments + "/v", token).status()).isEqualTo(202);
    assertThat(only(InstanceSpec.class).disks()).hasSize(1);
    assertThat(only(InstanceSpec.class).generation()).isEqualTo(3);
    assertThat(api.get(attachments, token).json().at("/volumeAttachments").size()).isEqualTo(1);
    letGo(id, 2, "v");
    assertThat(api.get(attachments, token).json().at("/volumeAttachments").size())
        .as("a report of before the detachment is of an earlier one")
        .isEqualTo(1);
    letGo(id, 3, "v");
    assertThat(api.get(attachments, token).json().at("/volumeAttachments").size()).isEqualTo(0);
    api.delete(ROOT + "servers/" + id, token);
    assertThat(
            api.post(attachments, token, Map.of("volumeAttachment", Map.of("volumeId", "w")))
                .status())
        .isEqualTo(409);
  }

  @Test
  void leavesAGuestOffThatHasSwitchedItselfOff() {
    String id = running();
    report(id, 1, ObservedState.Status.READY, "stopped");
    assertThat(status(id)).isEqualTo("SHUTOFF");
    String attachments = ROOT + "servers/" + id + "/os-volume_attachments";
    api.post(attachments, token, Map.of("volumeAttachment", Map.of("volumeId", "v")));
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.STOPPED);
    assertThat(act(id, Map.of("os-start", Map.of()))).isEqualTo(202);
    report(id, 1, ObservedState.Status.READY, "stopped");
    assertThat(only(InstanceSpec.class).power())
        .as("an old report undoes no newer wish")
        .isEqualTo(PowerState.RUNNING);
  }

  @Test
  void keepsProjectsApart() {
    String id = create();
    String other = api.token("other", "member", "reader");
    assertThat(api.get(ROOT + "servers/" + id, other).status()).isEqualTo(404);
    assertThat(api.delete(ROOT + "servers/" + id, other).status()).isEqualTo(404);
    assertThat(api.get(ROOT + "servers", other).json().at("/servers").size()).isEqualTo(0);
  }

  @Test
  void makesAndRefusesKeyPairs() {
    Answer made = keyPair(Map.of("name", "own"));
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    assertThat(made.at("/keypair/private_key")).contains("OPENSSH PRIVATE KEY");
    String key = made.at("/keypair/public_key");
    Answer given = keyPair(Map.of("name", "given", "public_key", key));
    assertThat(given.at("/keypair/fingerprint")).isEqualTo(made.at("/keypair/fingerprint"));
    assertThat(keyPair(Map.of("name", "own")).status()).isEqualTo(409);
    assertThat(keyPair(Map.of("name", "bad", "public_key", "ssh-rsa nonsense")).status())
        .isEqualTo(400);
    Map<String, Object> server = body("vm", "1");
    server.put("key_name", "given");
    create(server);
    assertThat(only(MetadataSpec.class).publicKeys()).containsEntry("given", key);
  }

  @ParameterizedTest
  @CsvSource({"2.1,200", "2.73,200", "latest,200", "2.74,406", "3.0,406", "nonsense,400"})
  void negotiatesTheVersion(String version, int expected) {
    Answer answer =
        api.send(
            api.request(ROOT + "flavors")
                .header("X-Auth-Token", token)
                .header("OpenStack-API-Version", "compute " + version));
    assertThat(answer.status()).as(answer.text()).isEqualTo(expected);
  }

  @Test
  void listsFlavorsAndRefusesUnknownOnes() {
    assertThat(api.get(ROOT + "flavors/detail", token).json().at("/flavors").size()).isEqualTo(5);
    Answer answer =
        api.post(ROOT + "servers", token, Map.of("server", body("vm", "no-such-flavor")));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("no-such-flavor");
  }

  @Test
  void showsZonesToAllButTheirDetailsAndOtherProjectsLimitsToAdministrators() {
    create();
    assertThat(api.get(ROOT + "os-availability-zone", token).status()).isEqualTo(200);
    assertThat(api.get(ROOT + "os-availability-zone/detail", token).status()).isEqualTo(403);
    String other = api.token("other", "member", "reader");
    String used = "/limits/absolute/totalInstancesUsed";
    Answer limits = api.get(ROOT + "limits?tenant_id=tenant", other);
    assertThat(limits.json().at(used).asInt()).isEqualTo(0);
    assertThat(api.get(ROOT + "limits", token).json().at(used).asInt()).isEqualTo(1);
  }

  private Answer keyPair(Map<String, Object> members) {
    return api.post(ROOT + "os-keypairs", token, Map.of("keypair", members));
  }
}
