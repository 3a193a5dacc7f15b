package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.watch.ObservedState.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of volumes, snapshots and attachments: filtered, sorted, counted, cut. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeListsTest {

  private static final String P = "lists";

  private VolumeCloud cloud;
  private final List<String> volumes = new ArrayList<>();
  private final List<String> snapshots = new ArrayList<>();

  /**
   * Five volumes a0, b1, a2, b3, a4 of 1, 2, 1, 2, 1 GiB, the last not made; a snapshot of each
   * other.
   */
  @BeforeAll
  void start() {
    cloud = new VolumeCloud();
    for (int i = 0; i < 5; i++) {
      Map<String, Object> volume = new HashMap<>();
      volume.put("name", (i % 2 == 0 ? "a" : "b") + i);
      volume.put("size", 1 + i % 2);
      volume.put("metadata", Map.of("number", "" + i, "odd", i % 2 == 0 ? "no" : "yes"));
      if (i == 3) {
        volume.put("imageRef", VolumeCloud.IMAGE);
        volume.put("size", 3);
      }
      String id = cloud.member("POST", P, "volumes", Map.of("volume", volume)).at("/volume/id");
      volumes.add(id);
      if (i < 4) {
        cloud.report("near", Kind.VOLUME, id, 1, Status.READY);
        Map<String, Object> taken =
            Map.of("volume_id", id, "name", "s" + i % 2, "metadata", Map.of("of", "" + i));
        snapshots.add(
            cloud.member("POST", P, "snapshots", Map.of("snapshot", taken)).at("/snapshot/id"));
      }
    }
    cloud.available("lists-other", 1);
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name:asc",
        "size:desc",
        "size",
        "bootable:asc,id:asc",
        "status:asc,size:desc",
        "created_at:asc",
        "host:asc",
        "volume_type_id:asc",
        "attach_status:desc",
        "display_name:desc",
        "updated_at",
      })
  void pagesTogetherAreTheWholeListInEveryOrder(String sort) {
    pagesAreWhole("volumes", "sort=" + sort, 5);
    pagesAreWhole("volumes/detail", "sort=" + sort + "&name~=a", 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"name:asc", "size:desc", "volume_id:asc", "created_at", "status,name"})
  void pagesOfSnapshotsAreTheWholeListInEveryOrder(String sort) {
    pagesAreWhole("snapshots", "sort=" + sort, 4);
    pagesAreWhole("snapshots/detail", "sort=" + sort + "&name=s1", 2);
  }

  private void pagesAreWhole(String path, String query, int count) {
    List<String> whole = ids(path + "?" + query);
    assertThat(whole).hasSize(count).doesNotHaveDuplicates();
    List<String> paged = new ArrayList<>();
    Optional<String> next = Optional.of(path + "?limit=2&" + query);
    while (next.isPresent()) {
      Answer page = get(next.get());
      paged.addAll(ids(page, collection(path)));
      next =
          Optional.of(page.at("/" + collection(path) + "_links/0/href"))
              .filter(link -> !link.isEmpty())
              .map(link -> path + link.substring(link.indexOf('?')));
    }
    assertThat(paged).isEqualTo(whole);
  }

  @Test
  void theNewestComeFirstAndTheFirstWhereThatIsAskedFor() {
    assertThat(ids("volumes")).isEqualTo(volumes.reversed());
    assertThat(ids("snapshots")).isEqualTo(snapshots.reversed());
    assertThat(ids("snapshots?sort_dir=asc&sort_key=created_at")).isEqualTo(snapshots);
    assertThat(ids("volumes?sort_dir=asc")).isEqualTo(volumes);
  }

  @Test
  void isFilteredByWhatVolumesAre() {
    assertThat(ids("volumes?name=b1")).containsExactly(volumes.get(1));
    assertThat(ids("volumes?status=CREATING")).containsExactly(volumes.get(4));
    assertThat(ids("volumes?size=3")).containsExactly(volumes.get(3));
    assertThat(ids("volumes?bootable=true")).containsExactly(volumes.get(3));
    assertThat(ids("volumes?bootable=False&status=available")).hasSize(3);
    assertThat(ids("volumes?metadata=" + encoded("{'odd': 'yes', 'number': '1'}")))
        .containsExactly(volumes.get(1));
    assertThat(ids("volumes?migration_status=migrating")).isEmpty();
    assertThat(ids("volumes?attach_status=detached")).hasSize(5);
    assertThat(ids("volumes?glance_metadata=" + encoded("{'image_name': 'guest'}")))
        .containsExactly(volumes.get(3));
    assertThat(refusal("volumes?bootable=perhaps")).contains("bootable", "perhaps");
    assertThat(refusal("volumes?size=large")).contains("size", "large");
    assertThat(refusal("volumes?metadata=nothing")).contains("JSON");
  }

  @Test
  void isFilteredByPartsOfNamesAndByTimes() {
    assertThat(ids("volumes?name~=a")).hasSize(3);
    assertThat(ids("volumes?name~=" + encoded("%"))).as("no wildcard").isEmpty();
    String third = get("volumes/" + volumes.get(2)).at("/volume/created_at");
    assertThat(ids("volumes?created_at=lt:" + third))
        .containsExactly(volumes.get(1), volumes.get(0));
    assertThat(ids("volumes?created_at=gte:" + third + ",neq:" + third))
        .containsExactly(volumes.get(4), volumes.get(3));
    assertThat(ids("volumes?created_at=" + third)).containsExactly(volumes.get(2));
    String tomorrow = LocalDateTime.ofInstant(Instant.now(), ZoneOffset.UTC).plusDays(1).toString();
    assertThat(ids("volumes?updated_at=gt:" + tomorrow)).isEmpty();
    assertThat(refusal("volumes?created_at=soon")).contains("created_at", "soon");
  }

  @Test
  void refusesWhatItDoesNotKnowSinceThatIsChecked() {
    assertThat(refusal("volumes?colour=red")).contains("Invalid filters colour");
    assertThat(refusal("snapshots?colour=red")).contains("Invalid filters colour");
    assertThat(cloud.at("3.30", "GET", P, "volumes?colour=red", null).status()).isEqualTo(200);
    assertThat(cloud.at("3.33", "GET", P, "volumes?name~=a", null).status())
        .as("a filter of later versions")
        .isEqualTo(400);
    assertThat(refusal("snapshots?sort_key=invalid")).contains("Sort key invalid is invalid");
    assertThat(refusal("snapshots?limit=invalid")).contains("limit");
    assertThat(refusal("volumes?offset=-1")).contains("offset");
    for (String marker : List.of(UUID.randomUUID().toString(), "nonsense")) {
      assertThat(get("snapshots?marker=" + marker).status()).isEqualTo(404);
      assertThat(get("volumes?marker=" + marker).status()).isEqualTo(404);
    }
    String others = cloud.available("lists-other", 1);
    assertThat(get("volumes?marker=" + others).status()).as("another project's").isEqualTo(404);
  }

  @Test
  void isFilteredByWhatSnapshotsAre() {
    assertThat(ids("snapshots?volume_id=" + volumes.get(1))).containsExactly(snapshots.get(1));
    assertThat(ids("snapshots?name~=1")).hasSize(2);
    assertThat(ids("snapshots?status=available")).isEmpty();
    assertThat(ids("snapshots?metadata=" + encoded("{'of': '2'}")))
        .containsExactly(snapshots.get(2));
  }

  @Test
  void countsWhatIsOnAllPages() {
    Answer page = get("volumes?limit=2&offset=1&with_count=true&name~=a");
    assertThat(ids(page, "volumes")).containsExactly(volumes.get(2), volumes.get(0));
    assertThat(page.json().path("count").asInt()).isEqualTo(3);
    Answer none = get("snapshots?limit=0&with_count=true");
    assertThat(ids(none, "snapshots")).isEmpty();
    assertThat(none.json().path("count").asInt()).isEqualTo(4);
    assertThat(get("volumes").json().has("count")).isFalse();
  }

  @Test
  void sumsUpWhatIsThere() {
    Answer all = get("volumes/summary");
    assertThat(all.at("/volume-summary/total_count")).isEqualTo("5");
    assertThat(all.at("/volume-summary/total_size")).isEqualTo("8");
    assertThat(all.at("/volume-summary/metadata/odd/1")).isEqualTo("yes");
    assertThat(cloud.at("3.35", "GET", P, "volumes/summary", null).text()).doesNotContain("odd");
  }

  @Test
  void administratorsListAllProjectsWhereTheyAskForIt() {
    Answer all = cloud.admin("GET", P, "volumes?all_tenants=1&sort=project_id:asc", null);
    assertThat(ids(all, "volumes")).containsAll(volumes).hasSizeGreaterThan(5);
    Answer one = cloud.admin("GET", P, "volumes?all_tenants=1&project_id=lists-other", null);
    assertThat(ids(one, "volumes")).isNotEmpty().doesNotContainAnyElementsOf(volumes);
    assertThat(ids("volumes?all_tenants=1")).as("a member's wish").hasSize(5);
  }

  @Test
  void attachmentsAreListedPageByPage() {
    String project = "lists-attached";
    List<String> servers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      servers.add(UUID.randomUUID().toString());
      cloud.attach(project, cloud.available(project, 1), servers.get(i));
    }
    Answer first = cloud.at("3.60", "GET", project, "attachments?limit=2", null);
    String marker = first.at("/attachments/1/id");
    Answer second = cloud.at("3.60", "GET", project, "attachments?marker=" + marker, null);
    assertThat(second.at("/attachments/0/instance")).isEqualTo(servers.getFirst());
    assertThat(second.json().at("/attachments").size()).isEqualTo(1);
    Answer one =
        cloud.at("3.60", "GET", project, "attachments?instance_id=" + servers.get(1), null);
    assertThat(one.json().at("/attachments").size()).isEqualTo(1);
    assertThat(cloud.at("3.60", "GET", project, "attachments?status=reserved", null).text())
        .doesNotContain("instance");
  }

  private Answer get(String path) {
    return cloud.at("3.60", "GET", P, path, null);
  }

  private String refusal(String path) {
    Answer answer = get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    return answer.text();
  }

  private List<String> ids(String path) {
    return ids(get(path), collection(path));
  }

  private static List<String> ids(Answer list, String collection) {
    assertThat(list.status()).as(list.text()).isEqualTo(200);
    return list.json().path(collection).valueStream().map(v -> v.get("id").asString()).toList();
  }

  private static String collection(String path) {
    return path.startsWith("volumes") ? "volumes" : "snapshots";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
