package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Quotas of volumes: of projects, of all, of types. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeQuotaTest {

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
  void whatWasSetForAProjectIsSetBack() {
    assertThat(set("back", Map.of("volumes", 1, "backups", 3)).at("/quota_set/backups"))
        .isEqualTo("3");
    cloud.available("back", 1);
    assertThat(create("back", Map.of("size", 1)).status()).isEqualTo(413);
    assertThat(cloud.member("DELETE", "back", "os-quota-sets/back", null).status()).isEqualTo(403);
    assertThat(cloud.admin("DELETE", "back", "os-quota-sets/back", null).status()).isEqualTo(200);
    Answer shown = cloud.member("GET", "back", "os-quota-sets/back", null);
    assertThat(shown.at("/quota_set/volumes")).isEqualTo("10");
    assertThat(shown.at("/quota_set/backups")).isEqualTo("0");
    assertThat(create("back", Map.of("size", 1)).status()).isEqualTo(202);
  }

  @Test
  void noVolumeIsLargerThanTheProjectMayHaveOne() {
    set("large", Map.of("per_volume_gigabytes", 2));
    Answer refused = create("large", Map.of("size", 3));
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.text()).contains("size 3", "limit 2");
    String id = cloud.available("large", 2);
    Map<String, Object> more = Map.of("os-extend", Map.of("new_size", 3));
    assertThat(cloud.member("POST", "large", "volumes/" + id + "/action", more).status())
        .isEqualTo(413);
  }

  @Test
  void aTypesVolumesAndSnapshotsAreLimitedByThemselves() {
    String type = type("scarce");
    Map<String, Object> limits =
        Map.of("volumes_scarce", 2, "gigabytes_scarce", 4, "snapshots_scarce", 1);
    assertThat(set("typed", limits).at("/quota_set/volumes_scarce")).isEqualTo("2");
    assertThat(create("typed", Map.of("size", 5, "volume_type", type)).text())
        .contains("gigabytes_scarce");
    String first = create("typed", Map.of("size", 1, "volume_type", type)).at("/volume/id");
    cloud.report("near", Kind.VOLUME, first, 1, Status.READY);
    Map<String, Object> snapshot = Map.of("snapshot", Map.of("volume_id", first));
    assertThat(cloud.member("POST", "typed", "snapshots", snapshot).status()).isEqualTo(202);
    assertThat(cloud.member("POST", "typed", "snapshots", snapshot).text())
        .contains("snapshots_scarce");
    assertThat(create("typed", Map.of("size", 1, "volume_type", type)).status()).isEqualTo(202);
    Answer third = create("typed", Map.of("size", 1, "volume_type", type));
    assertThat(third.status()).isEqualTo(413);
    assertThat(third.text()).contains("volumes_scarce", "2 of 2");
    String other = cloud.available("typed", 1);
    Map<String, Object> retype = Map.of("os-retype", Map.of("new_type", "scarce"));
    assertThat(cloud.member("POST", "typed", "volumes/" + other + "/action", retype).status())
        .isEqualTo(413);
    Answer usage = cloud.member("GET", "typed", "os-quota-sets/typed?usage=true", null);
    assertThat(usage.at("/quota_set/volumes_scarce/in_use")).isEqualTo("2");
    assertThat(usage.at("/quota_set/gigabytes_scarce/in_use")).isEqualTo("3");
    assertThat(usage.at("/quota_set/snapshots_scarce/in_use")).isEqualTo("1");
    assertThat(usage.at("/quota_set/volumes/in_use"))
        .as("refused ones are not counted")
        .isEqualTo("3");
  }

  @Test
  void theDefaultClassIsForAllProjectsForWhichNothingWasSet() {
    String type = type("classy");
    Answer before = cloud.admin("GET", "class", "os-quota-class-sets/default", null);
    assertThat(before.at("/quota_class_set/id")).isEqualTo("default");
    assertThat(before.at("/quota_class_set/volumes_classy")).isEqualTo("-1");
    set("class-own", Map.of("volumes_classy", 5));
    Answer changed = setClass(Map.of("snapshots", 12, "volumes_classy", 0));
    assertThat(changed.at("/quota_class_set/snapshots")).isEqualTo("12");
    assertThat(changed.json().at("/quota_class_set").has("id")).isFalse();
    try {
      Answer defaults = cloud.member("GET", "class", "os-quota-sets/class/defaults", null);
      assertThat(defaults.at("/quota_set/snapshots")).isEqualTo("12");
      assertThat(
              cloud.member("GET", "class", "os-quota-sets/class", null).at("/quota_set/snapshots"))
          .isEqualTo("12");
      assertThat(create("class", Map.of("size", 1, "volume_type", type)).status()).isEqualTo(413);
      assertThat(create("class-own", Map.of("size", 1, "volume_type", type)).status())
          .isEqualTo(202);
    } finally {
      setClass(Map.of("snapshots", 10, "volumes_classy", -1));
    }
    assertThat(create("class", Map.of("size", 1, "volume_type", type)).status()).isEqualTo(202);
    assertThat(cloud.member("GET", "class", "os-quota-class-sets/default", null).status())
        .isEqualTo(403);
    Map<String, Object> one = Map.of("quota_class_set", Map.of("volumes", 1));
    assertThat(cloud.admin("GET", "class", "os-quota-class-sets/gold", null).status())
        .isEqualTo(400);
    assertThat(cloud.admin("PUT", "class", "os-quota-class-sets/gold", one).status())
        .isEqualTo(400);
    assertThat(cloud.member("GET", "class", "os-quota-sets/class", null).at("/quota_set/volumes"))
        .isEqualTo("10");
  }

  @Test
  void theLimitsOfATypeEndWithIt() {
    String type = type("passing");
    set("ends", Map.of("volumes_passing", 3));
    setClass(Map.of("volumes_passing", 4));
    assertThat(cloud.admin("DELETE", "ends", "types/" + type, null).status()).isEqualTo(202);
    for (String table : new String[] {"quota", "quota_default"}) {
      assertThat(
              cloud
                  .api()
                  .database()
                  .sql("SELECT count(*) AS left_over FROM " + table + " WHERE resource LIKE :type")
                  .bind("type", "%" + type)
                  .one(row -> row.number("left_over"))
                  .block(VolumeCloud.TIMEOUT))
          .isZero();
    }
  }

  private String type(String name) {
    return cloud
        .admin("POST", "types", "types", Map.of("volume_type", Map.of("name", name)))
        .at("/volume_type/id");
  }

  private Answer set(String project, Map<String, Object> limits) {
    return cloud.admin("PUT", project, "os-quota-sets/" + project, Map.of("quota_set", limits));
  }

  private Answer setClass(Map<String, Object> limits) {
    return cloud.admin(
        "PUT", "class", "os-quota-class-sets/default", Map.of("quota_class_set", limits));
  }

  private Answer create(String project, Map<String, Object> volume) {
    return cloud.member("POST", project, "volumes", Map.of("volume", new HashMap<>(volume)));
  }
}
