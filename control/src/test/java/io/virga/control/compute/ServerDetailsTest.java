package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.watch.ObservedState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tenants say of their servers, and the log of what was done to them. */
final class ServerDetailsTest extends ComputeFixture {

  @Test
  void keepsMetadataAndTellsTheGuest() {
    String id = running();
    String path = ROOT + "servers/" + id + "/metadata";
    Answer set = api.put(path, token, Map.of("metadata", Map.of("a", "1", "b", "2")));
    assertThat(set.status()).as(set.text()).isEqualTo(200);
    assertThat(only(MetadataSpec.class).properties()).isEqualTo(Map.of("a", "1", "b", "2"));
    report(id, 2, ObservedState.Status.READY, "running");
    api.post(path, token, Map.of("metadata", Map.of("b", "3", "c", "4")));
    assertThat(only(MetadataSpec.class).properties())
        .isEqualTo(Map.of("a", "1", "b", "3", "c", "4"));
    assertThat(api.get(path + "/c", token).text()).isEqualTo("{\"meta\":{\"c\":\"4\"}}");
    assertThat(api.put(path + "/d", token, Map.of("meta", Map.of("d", "5"))).at("/meta/d"))
        .isEqualTo("5");
    assertThat(api.put(path + "/d", token, Map.of("meta", Map.of("e", "5"))).status())
        .isEqualTo(400);
    assertThat(api.put(path, token, Map.of()).status()).isEqualTo(400);
    assertThat(api.delete(path + "/a", token).status()).isEqualTo(204);
    assertThat(api.delete(path + "/a", token).status()).isEqualTo(404);
    assertThat(api.get(path + "/a", token).status()).isEqualTo(404);
    api.put(path, token, Map.of("metadata", Map.of("only", "one")));
    assertThat(api.get(path, token).text()).isEqualTo("{\"metadata\":{\"only\":\"one\"}}");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @Test
  void isRenamedAndShownAsChanged() {
    String id = running();
    Map<String, Object> change = new HashMap<>();
    change.put("name", "Íñstáñcé");
    change.put("accessIPv4", "1.1.1.1");
    change.put("accessIPv6", "0000:0000:0000:0000:0000:babe:220.12.22.2");
    Answer changed = api.put(ROOT + "servers/" + id, token, Map.of("server", change));
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    assertThat(changed.at("/server/name")).isEqualTo("Íñstáñcé");
    assertThat(changed.at("/server/accessIPv6")).isEqualTo("::babe:dc0c:1602");
    assertThat(changed.json().at("/server").has("OS-EXT-STS:vm_state")).isFalse();
    assertThat(only(MetadataSpec.class).name()).isEqualTo("Íñstáñcé");
    assertThat(api.get(ROOT + "servers/" + id, token).at("/server/accessIPv4"))
        .isEqualTo("1.1.1.1");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @ParameterizedTest
  @CsvSource({"name,''", "name,'  '", "accessIPv4,1.1.1.1.1.1", "accessIPv6,notvalid"})
  void refusesWhatServersCannotBe(String member, String value) {
    String id = create();
    Map<String, Object> body = body("vm", "1");
    body.put(member, value);
    assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(400);
    assertThat(
            api.put(ROOT + "servers/" + id, token, Map.of("server", Map.of(member, value)))
                .status())
        .isEqualTo(400);
    String nobody = ROOT + "servers/" + UUID.randomUUID();
    assertThat(api.put(nobody, token, Map.of("server", Map.of("name", "x"))).status())
        .isEqualTo(404);
    assertThat(api.delete(ROOT + "servers/-1", token).status()).isEqualTo(404);
    assertThat(api.delete(ROOT + "servers/9223372036854775808", token).status()).isEqualTo(404);
  }

  @Test
  void refusesLongNamesNumbersAndStrangeNetworks() {
    for (Object name : List.of("a".repeat(256), 12345)) {
      Map<String, Object> body = body("vm", "1");
      body.put("name", name);
      assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(400);
    }
    Map<String, Object> body = body("vm", "1");
    body.put("networks", List.of(Map.of("uuid", "a-b-c-d-e-f-g-h-i-j", "fixed_ip", "10.0.1.1")));
    assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(400);
    body.put("networks", "auto");
    body.put("metadata", Map.of("a", "b".repeat(260)));
    assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(400);
  }

  @Test
  void keepsTags() {
    String id = create();
    String tags = "servers/" + id + "/tags";
    assertThat(versioned("2.25", tags).status()).isEqualTo(404);
    Answer added = api.send(version("2.26", tags + "/red").PUT(json("")));
    assertThat(added.status()).isEqualTo(201);
    assertThat(added.header("Location")).endsWith("/servers/" + id + "/tags/red");
    assertThat(api.send(version("2.26", tags + "/a%20b%3F").PUT(json(""))).header("Location"))
        .endsWith("/servers/" + id + "/tags/a%20b%3F");
    assertThat(api.send(version("2.26", tags + "/a%20b%3F").DELETE()).status()).isEqualTo(204);
    assertThat(api.send(version("2.26", tags + "/red").PUT(json(""))).status()).isEqualTo(204);
    assertThat(versioned("2.26", tags + "/red").status()).isEqualTo(204);
    assertThat(versioned("2.26", tags + "/blue").status()).isEqualTo(404);
    assertThat(versioned("2.26", "servers/" + id).text()).contains("\"tags\":[\"red\"]");
    assertThat(api.send(version("2.26", tags + "/red").DELETE()).status()).isEqualTo(204);
    assertThat(api.send(version("2.26", tags + "/red").DELETE()).status()).isEqualTo(404);
    assertThat(api.send(version("2.26", tags).PUT(json(Map.of("tags", List.of("a,b"))))).status())
        .isEqualTo(400);
    assertThat(api.send(version("2.26", tags).DELETE()).status()).isEqualTo(204);
    assertThat(versioned("2.26", tags).text()).isEqualTo("{\"tags\":[]}");
  }

  @Test
  void isLockedAgainstItsTenant() {
    String id = running();
    assertThat(act(id, Map.of("lock", Map.of()))).isEqualTo(202);
    assertThat(versioned("2.9", "servers/" + id).json().at("/server/locked").asBoolean()).isTrue();
    Answer stop = answer(id, Map.of("os-stop", Map.of()));
    assertThat(stop.status()).isEqualTo(409);
    assertThat(stop.at("/conflictingRequest/message")).isEqualTo("Instance " + id + " is locked");
    assertThat(api.delete(ROOT + "servers/" + id, token).status()).isEqualTo(409);
    assertThat(act(id, Map.of("lock", Map.of()))).as("locked already").isEqualTo(202);
    assertThat(act(id, Map.of("unlock", Map.of()))).isEqualTo(202);
    assertThat(act(id, Map.of("os-stop", Map.of()))).isEqualTo(202);
    String admin = api.token("of-admin", "admin", "member", "reader");
    api.post(ROOT + "servers/" + id + "/action", admin, Map.of("lock", Map.of()));
    assertThat(act(id, Map.of("unlock", Map.of()))).as("an administrator's").isEqualTo(403);
  }

  @Test
  void logsWhatWasDone() {
    Answer made = api.post(ROOT + "servers", token, Map.of("server", body("vm", "1")));
    String id = made.at("/server/id");
    String created = made.header("X-Compute-Request-Id");
    String log = "servers/" + id + "/os-instance-actions";
    Answer one = versioned("2.51", log + "/" + created);
    assertThat(one.at("/instanceAction/action")).isEqualTo("create");
    assertThat(one.json().at("/instanceAction/events/0/finish_time").isNull()).isTrue();
    report(id, 1, ObservedState.Status.READY, "running");
    assertThat(versioned("2.51", log + "/" + created).at("/instanceAction/events/0/result"))
        .isEqualTo("Success");
    assertThat(versioned("2.1", log + "/" + created).text()).doesNotContain("events");
    act(id, Map.of("reboot", Map.of("type", "HARD")));
    report(id, 2, ObservedState.Status.FAILED, "");
    assertThat(actions(versioned("2.1", log))).containsExactly("reboot", "create");
    assertThat(versioned("2.1", log).at("/instanceActions/0/message")).isEqualTo("Error");
    act(id, Map.of("reboot", Map.of("type", "HARD")));
    report(id, 3, ObservedState.Status.FAILED, "");
    assertThat(versioned("2.1", log).at("/instanceActions/0/message")).isEqualTo("Error");
    assertThat(versioned("2.1", log + "/req-nothing").status()).isEqualTo(404);
    api.delete(ROOT + "servers/" + id, token);
    report(id, 4, ObservedState.Status.ABSENT, "");
    assertThat(versioned("2.20", log).status()).isEqualTo(404);
    assertThat(actions(versioned("2.21", log)))
        .containsExactly("delete", "reboot", "reboot", "create");
    String page = versioned("2.58", log + "?limit=1").at("/links/0/href");
    assertThat(page).contains("marker=req-");
    String other = api.token("other", "member", "reader");
    assertThat(
            api.send(
                    api.request(ROOT + log)
                        .header("X-Auth-Token", other)
                        .header("OpenStack-API-Version", "compute 2.21"))
                .status())
        .isEqualTo(404);
  }

  @Test
  void keepsTheLogForAMonthFromTheEndOfTheServer() {
    String id = running();
    String log = "servers/" + id + "/os-instance-actions";
    setActionTimes(
        "started_at = now() - interval '2 years', updated_at = now() - interval '2 years'");
    end(id, 2);
    assertThat(actions(versioned("2.21", log))).containsExactly("delete", "create");
    setActionTimes("gone_at = now() - interval '29 days'");
    end(running(), 2);
    assertThat(actions(versioned("2.21", log))).containsExactly("delete", "create");
    setActionTimes("gone_at = now() - interval '31 days'");
    end(running(), 2);
    assertThat(versioned("2.21", log).status()).isEqualTo(404);
  }

  private void end(String id, long generation) {
    api.delete(ROOT + "servers/" + id, token);
    report(id, generation, ObservedState.Status.ABSENT, "");
  }

  private void setActionTimes(String assignments) {
    api.database().sql("UPDATE server_action SET " + assignments).execute().block(SOON);
  }

  @Test
  void makesSeveralAtOnceAndAsManyAsTheQuotaHasRoomFor() {
    Map<String, Object> body = body("many", "1");
    body.put("min_count", 2);
    body.put("max_count", 20);
    body.put("return_reservation_id", true);
    Answer made = api.post(ROOT + "servers", token, Map.of("server", body));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    String reservation = made.at("/reservation_id");
    assertThat(reservation).matches("r-[0-9a-f]{8}");
    Answer listed = api.get(ROOT + "servers?reservation_id=" + reservation, token);
    assertThat(listed.json().at("/servers").size()).isEqualTo(10);
    assertThat(listed.text()).contains("many-1", "many-10");
    assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(403);
  }

  @Test
  void showsEachVersionWhatItKnows() {
    String id = running();
    assertThat(versioned("2.1", "servers/" + id).text())
        .doesNotContain("locked", "description", "tags", "original_name");
    Answer newest = versioned("2.73", "servers/" + id);
    assertThat(newest.text())
        .contains("locked_reason", "server_groups", "trusted_image_certificates");
    assertThat(newest.at("/server/flavor/original_name")).isEqualTo("m1.tiny");
    assertThat(versioned("2.73", "servers/detail").text()).doesNotContain("server_groups");
  }

  private static List<String> actions(Answer answer) {
    List<String> names = new ArrayList<>();
    answer.json().at("/instanceActions").forEach(a -> names.add(a.get("action").asString()));
    return names;
  }
}
