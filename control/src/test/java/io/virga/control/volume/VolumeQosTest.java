package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.IoLimits;
import io.virga.dataplane.desired.IoLimits.Rate;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** QoS specs: what is kept of them, and what hosts are told to enforce. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeQosTest {

  private static final String PROJECT = "ops";

  private VolumeCloud cloud;

  @BeforeAll
  void start() {
    cloud = new VolumeCloud();
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"front-end", "back-end", "both"})
  void isMadeForAnyConsumerAndDeleted(String consumer) {
    Answer made = make("for-" + consumer, Map.of("consumer", consumer, "read_iops_sec", "2000"));
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    assertThat(made.at("/qos_specs/consumer")).isEqualTo(consumer);
    assertThat(made.at("/qos_specs/specs/read_iops_sec")).isEqualTo("2000");
    assertThat(made.at("/links/0/rel")).isEqualTo("self");
    String path = "qos-specs/" + made.at("/qos_specs/id");
    assertThat(call("GET", path, null).at("/qos_specs/name")).isEqualTo("for-" + consumer);
    assertThat(call("GET", "qos-specs", null).text()).contains("for-" + consumer);
    assertThat(call("DELETE", path, null).status()).isEqualTo(202);
    assertThat(call("GET", path, null).status()).isEqualTo(404);
  }

  @Test
  void keysAreSetAndUnset() {
    String path = "qos-specs/" + make("keys", Map.of()).at("/qos_specs/id");
    assertThat(call("GET", path, null).at("/qos_specs/consumer")).isEqualTo("back-end");
    Answer set = call("PUT", path, Map.of("qos_specs", Map.of("iops_bytes", "500", "x", "y")));
    assertThat(set.at("/qos_specs/iops_bytes")).isEqualTo("500");
    assertThat(call("GET", path, null).at("/qos_specs/specs/x")).as("kept").isEqualTo("y");
    Answer unset = call("PUT", path + "/delete_keys", Map.of("keys", List.of("x")));
    assertThat(unset.status()).isEqualTo(202);
    assertThat(call("GET", path, null).json().at("/qos_specs/specs").has("x")).isFalse();
    assertThat(call("PUT", path + "/delete_keys", Map.of("keys", List.of("x"))).status())
        .isEqualTo(404);
  }

  @Test
  void refusesWhatIsNoNumberATakenNameAndAnUnknownConsumer() {
    for (String bad : List.of("many", "-1", "1.5", "", "99999999999999")) {
      Answer refused = make("bad", Map.of("total_iops_sec", bad));
      assertThat(refused.status()).as(bad).isEqualTo(400);
      assertThat(refused.text()).contains("qos_specs.total_iops_sec");
    }
    String path = "qos-specs/" + make("good", Map.of("total_iops_sec", "7")).at("/qos_specs/id");
    assertThat(
            call("PUT", path, Map.of("qos_specs", Map.of("write_bytes_sec_per_gb", "x"))).status())
        .isEqualTo(400);
    assertThat(make("good", Map.of()).status()).isEqualTo(409);
    assertThat(make("odd", Map.of("consumer", "nobody")).status()).isEqualTo(400);
    assertThat(cloud.member("GET", PROJECT, "qos-specs", null).status()).isEqualTo(403);
  }

  @Test
  void theHostIsToldOfTheLimitsOfTheVolumesType() {
    String qos = make("told", Map.of("total_iops_sec", "100")).at("/qos_specs/id");
    String type = makeType("told");
    String before = available("p1", "told", 2);
    assertThat(limits(before)).isEmpty();
    associate(qos, type);
    String after = available("p1", "told", 2);
    for (String id : List.of(before, after)) {
      assertThat(limits(id)).contains(operations(100, 0));
    }
    Answer associations = call("GET", "qos-specs/" + qos + "/associations", null);
    assertThat(associations.at("/qos_associations/0/id")).isEqualTo(type);
    assertThat(call("GET", "types/" + type, null).at("/volume_type/qos_specs_id")).isEqualTo(qos);

    set(qos, Map.of("total_iops_sec_max", "900", "total_iops_sec_per_gb", "70"));
    for (String id : List.of(before, after)) {
      assertThat(limits(id)).contains(operations(140, 900));
      assertThat(status("p1", id)).as("nothing is disturbed").isEqualTo("available");
    }
    extend("p1", before, 3);
    assertThat(limits(before)).contains(operations(210, 900));
    long generation = cloud.spec(after, "near").generation();
    set(qos, Map.of("mine", "kept"));
    set(qos, Map.of("mine", "kept"));
    assertThat(cloud.spec(after, "near").generation()).isLessThanOrEqualTo(generation + 1);

    assertThat(call("GET", "qos-specs/" + qos + "/disassociate_all", null).status()).isEqualTo(202);
    for (String id : List.of(before, after)) {
      assertThat(limits(id)).isEmpty();
    }
  }

  @Test
  void aTypeIsLimitedByOneQosOnly() {
    String one = make("one", Map.of()).at("/qos_specs/id");
    String two = make("two", Map.of()).at("/qos_specs/id");
    String type = makeType("one-only");
    associate(one, type);
    associate(one, type);
    Answer second = call("GET", "qos-specs/" + two + "/associate?vol_type_id=" + type, null);
    assertThat(second.status()).isEqualTo(400);
    assertThat(second.text()).contains("already associated with another qos specs");
    assertThat(call("GET", "qos-specs/" + two + "/associate", null).status()).isEqualTo(400);
    assertThat(call("GET", "qos-specs/" + one + "/associate?vol_type_id=" + one, null).status())
        .isEqualTo(404);

    Answer refused = call("DELETE", "qos-specs/" + one, null);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("is still associated with entities");
    call("GET", "qos-specs/" + two + "/disassociate?vol_type_id=" + type, null);
    assertThat(call("GET", "qos-specs/" + one + "/associations", null).text()).contains(type);
    assertThat(call("DELETE", "qos-specs/" + one + "?force=True", null).status()).isEqualTo(202);
    associate(two, type);
    call("GET", "qos-specs/" + two + "/disassociate?vol_type_id=" + type, null);
    assertThat(call("DELETE", "qos-specs/" + two, null).status()).isEqualTo(202);
  }

  @Test
  void aRunningVolumeIsRetypedWithoutLosingItsExport() {
    String qos = make("slow", Map.of("write_bytes_sec", "1048576")).at("/qos_specs/id");
    associate(qos, makeType("slow"));
    String id = available("p2", "virga", 1);
    assertThat(retype("p2", id, "nothing").status()).isEqualTo(400);
    assertThat(retype("p2", id, "virga").status()).isEqualTo(400);
    assertThat(retype("p2", id, "slow").status()).isEqualTo(202);
    assertThat(cloud.member("GET", "p2", "volumes/" + id, null).at("/volume/volume_type"))
        .isEqualTo("slow");
    assertThat(limits(id).orElseThrow().writeBytes()).isEqualTo(new Rate(1 << 20, 0));
    assertThat(status("p2", id)).isEqualTo("available");
  }

  @Test
  void noVolumeIsLeftBehindWhenLimitsChangeWhileItIsMade() {
    String qos = make("racing", Map.of("total_iops_sec", "1")).at("/qos_specs/id");
    associate(qos, makeType("racing"));
    List<String> made =
        Flux.range(0, 30)
            .flatMap(
                n ->
                    Flux.defer(() -> Flux.just(raced(qos, n)))
                        .subscribeOn(Schedulers.boundedElastic()),
                8)
            .filter(id -> !id.isEmpty())
            .collectList()
            .blockOptional(VolumeCloud.TIMEOUT)
            .orElseThrow();
    assertThat(made).hasSize(10);
    String last = call("GET", "qos-specs/" + qos, null).at("/qos_specs/specs/total_iops_sec");
    assertThat(made)
        .allSatisfy(id -> assertThat(limits(id)).contains(operations(Long.parseLong(last), 0)));
  }

  private String raced(String qos, int n) {
    if (n % 3 != 0) {
      set(qos, Map.of("total_iops_sec", Integer.toString(n + 1)));
      return "";
    }
    return create("p3", "racing", 1);
  }

  private static IoLimits operations(long perSecond, long burst) {
    return new IoLimits(
        new Rate(perSecond, burst), Rate.NONE, Rate.NONE, Rate.NONE, Rate.NONE, Rate.NONE);
  }

  private Optional<IoLimits> limits(String volume) {
    return cloud.spec(volume, "near").limits();
  }

  private Answer make(String name, Map<String, String> specs) {
    Map<String, String> qos = new HashMap<>(specs);
    qos.put("name", name);
    return call("POST", "qos-specs", Map.of("qos_specs", qos));
  }

  private String makeType(String name) {
    return call("POST", "types", Map.of("volume_type", Map.of("name", name))).at("/volume_type/id");
  }

  private void associate(String qos, String type) {
    Answer answer = call("GET", "qos-specs/" + qos + "/associate?vol_type_id=" + type, null);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
  }

  private void set(String qos, Map<String, String> specs) {
    Answer answer = call("PUT", "qos-specs/" + qos, Map.of("qos_specs", specs));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private String create(String project, String type, int gib) {
    Answer made =
        cloud.member(
            "POST", project, "volumes", Map.of("volume", Map.of("size", gib, "volume_type", type)));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    return made.at("/volume/id");
  }

  private String available(String project, String type, int gib) {
    String id = create(project, type, gib);
    cloud.report("near", Kind.VOLUME, id, 1, Status.READY);
    return id;
  }

  private void extend(String project, String id, int gib) {
    Answer answer = act(project, id, Map.of("os-extend", Map.of("new_size", gib)));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
  }

  private Answer retype(String project, String id, String type) {
    return act(
        project, id, Map.of("os-retype", Map.of("new_type", type, "migration_policy", "never")));
  }

  private Answer act(String project, String id, Map<String, Object> action) {
    return cloud.member("POST", project, "volumes/" + id + "/action", action);
  }

  private String status(String project, String id) {
    return cloud.member("GET", project, "volumes/" + id, null).at("/volume/status");
  }

  private Answer call(String method, String path, @Nullable Object body) {
    return cloud.admin(method, PROJECT, path, body);
  }
}
