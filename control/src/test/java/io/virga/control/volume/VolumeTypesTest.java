package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.control.volume.model.VolumeType;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Types of volumes: what administrators make of them, and who may use them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeTypesTest {

  private VolumeCloud cloud;

  @BeforeAll
  void start() {
    cloud = new VolumeCloud();
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void thereIsADefaultTypeFromTheStart() {
    for (String id : List.of("default", VolumeType.DEFAULT_ID.toString())) {
      Answer shown = cloud.member("GET", "p1", "types/" + id, null);
      assertThat(shown.at("/volume_type/name")).isEqualTo("virga");
      assertThat(shown.at("/volume_type/id")).isEqualTo(VolumeType.DEFAULT_ID.toString());
    }
    assertThat(typeOf("p1", create("p1", Map.of("size", 1)))).isEqualTo("virga");
    assertThat(typeOf("p1", create("p1", Map.of("size", 1, "volume_type", "__DEFAULT__"))))
        .isEqualTo("virga");
    Answer deleted = cloud.admin("DELETE", "p1", "types/" + VolumeType.DEFAULT_ID, null);
    assertThat(deleted.status()).isEqualTo(400);
    assertThat(deleted.text()).contains("is a default volume type and cannot be deleted");
  }

  @Test
  void aTypeIsMadeShownChangedAndDeleted() {
    Answer made =
        cloud.admin(
            "POST",
            "p2",
            "types",
            Map.of(
                "volume_type",
                Map.of("name", "fast", "description", "quick", "extra_specs", Map.of("a", "b"))));
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    String id = made.at("/volume_type/id");
    assertThat(made.at("/volume_type/is_public")).isEqualTo("true");
    assertThat(made.at("/volume_type/os-volume-type-access:is_public")).isEqualTo("true");
    assertThat(makeType("p2", "fast").status()).as("the name is taken").isEqualTo(409);
    assertThat(makeType("p2", " ").status()).isEqualTo(400);

    Answer shown = cloud.admin("GET", "p2", "types/" + id, null);
    assertThat(shown.at("/volume_type/extra_specs/a")).isEqualTo("b");
    assertThat(shown.json().at("/volume_type/qos_specs_id").isNull()).isTrue();
    Answer seen = cloud.member("GET", "p2", "types/" + id, null);
    assertThat(seen.json().at("/volume_type/extra_specs").isEmpty()).as("for users").isTrue();
    assertThat(seen.json().at("/volume_type").has("qos_specs_id")).isFalse();
    assertThat(cloud.member("GET", "p2", "types/fast", null).status())
        .as("a name is no id")
        .isEqualTo(404);
    assertThat(cloud.member("POST", "p2", "types", Map.of()).status()).isEqualTo(403);

    Answer changed = changeType(id, Map.of("name", "faster", "is_public", false));
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    assertThat(changed.at("/volume_type/name")).isEqualTo("faster");
    assertThat(changed.at("/volume_type/description")).isEqualTo("quick");
    assertThat(changed.at("/volume_type/is_public")).isEqualTo("false");
    assertThat(changeType(id, Map.of()).status()).isEqualTo(400);
    assertThat(changeType(id, Map.of("name", "virga")).status()).isEqualTo(409);

    assertThat(cloud.admin("DELETE", "p2", "types/" + id, null).status()).isEqualTo(202);
    assertThat(cloud.admin("GET", "p2", "types/" + id, null).status()).isEqualTo(404);
    assertThat(cloud.admin("DELETE", "p2", "types/" + id, null).status()).isEqualTo(404);
  }

  @Test
  void aTypeInUseCannotBeDeleted() {
    String type = makeType("p3", "used").at("/volume_type/id");
    String volume = create("p3", Map.of("size", 1, "volume_type", "used"));
    assertThat(typeOf("p3", volume)).isEqualTo("used");
    Answer refused = cloud.admin("DELETE", "p3", "types/" + type, null);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/badRequest/message")).isEqualTo("Target volume type is still in use.");
    changeType(type, Map.of("name", "renamed"));
    assertThat(typeOf("p3", volume)).isEqualTo("renamed");
    assertThat(
            cloud
                .member("GET", "p3", "volumes/detail?volume_type_id=" + type, null)
                .json()
                .at("/volumes")
                .size())
        .isEqualTo(1);
  }

  @Test
  void copiesAreOfTheTypeOfTheirSource() {
    makeType("p4", "special");
    makeType("p4", "other");
    String source = create("p4", Map.of("size", 1, "volume_type", "special"));
    cloud.report("near", Kind.VOLUME, source, 1, Status.READY);
    assertThat(typeOf("p4", create("p4", Map.of("source_volid", source)))).isEqualTo("special");
    assertThat(typeOf("p4", create("p4", Map.of("source_volid", source, "volume_type", "other"))))
        .isEqualTo("other");
  }

  @Test
  void aPrivateTypeIsForProjectsWithAccessOnly() {
    Answer made =
        cloud.admin(
            "POST",
            "p5",
            "types",
            Map.of(
                "volume_type",
                Map.of("name", "private", "os-volume-type-access:is_public", false)));
    String id = made.at("/volume_type/id");
    assertThat(cloud.member("GET", "p5", "types/" + id, null).status()).isEqualTo(404);
    assertThat(cloud.member("GET", "p5", "types", null).text()).doesNotContain(id);
    assertThat(tryCreate("p5", "private").status()).isEqualTo(404);

    assertThat(access(id, "addProjectAccess", "p5").status()).isEqualTo(202);
    assertThat(access(id, "addProjectAccess", "p5").status()).isEqualTo(409);
    Answer list = cloud.admin("GET", "p1", "types/" + id + "/os-volume-type-access", null);
    assertThat(list.at("/volume_type_access/0/project_id")).isEqualTo("p5");
    assertThat(list.at("/volume_type_access/0/volume_type_id")).isEqualTo(id);
    assertThat(tryCreate("p5", "private").status()).isEqualTo(202);
    assertThat(tryCreate("p6", "private").status()).isEqualTo(404);
    assertThat(cloud.member("GET", "p5", "types", null).text()).contains(id);

    assertThat(cloud.admin("GET", "p1", "types", null).text()).doesNotContain(id);
    assertThat(cloud.admin("GET", "p1", "types?is_public=None", null).text()).contains(id);
    assertThat(cloud.admin("GET", "p1", "types?is_public=false", null).text())
        .contains(id)
        .doesNotContain(VolumeType.DEFAULT_ID.toString());
    assertThat(cloud.member("GET", "p6", "types?is_public=None", null).text()).doesNotContain(id);

    assertThat(access(id, "removeProjectAccess", "p5").status()).isEqualTo(202);
    assertThat(access(id, "removeProjectAccess", "p5").status()).isEqualTo(404);
    assertThat(tryCreate("p5", "private").status()).isEqualTo(404);
    String common = VolumeType.DEFAULT_ID.toString();
    assertThat(access(common, "addProjectAccess", "p5").status()).isEqualTo(409);
    assertThat(
            cloud.admin("GET", "p1", "types/" + common + "/os-volume-type-access", null).status())
        .isEqualTo(404);
  }

  @Test
  void extraSpecsAreAddedSetAndRemoved() {
    String specs = "types/" + makeType("p7", "specs").at("/volume_type/id") + "/extra_specs";
    Answer added =
        cloud.admin("POST", "p7", specs, Map.of("extra_specs", Map.of("k1", "a", "k2", "b")));
    assertThat(added.at("/extra_specs/k2")).isEqualTo("b");
    Answer set = cloud.admin("PUT", "p7", specs + "/k1", Map.of("k1", "c"));
    assertThat(set.at("/k1")).isEqualTo("c");
    assertThat(cloud.admin("GET", "p7", specs, null).at("/extra_specs/k1")).isEqualTo("c");
    assertThat(cloud.admin("GET", "p7", specs + "/k2", null).at("/k2")).isEqualTo("b");
    assertThat(cloud.admin("DELETE", "p7", specs + "/k2", null).status()).isEqualTo(202);
    for (String method : List.of("GET", "DELETE")) {
      assertThat(cloud.admin(method, "p7", specs + "/k2", null).status()).isEqualTo(404);
    }
    assertThat(cloud.admin("PUT", "p7", specs + "/k3", Map.of("k1", "c")).status()).isEqualTo(400);
    assertThat(cloud.admin("PUT", "p7", specs + "/k1", Map.of("k1", "c", "k2", "d")).status())
        .isEqualTo(400);
    assertThat(cloud.admin("PUT", "p7", specs + "/k1", "null").status()).isEqualTo(400);
    assertThat(cloud.admin("POST", "p7", specs, "null").status()).isEqualTo(400);
    assertThat(cloud.admin("POST", "p7", specs, Map.of("extra_specs", List.of("invalid"))).status())
        .isEqualTo(400);
    assertThat(cloud.admin("POST", "p7", specs, Map.of("extra_specs", Map.of("k/1", "c"))).status())
        .isEqualTo(400);
  }

  @Test
  void noTypeIsEncrypted() {
    String type = "types/" + VolumeType.DEFAULT_ID + "/encryption";
    Answer shown = cloud.admin("GET", "p8", type, null);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.json().isEmpty()).isTrue();
    assertThat(cloud.admin("GET", "p8", type + "/cipher", null).status()).isEqualTo(404);
    assertThat(
            cloud
                .admin("POST", "p8", type, Map.of("encryption", Map.of("provider", "luks")))
                .status())
        .isEqualTo(400);
  }

  private Answer makeType(String project, String name) {
    return cloud.admin("POST", project, "types", Map.of("volume_type", Map.of("name", name)));
  }

  private Answer changeType(String id, Map<String, Object> change) {
    return cloud.admin("PUT", "p2", "types/" + id, Map.of("volume_type", change));
  }

  private Answer access(String type, String action, String project) {
    return cloud.admin(
        "POST", "p1", "types/" + type + "/action", Map.of(action, Map.of("project", project)));
  }

  private Answer tryCreate(String project, String type) {
    return cloud.member(
        "POST", project, "volumes", Map.of("volume", Map.of("size", 1, "volume_type", type)));
  }

  private String create(String project, Map<String, Object> volume) {
    Answer made = cloud.member("POST", project, "volumes", Map.of("volume", volume));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    return made.at("/volume/id");
  }

  private String typeOf(String project, String volume) {
    return cloud.member("GET", project, "volumes/" + volume, null).at("/volume/volume_type");
  }
}
