package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Generic groups of volumes: their types, what is in them, their snapshots. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeGroupsTest {

  private VolumeCloud cloud;
  private String volumeType = "";
  private String groupType = "";

  @BeforeAll
  void start() {
    cloud = new VolumeCloud();
    volumeType =
        cloud
            .admin("POST", "types", "types", Map.of("volume_type", Map.of("name", "grouped")))
            .at("/volume_type/id");
    groupType = groupType("plain", Map.of());
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  private String groupType(String name, Map<String, String> specs) {
    Answer made =
        admin(
            "POST",
            "group_types",
            Map.of("group_type", Map.of("name", name, "group_specs", specs)));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    return made.at("/group_type/id");
  }

  @Test
  void typesHaveSpecsThatAdministratorsSee() {
    String type = "group_types/" + groupType("specified", Map.of("one", "1"));
    Map<String, Object> more = Map.of("group_specs", Map.of("two", "2"));
    assertThat(admin("POST", type + "/group_specs", more).status()).isEqualTo(202);
    assertThat(admin("PUT", type + "/group_specs/one", Map.of("one", "uno")).status())
        .isEqualTo(200);
    assertThat(admin("PUT", type + "/group_specs/one", Map.of("other", "x")).status())
        .isEqualTo(400);
    assertThat(admin("GET", type + "/group_specs", null).at("/group_specs/one")).isEqualTo("uno");
    assertThat(admin("DELETE", type + "/group_specs/two", null).status()).isEqualTo(202);
    assertThat(admin("GET", type + "/group_specs/two", null).status()).isEqualTo(404);
    assertThat(call("types", "GET", type, null).text()).contains("specified").doesNotContain("uno");
    assertThat(call("types", "GET", type + "/group_specs", null).status()).isEqualTo(403);
    Map<String, Object> hidden = Map.of("group_type", Map.of("is_public", false));
    assertThat(admin("PUT", type, hidden).at("/group_type/is_public")).isEqualTo("false");
    assertThat(call("types", "GET", type, null).status()).isEqualTo(404);
    assertThat(admin("GET", "group_types", null).text()).doesNotContain("specified");
    assertThat(admin("GET", "group_types?is_public=None&sort=name:asc", null).text())
        .contains("specified", "plain");
    assertThat(admin("GET", "group_types?is_public=False", null).text())
        .contains("specified")
        .doesNotContain("plain");
    Map<String, Object> again = Map.of("group_type", Map.of("name", "specified"));
    assertThat(admin("POST", "group_types", again).status()).isEqualTo(409);
    assertThat(admin("DELETE", type, null).status()).isEqualTo(202);
    assertThat(admin("GET", type, null).status()).isEqualTo(404);
    assertThat(cloud.at("3.10", "GET", "types", "group_types", null).status()).isEqualTo(404);
  }

  @Test
  void volumesComeToAGroupAndLeaveIt() {
    String p = "members";
    String group = group(p);
    String first = volume(p, group);
    String second = volume(p, group);
    assertThat(call(p, "GET", "volumes/" + first, null).at("/volume/group_id")).isEqualTo(group);
    Map<String, Object> left =
        Map.of("name", "renamed", "description", "words", "remove_volumes", second);
    assertThat(update(p, group, left).status()).isEqualTo(202);
    assertThat(call(p, "GET", "groups/detail?list_volume=true", null).at("/groups/0/volumes/0"))
        .isEqualTo(first);
    Answer shown = call(p, "GET", "groups/" + group + "?list_volume=true", null);
    assertThat(shown.at("/group/name")).isEqualTo("renamed");
    assertThat(shown.at("/group/description")).isEqualTo("words");
    assertThat(shown.at("/group/volumes/0")).isEqualTo(first);
    assertThat(shown.json().at("/group/volumes").size()).isEqualTo(1);
    assertThat(call(p, "GET", "volumes?group_id=" + group, null).text())
        .contains(first)
        .doesNotContain(second);
    assertThat(update(p, group, Map.of("remove_volumes", second)).status()).isEqualTo(400);
    assertThat(update(p, group, Map.of("add_volumes", first)).status()).isEqualTo(400);
    assertThat(update(p, group, Map.of()).status()).isEqualTo(400);
    assertThat(update(p, group, Map.of("add_volumes", second, "remove_volumes", second)).text())
        .contains("both");
    assertThat(update(p, group, Map.of("add_volumes", UUID.randomUUID().toString())).status())
        .isEqualTo(400);
    assertThat(update(p, group, Map.of("add_volumes", second)).status()).isEqualTo(202);
    String ofAnotherType = cloud.available(p, 1);
    assertThat(update(p, group, Map.of("add_volumes", ofAnotherType)).text()).contains("types");
    assertThat(create(p, Map.of("size", 1, "group_id", group)).status())
        .as("of the default type")
        .isEqualTo(400);
    String other = group(p);
    assertThat(update(p, other, Map.of("add_volumes", first)).text()).contains(group);
    assertThat(call("others", "GET", "groups/" + group, null).status()).isEqualTo(404);
    assertThat(
            create("others", Map.of("size", 1, "group_id", group, "volume_type", volumeType))
                .status())
        .isEqualTo(404);
  }

  @Test
  void aGroupGoesWithItsVolumesOrNotAtAll() {
    String p = "going";
    String group = group(p);
    String volume = volume(p, group);
    assertThat(call(p, "DELETE", "volumes/" + volume, null).text()).contains(group);
    assertThat(delete(p, group, false).text()).contains("has volumes");
    assertThat(delete(p, group, true).status()).isEqualTo(202);
    assertThat(status(p, group)).isEqualTo("deleting");
    assertThat(create(p, Map.of("size", 1, "group_id", group, "volume_type", volumeType)).status())
        .isEqualTo(400);
    cloud.report("near", Kind.VOLUME, volume, 2, Status.ABSENT);
    assertThat(call(p, "GET", "groups/" + group, null).status()).isEqualTo(404);
    assertThat(call(p, "GET", "volumes/" + volume, null).status()).isEqualTo(404);
    String failing = group(p);
    String stubborn = volume(p, failing);
    delete(p, failing, true);
    cloud.report("near", Kind.VOLUME, stubborn, 2, Status.FAILED);
    assertThat(status(p, failing)).isEqualTo("error_deleting");
    assertThat(delete(p, failing, true).status()).isEqualTo(202);
    assertThat(groupsInUse(p)).as("given back once").isEqualTo("0");
    String empty = group(p);
    assertThat(groupsInUse(p)).isEqualTo("1");
    assertThat(delete(p, empty, false).status()).isEqualTo(202);
    assertThat(call(p, "GET", "groups/" + empty, null).status()).isEqualTo(404);
    assertThat(groupsInUse(p)).isEqualTo("0");
  }

  private String groupsInUse(String project) {
    return call(project, "GET", "os-quota-sets/" + project + "?usage=true", null)
        .at("/quota_set/groups/in_use");
  }

  @Test
  void aGroupSnapshotIsOneOfEachVolumeAndGoesWithThem() {
    String p = "snapped";
    String group = group(p);
    List<String> volumes = List.of(volume(p, group), volume(p, group));
    Answer taken = snapshot(p, group);
    assertThat(taken.status()).as(taken.text()).isEqualTo(202);
    String id = taken.at("/group_snapshot/id");
    String path = "group_snapshots/" + id;
    assertThat(call(p, "GET", path, null).at("/group_snapshot/status")).isEqualTo("creating");
    List<String> snapshots = snapshots(p, id);
    assertThat(snapshots).hasSize(2);
    snapshots.forEach(one -> cloud.report("near", Kind.SNAPSHOT, one, 1, Status.READY));
    assertThat(call(p, "GET", path, null).at("/group_snapshot/status")).isEqualTo("available");
    assertThat(
            call(p, "GET", "group_snapshots?group_id=" + group + "&status=available", null).text())
        .contains(id);
    assertThat(call(p, "DELETE", "snapshots/" + snapshots.getFirst(), null).text()).contains(id);
    assertThat(delete(p, group, true).text()).contains("has group snapshots");

    Answer copied =
        call(
            p,
            "POST",
            "groups/action",
            Map.of("create-from-src", Map.of("name", "copy", "group_snapshot_id", id)));
    assertThat(copied.status()).as(copied.text()).isEqualTo(202);
    String copy = copied.at("/group/id");
    assertThat(status(p, copy)).isEqualTo("creating");
    List<String> copies =
        call(p, "GET", "volumes/detail?group_id=" + copy, null)
            .json()
            .at("/volumes")
            .valueStream()
            .map(v -> v.get("id").asString())
            .toList();
    assertThat(copies).hasSize(2).doesNotContainAnyElementsOf(volumes);
    copies.forEach(one -> cloud.report("near", Kind.VOLUME, one, 1, Status.READY));
    assertThat(status(p, copy)).isEqualTo("available");

    assertThat(call(p, "DELETE", path, null).status()).isEqualTo(202);
    assertThat(call(p, "GET", path, null).at("/group_snapshot/status")).isEqualTo("deleting");
    snapshots.forEach(one -> cloud.report("near", Kind.SNAPSHOT, one, 2, Status.ABSENT));
    assertThat(call(p, "GET", path, null).status()).isEqualTo(404);
  }

  @Test
  void aGroupIsMadeOfAnother() {
    String p = "cloned";
    String group = group(p);
    volume(p, group);
    Map<String, Object> from = Map.of("create-from-src", Map.of("source_group_id", group));
    String copy = call(p, "POST", "groups/action", from).at("/group/id");
    assertThat(call(p, "GET", "groups/" + copy, null).at("/group/source_group_id"))
        .isEqualTo(group);
    assertThat(
            call(p, "GET", "groups/" + copy + "?list_volume=true", null)
                .json()
                .at("/group/volumes")
                .size())
        .isEqualTo(1);
    Map<String, Object> ofEmpty =
        Map.of("create-from-src", Map.of("source_group_id", group("cloned")));
    assertThat(call(p, "POST", "groups/action", ofEmpty).text()).contains("is empty");
    Map<String, Object> ofNothing = Map.of("create-from-src", Map.of("name", "x"));
    assertThat(call(p, "POST", "groups/action", ofNothing).status()).isEqualTo(400);
  }

  @Test
  void promisesNoSnapshotsOfOneMoment() {
    String p = "moment";
    String consistent =
        groupType("consistent", Map.of("consistent_group_snapshot_enabled", "<is> True"));
    String group = group(p, consistent);
    assertThat(snapshot(p, group).text()).contains("empty");
    volume(p, group);
    volume(p, group);
    Answer refused = snapshot(p, group);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("one moment", "consistent");
    assertThat(call(p, "GET", "snapshots", null).json().at("/snapshots").size()).isZero();
    assertThat(admin("DELETE", "group_types/" + consistent, null).text()).contains("in use");
  }

  @Test
  void showsWhatItWasResetTo() {
    String p = "reset";
    String group = group(p);
    String volume = volume(p, group);
    Map<String, Object> error = Map.of("reset_status", Map.of("status", "error"));
    assertThat(call(p, "POST", "groups/" + group + "/action", error).status()).isEqualTo(403);
    assertThat(admin("POST", "groups/" + group + "/action", error).status()).isEqualTo(202);
    assertThat(status(p, group)).isEqualTo("error");
    assertThat(call(p, "GET", "groups?status=error", null).text()).contains(group);
    assertThat(snapshot(p, group).status()).isEqualTo(400);
    Map<String, Object> available = Map.of("reset_status", Map.of("status", "available"));
    admin("POST", "groups/" + group + "/action", available);
    String taken = "group_snapshots/" + snapshot(p, group).at("/group_snapshot/id");
    assertThat(admin("POST", taken + "/action", error).status()).isEqualTo(202);
    assertThat(call(p, "GET", taken, null).at("/group_snapshot/status")).isEqualTo("error");
    Map<String, Object> offer = Map.of("transfer", Map.of("volume_id", volume));
    assertThat(call(p, "POST", "volume-transfers", offer).text()).contains("in a group");
    Map<String, Object> retype = Map.of("os-retype", Map.of("new_type", "virga"));
    assertThat(call(p, "POST", "volumes/" + volume + "/action", retype).text())
        .contains("in a group");
  }

  private String group(String project) {
    return group(project, groupType);
  }

  private String group(String project, String type) {
    Answer made =
        call(
            project,
            "POST",
            "groups",
            Map.of(
                "group",
                Map.of("name", "g", "group_type", type, "volume_types", List.of(volumeType))));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    assertThat(status(project, made.at("/group/id"))).isEqualTo("available");
    return made.at("/group/id");
  }

  private String volume(String project, String group) {
    Answer made = create(project, Map.of("size", 1, "group_id", group, "volume_type", volumeType));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    cloud.report("near", Kind.VOLUME, made.at("/volume/id"), 1, Status.READY);
    return made.at("/volume/id");
  }

  private Answer create(String project, Map<String, Object> volume) {
    return call(project, "POST", "volumes", Map.of("volume", volume));
  }

  private Answer update(String project, String group, Map<String, Object> changes) {
    return call(project, "PUT", "groups/" + group, Map.of("group", changes));
  }

  private Answer delete(String project, String group, boolean withVolumes) {
    return call(
        project,
        "POST",
        "groups/" + group + "/action",
        Map.of("delete", Map.of("delete-volumes", withVolumes)));
  }

  private Answer snapshot(String project, String group) {
    return call(
        project,
        "POST",
        "group_snapshots",
        Map.of("group_snapshot", Map.of("name", "s", "group_id", group)));
  }

  private List<String> snapshots(String project, String groupSnapshot) {
    return call(project, "GET", "snapshots/detail", null)
        .json()
        .at("/snapshots")
        .valueStream()
        .filter(s -> s.get("group_snapshot_id").asString("").equals(groupSnapshot))
        .map(s -> s.get("id").asString())
        .toList();
  }

  private String status(String project, String group) {
    return call(project, "GET", "groups/" + group, null).at("/group/status");
  }

  private Answer call(String project, String method, String path, @Nullable Object body) {
    return cloud.at("3.60", method, project, path, body);
  }

  private Answer admin(String method, String path, @Nullable Object body) {
    return cloud.adminAt("3.60", method, "types", path, body);
  }
}
