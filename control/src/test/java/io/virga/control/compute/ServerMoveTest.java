package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that go from one host to another while they are off. */
final class ServerMoveTest extends ComputeFixture {

  private static final Map<String, Object> MIGRATE = new HashMap<>();

  static {
    MIGRATE.put("migrate", null);
  }

  private final String admin = api.token("of-admin", "admin", "member", "reader");
  private String id = "";

  @BeforeEach
  void haveAServerAndAnotherHost() {
    network();
    id = running();
    connect("two", 2048);
  }

  @Test
  void isShutDownForgottenAndStartedOnTheOtherHost() {
    assertThat(act(id, MIGRATE)).as("by its owner").isEqualTo(403);
    assertThat(asAdmin(MIGRATE)).isEqualTo(202);
    assertThat(states()).isEqualTo("RESIZE active resize_migrating");
    assertThat(claims()).isEqualTo("one 512, two 512");
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.STOPPED);
    assertThat(act(id, Map.of("os-stop", Map.of()))).isEqualTo(409);
    observe("two", id, 9, Status.READY, "running");
    assertThat(states()).as("nobody asked that host").isEqualTo("RESIZE active resize_migrating");
    report(id, 2, Status.READY, "stopped");
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.ABSENT);
    assertThat(disks.places).isEmpty();
    report(id, 3, Status.ABSENT, "");
    assertThat(told(InstanceSpec.class)).isEmpty();
    InstanceSpec there = api.told("two", InstanceSpec.class).getFirst();
    assertThat(there.power()).isEqualTo(PowerState.RUNNING);
    assertThat(there.nics()).hasSize(1);
    assertThat(disks.places).containsEntry(id, "two");
    assertThat(api.told("two", PortSpec.class)).extracting(PortSpec::host).containsExactly("two");
    assertThat(told(PortSpec.class)).as("it has no port of the network left").isEmpty();
    assertThat(host()).isEqualTo("two");
    assertThat(states()).isEqualTo("RESIZE stopped resize_finish");
    report(id, 3, Status.ABSENT, "");
    observe("two", id, 4, Status.READY, "running");
    assertThat(states()).isEqualTo("VERIFY_RESIZE resized ");
    assertThat(migration()).isEqualTo("migration finished one two");
    assertThat(act(id, Map.of("confirmResize", Map.of()))).isEqualTo(204);
    assertThat(states()).isEqualTo("ACTIVE active ");
    assertThat(claims()).isEqualTo("one 0, two 512");
    assertThat(migration()).isEqualTo("migration confirmed one two");
    assertThat(versioned("2.1", "servers/" + id + "/os-instance-actions").text())
        .contains("\"migrate\"")
        .doesNotContain("Error");
    assertThat(act(id, Map.of("revertResize", Map.of()))).isEqualTo(409);
  }

  @Test
  void goesBackWhereItWasWhenItsMoveIsReverted() {
    asAdmin(MIGRATE);
    arrive(2);
    assertThat(act(id, Map.of("revertResize", Map.of()))).isEqualTo(202);
    assertThat(states()).isEqualTo("REVERT_RESIZE active resize_reverting");
    observe("two", id, 5, Status.READY, "stopped");
    assertThat(api.told("two", InstanceSpec.class).getFirst().power()).isEqualTo(PowerState.ABSENT);
    observe("two", id, 6, Status.ABSENT, "");
    assertThat(api.told("two", InstanceSpec.class)).isEmpty();
    assertThat(host()).isEqualTo("one");
    assertThat(claims()).isEqualTo("one 512, two 0");
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.RUNNING);
    report(id, 7, Status.READY, "running");
    assertThat(states()).isEqualTo("ACTIVE active ");
    assertThat(migration()).isEqualTo("migration reverted one two");
    assertThat(disks.places).containsEntry(id, "one");
  }

  @Test
  void goesBackFromAHostThatCannotStartIt() {
    asAdmin(MIGRATE);
    report(id, 2, Status.READY, "stopped");
    report(id, 3, Status.ABSENT, "");
    observe("two", id, 4, Status.FAILED, "stopped");
    assertThat(status(id)).isEqualTo("ERROR");
    assertThat(act(id, Map.of("revertResize", Map.of()))).isEqualTo(202);
    observe("two", id, 5, Status.READY, "stopped");
    observe("two", id, 6, Status.ABSENT, "");
    report(id, 7, Status.READY, "running");
    assertThat(states()).isEqualTo("ACTIVE active ");
    assertThat(claims()).isEqualTo("one 512, two 0");
  }

  @Test
  void staysOffWhenItWasOff() {
    act(id, Map.of("os-stop", Map.of()));
    report(id, 2, Status.READY, "stopped");
    asAdmin(MIGRATE);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.ABSENT);
    report(id, 3, Status.ABSENT, "");
    assertThat(api.told("two", InstanceSpec.class).getFirst().power())
        .isEqualTo(PowerState.STOPPED);
    observe("two", id, 4, Status.READY, "stopped");
    assertThat(states()).isEqualTo("VERIFY_RESIZE resized ");
    act(id, Map.of("confirmResize", Map.of()));
    assertThat(states()).isEqualTo("SHUTOFF stopped ");
  }

  @Test
  void keepsEitherSizeAndGivesTheOtherBack() {
    flavor("large", 1, 1900);
    connect(HOST, 600);
    assertThat(act(id, Map.of("resize", Map.of("flavorRef", "large")))).isEqualTo(202);
    assertThat(claims()).isEqualTo("one 512, two 1900");
    assertThat(used()).isEqualTo(1900);
    arrive(2);
    assertThat(api.told("two", InstanceSpec.class).getFirst().memoryBytes()).isEqualTo(1900L << 20);
    assertThat(disks.grown).containsEntry(id, 2L << 30);
    assertThat(migration()).isEqualTo("resize finished one two");
    act(id, Map.of("revertResize", Map.of()));
    observe("two", id, 5, Status.READY, "stopped");
    observe("two", id, 6, Status.ABSENT, "");
    assertThat(claims()).isEqualTo("one 512, two 0");
    assertThat(used()).isEqualTo(512);
    assertThat(only(InstanceSpec.class).memoryBytes()).isEqualTo(512L << 20);
    report(id, 7, Status.READY, "running");
    assertThat(act(id, Map.of("resize", Map.of("flavorRef", "large")))).isEqualTo(202);
    arrive(8);
    act(id, Map.of("confirmResize", Map.of()));
    assertThat(claims()).isEqualTo("one 0, two 1900");
    assertThat(used()).isEqualTo(1900);
  }

  @Test
  void givesBothPlacesBackWhenItIsDeletedOnItsWay() {
    asAdmin(MIGRATE);
    report(id, 2, Status.READY, "stopped");
    assertThat(api.delete(ROOT + "servers/" + id, token).status()).isEqualTo(204);
    assertThat(claims()).isEqualTo("one 512, two 0");
    report(id, 3, Status.ABSENT, "");
    assertThat(status(id)).as("of another generation").isNotEmpty();
    report(id, 4, Status.ABSENT, "");
    assertThat(api.get(ROOT + "servers/" + id, token).status()).isEqualTo(404);
    assertThat(claims()).isEqualTo("one 0, two 0");
    assertThat(used()).isZero();
    assertThat(migration()).isEqualTo("migration error one two");
  }

  @Test
  void givesBothPlacesBackWhenItIsDeletedUnconfirmed() {
    asAdmin(MIGRATE);
    arrive(2);
    api.delete(ROOT + "servers/" + id, token);
    observe("two", id, 5, Status.ABSENT, "");
    assertThat(claims()).isEqualTo("one 0, two 0");
    assertThat(used()).isZero();
  }

  @Test
  void goesOnlyWhereItCanBe() {
    Answer itself = named("one");
    assertThat(itself.status()).as(itself.text()).isEqualTo(400);
    Answer unknown = named("nowhere");
    assertThat(unknown.text()).contains("nowhere");
    assertThat(unknown.status()).isEqualTo(400);
    disks.tied = Optional.of("one");
    assertThat(asAdmin(MIGRATE)).as("its volumes are opened there alone").isEqualTo(400);
    assertThat(named("two").status()).isEqualTo(400);
    disks.tied = Optional.empty();
    connect("two", 511);
    assertThat(asAdmin(MIGRATE)).as("no room").isEqualTo(400);
    assertThat(claims()).isEqualTo("one 512, two 0");
    assertThat(states()).isEqualTo("ACTIVE active ");
    connect("two", 512);
    assertThat(named("two").status()).isEqualTo(202);
  }

  @Test
  void leavesTheServersOfItsGroupAloneAsThePolicySays() {
    Map<String, Object> group =
        Map.of("server_group", Map.of("name", "apart", "policies", List.of("anti-affinity")));
    String apart = api.post(ROOT + "os-server-groups", token, group).at("/server_group/id");
    Map<String, Object> wish =
        Map.of("server", body("a", "1"), "os:scheduler_hints", Map.of("group", apart));
    String first = api.post(ROOT + "servers", token, wish).at("/server/id");
    String place = hostOf(first);
    observe(place, first, 1, Status.READY, "running");
    String second = api.post(ROOT + "servers", token, wish).at("/server/id");
    assertThat(hostOf(second)).isNotEqualTo(place);
    assertThat(api.post(ROOT + "servers/" + first + "/action", admin, MIGRATE).status())
        .isEqualTo(400);
    connect("three", 2048);
    assertThat(api.post(ROOT + "servers/" + first + "/action", admin, MIGRATE).status())
        .isEqualTo(202);
    assertThat(claims()).contains("three 512");
  }

  @Test
  void isListedAsAMigration() {
    asAdmin(MIGRATE);
    assertThat(api.get(ROOT + "os-migrations", token).status()).isEqualTo(403);
    Answer first =
        api.send(
            api.request(ROOT + "os-migrations?limit=1&host=two&status=migrating")
                .header("X-Auth-Token", admin)
                .header("OpenStack-API-Version", "compute 2.59"));
    assertThat(first.json().at("/migrations").size()).isEqualTo(1);
    assertThat(first.at("/migrations/0/instance_uuid")).isEqualTo(id);
    assertThat(first.at("/migrations/0/old_instance_type_id")).isEqualTo("1");
    assertThat(first.at("/migrations/0/uuid")).hasSize(36);
    for (String other :
        List.of("host=three", "status=error", "source_compute=two", "instance_uuid=x")) {
      assertThat(api.get(ROOT + "os-migrations?" + other, admin).json().at("/migrations").size())
          .as(other)
          .isZero();
    }
  }

  private void arrive(long generation) {
    report(id, generation, Status.READY, "stopped");
    report(id, generation + 1, Status.ABSENT, "");
    observe("two", id, generation + 2, Status.READY, "running");
    assertThat(status(id)).isEqualTo("VERIFY_RESIZE");
  }

  private int asAdmin(Map<String, Object> action) {
    return api.post(ROOT + "servers/" + id + "/action", admin, action).status();
  }

  private Answer named(String host) {
    return api.send(
        api.request(ROOT + "servers/" + id + "/action")
            .header("X-Auth-Token", admin)
            .header("OpenStack-API-Version", "compute 2.56")
            .POST(json(Map.of("migrate", Map.of("host", host)))));
  }

  private String host() {
    return hostOf(id);
  }

  private String hostOf(String server) {
    return api.get(ROOT + "servers/" + server, admin).at("/server/OS-EXT-SRV-ATTR:host");
  }

  private String states() {
    Answer shown = api.get(ROOT + "servers/" + id, token);
    return "%s %s %s"
        .formatted(
            shown.at("/server/status"),
            shown.at("/server/OS-EXT-STS:vm_state"),
            shown.json().at("/server/OS-EXT-STS:task_state").asString(""));
  }

  private String migration() {
    Answer all =
        api.send(
            api.request(ROOT + "os-migrations?instance_uuid=" + id)
                .header("X-Auth-Token", admin)
                .header("OpenStack-API-Version", "compute 2.23"));
    return "%s %s %s %s"
        .formatted(
            all.at("/migrations/0/migration_type"),
            all.at("/migrations/0/status"),
            all.at("/migrations/0/source_compute"),
            all.at("/migrations/0/dest_compute"));
  }

  private String claims() {
    return String.join(
        ", ",
        api.database()
            .sql("SELECT host || ' ' || ram_mib AS claim FROM compute_claim ORDER BY host")
            .all(row -> row.text("claim"))
            .collectList()
            .blockOptional(SOON)
            .orElseThrow());
  }

  private int used() {
    return api.get(ROOT + "limits", token).json().at("/limits/absolute/totalRAMUsed").asInt();
  }

  private void flavor(String name, int vcpus, int ram) {
    Map<String, Object> flavor =
        Map.of("name", name, "id", name, "vcpus", vcpus, "ram", ram, "disk", 2);
    assertThat(api.post(ROOT + "flavors", admin, Map.of("flavor", flavor)).status()).isEqualTo(200);
  }
}
