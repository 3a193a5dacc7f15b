package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What all collections have in common: filters, order, pages, tags, revisions, several at once. */
final class CollectionsTest {

  private static final TestApi API = TenantClient.start();
  private static final List<String> NAMES = List.of("test1", "abc1", "test10", "123test");

  private final TenantClient tenant = TenantClient.tenant(API);

  @AfterAll
  static void close() {
    API.close();
  }

  @ParameterizedTest
  @CsvSource({"asc,123test abc1 test1 test10", "desc,test10 test1 abc1 123test"})
  void sortsByAnAttribute(String direction, String expected) {
    NAMES.forEach(tenant::network);
    assertThat(names("networks?sort_key=name&sort_dir=" + direction))
        .containsExactly(expected.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "networks?sort_key=nonsense",
        "networks?sort_key=subnets",
        "networks?sort_key=name&sort_dir=up",
        "networks?sort_key=name&sort_dir=asc&sort_dir=asc",
        "networks?nonsense=1",
        "networks?provider:segmentation_id=7",
        "networks?admin_state_up=perhaps",
        "networks?mtu=many",
        "networks?changed_since=yesterday",
        "networks?limit=-1",
        "ports?fixed_ips=10.0.0.5"
      })
  void refusesWhatIsNoAttributeOrNoValueOfOne(String path) {
    Answer answer = tenant.get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
  }

  @Test
  void filtersByWhatIsKept() {
    String blue = tenant.network("blue");
    String red = tenant.network("red");
    tenant.network("");
    tenant.put("networks/" + red, Map.of("network", Map.of("admin_state_up", false)));
    assertThat(names("networks?name=blue&name=red")).containsExactly("blue", "red");
    assertThat(names("networks?name=")).containsExactly("");
    assertThat(names("networks?admin_state_up=False")).containsExactly("red");
    assertThat(names("networks?id=" + blue + "&id=nonsense")).containsExactly("blue");
    assertThat(names("networks?mtu=1450&status=ACTIVE")).hasSize(3);
    assertThat(names("networks?changed_since=2000-01-01T00:00:00")).hasSize(3);
    assertThat(names("networks?changed_since=2999-01-01T00:00:00Z")).isEmpty();
  }

  @Test
  void filtersPortsByAddressAndGroup() {
    String network = tenant.network("n");
    String subnet = tenant.subnet(network, "10.0.0.0/24");
    port(network, "two");
    port(network, "three");
    String bare =
        tenant.make(
            "ports",
            "port",
            Map.of("network_id", network, "name", "bare", "security_groups", List.of()));
    assertThat(names("ports?fixed_ips=ip_address%3D10.0.0.3")).containsExactly("three");
    assertThat(names("ports?fixed_ips=ip_address_substr%3D.0.0.&fixed_ips=subnet_id%3D" + subnet))
        .hasSize(3);
    assertThat(names("ports?fixed_ips=ip_address_substr%3D10.9")).isEmpty();
    String group = tenant.get("ports?name=two").at("/ports/0/security_groups/0");
    assertThat(names("ports?security_groups=" + group)).containsExactly("two", "three");
    assertThat(names("ports?id=" + bare + "&status=DOWN&device_id=")).containsExactly("bare");
  }

  @Test
  void showsNothingButTheFieldsThatAreAskedFor() {
    String id = tenant.network("n");
    assertThat(members(tenant.get("networks?fields=id&fields=mtu").json().at("/networks/0")))
        .containsExactlyInAnyOrder("id", "mtu");
    assertThat(members(tenant.get("networks/" + id + "?fields=name").json().at("/network")))
        .containsExactly("name");
  }

  @Test
  void pagesForwardsByLinksAndBackAgain() {
    NAMES.forEach(tenant::network);
    List<String> forwards = new ArrayList<>();
    Answer page = tenant.get("networks?limit=1&sort_key=name&sort_dir=asc");
    for (int i = 0; i < NAMES.size(); i++) {
      forwards.add(page.at("/networks/0/name"));
      page = tenant.get(link(page, "next").orElseThrow());
    }
    assertThat(forwards).isSorted().hasSize(NAMES.size());
    assertThat(page.json().at("/networks").size()).isZero();
    assertThat(link(page, "next")).isEmpty();
    List<String> backwards = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      page = tenant.get(link(page, "previous").orElseThrow());
      backwards.add(page.at("/networks/0/name"));
    }
    assertThat(backwards.reversed()).isEqualTo(forwards);
    page = tenant.get(link(page, "previous").orElseThrow());
    assertThat(page.json().at("/networks").size()).isZero();
    assertThat(link(page, "previous")).isEmpty();
  }

  @Test
  void pagesBackwardsFromAMarkerInTheOrderThatIsAskedFor() {
    NAMES.forEach(tenant::network);
    String sorted = "networks?sort_key=status&sort_dir=asc&sort_key=name&sort_dir=desc";
    JsonNode all = tenant.get(sorted).json().at("/networks");
    String marker = all.get(2).at("/id").asString();
    assertThat(names(sorted + "&limit=2&page_reverse=True&marker=" + marker))
        .containsExactly("test10", "test1");
    assertThat(names(sorted + "&limit=2&marker=" + marker)).containsExactly("123test");
    assertThat(tenant.get("networks?marker=" + tenant.project()).status()).isEqualTo(404);
  }

  @Test
  void tagsAreSetOneByOneAndAllAtOnceAndFilter() {
    String id = tenant.network("n");
    String tags = "networks/" + id + "/tags";
    assertThat(tenant.put(tags + "/red", "").status()).isEqualTo(201);
    assertThat(tenant.get(tags + "/red").status()).isEqualTo(204);
    assertThat(tenant.get(tags + "/blue").status()).isEqualTo(404);
    Answer replaced = tenant.put(tags, Map.of("tags", List.of("red", "blue", "red")));
    assertThat(replaced.json().at("/tags").size()).isEqualTo(2);
    String other = tenant.network("other");
    tenant.put("networks/" + other + "/tags", Map.of("tags", List.of("red")));
    tenant.network("bare");
    assertThat(names("networks?tags=red,blue")).containsExactly("n");
    assertThat(names("networks?tags-any=red,blue")).containsExactly("n", "other");
    assertThat(names("networks?not-tags=red,blue")).containsExactly("other", "bare");
    assertThat(names("networks?not-tags-any=red,blue")).containsExactly("bare");
    assertThat(tenant.delete(tags + "/blue").status()).isEqualTo(204);
    assertThat(tenant.delete(tags + "/blue").status()).isEqualTo(404);
    assertThat(tenant.get("networks/" + id).at("/network/tags/0")).isEqualTo("red");
    assertThat(tenant.delete(tags).status()).isEqualTo(204);
    assertThat(tenant.get(tags).json().at("/tags").size()).isZero();
    assertThat(tenant.put(tags, Map.of("tags", List.of("a,b"))).status()).isEqualTo(400);
  }

  @Test
  void routersAreACollectionAsOthersAre() {
    String red = tenant.make("routers", "router", Map.of("name", "b"));
    tenant.make("routers", "router", Map.of("name", "a"));
    tenant.put("routers/" + red + "/tags", Map.of("tags", List.of("red")));
    assertThat(names("routers?tags=red")).containsExactly("b");
    assertThat(names("routers?sort_key=name&limit=1")).containsExactly("a");
    assertThat(conditional("DELETE", "routers/" + red, "revision_number=1", "")).isEqualTo(412);
    Answer made = tenant.postBody("routers", Map.of("routers", List.of(named("c"), named("d"))));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  @Test
  void tagsOfOthersAreSeenOnWhatIsSharedAndNeverChanged() {
    TenantClient admin = TenantClient.administrator(API);
    String own = tenant.network("own");
    String shared = admin.make("networks", "network", Map.of("name", "all", "shared", true));
    TenantClient other = TenantClient.tenant(API);
    assertThat(other.get("networks/" + own + "/tags").status()).isEqualTo(404);
    assertThat(other.put("networks/" + own + "/tags/x", "").status()).isEqualTo(404);
    assertThat(other.get("networks/" + shared + "/tags").status()).isEqualTo(200);
    assertThat(other.put("networks/" + shared + "/tags/x", "").status()).isEqualTo(404);
    admin.delete("networks/" + shared);
  }

  @Test
  void aChangeForAnotherRevisionIsNotMade() {
    String id = tenant.network("n");
    long revision = revision("networks/" + id, "network");
    assertThat(renamed(id, "a", revision - 1)).isEqualTo(412);
    assertThat(renamed(id, "a", revision)).isEqualTo(200);
    assertThat(renamed(id, "b", revision)).isEqualTo(412);
    assertThat(conditional("DELETE", "networks/" + id, "revision_number=1", "")).isEqualTo(412);
    assertThat(conditional("DELETE", "networks/" + id, "nonsense", "")).isEqualTo(400);
    assertThat(tenant.get("networks/" + id).at("/network/name")).isEqualTo("a");
  }

  @Test
  void whatHangsOnAResourceCountsItsRevision() {
    String network = tenant.network("n");
    long fresh = revision("networks/" + network, "network");
    String subnet = tenant.subnet(network, "10.0.0.0/24");
    long withSubnet = revision("networks/" + network, "network");
    assertThat(withSubnet).isGreaterThan(fresh);
    tenant.delete("subnets/" + subnet);
    assertThat(revision("networks/" + network, "network")).isGreaterThan(withSubnet);
    String group = tenant.make("security-groups", "security_group", Map.of("name", "g"));
    long bare = revision("security-groups/" + group, "security_group");
    String rule =
        tenant.make(
            "security-group-rules",
            "security_group_rule",
            Map.of("security_group_id", group, "direction", "ingress", "protocol", "icmp"));
    long ruled = revision("security-groups/" + group, "security_group");
    assertThat(ruled).isGreaterThan(bare);
    tenant.delete("security-group-rules/" + rule);
    assertThat(revision("security-groups/" + group, "security_group")).isGreaterThan(ruled);
  }

  @Test
  void makesSeveralAtOnceOrNone() {
    Answer made =
        tenant.postBody(
            "networks", Map.of("networks", List.of(named("a"), named("b"), named("c"))));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.at("/networks/1/name")).isEqualTo("b");
    Answer refused =
        tenant.postBody(
            "networks", Map.of("networks", List.of(named("d"), named("n".repeat(256)))));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("networks[1].name");
    assertThat(names("networks")).containsExactly("a", "b", "c");
    assertThat(tenant.postBody("networks", Map.of("networks", List.of())).status()).isEqualTo(400);
    String network = made.at("/networks/0/id");
    tenant.subnet(network, "10.0.0.0/24");
    List<Map<String, Object>> ports =
        List.of(Map.of("network_id", network), Map.of("network_id", network));
    Answer two = tenant.postBody("ports", Map.of("ports", ports));
    assertThat(two.at("/ports/1/fixed_ips/0/ip_address")).isEqualTo("10.0.0.3");
  }

  private void port(String network, String name) {
    tenant.made("ports", "port", Map.of("network_id", network, "name", name));
  }

  private int renamed(String network, String name, long revision) {
    return conditional(
        "PUT",
        "networks/" + network,
        "revision_number=" + revision,
        "{\"network\": {\"name\": \"" + name + "\"}}");
  }

  private int conditional(String method, String path, String ifMatch, String body) {
    return API.send(
            API.request("/network/v2.0/" + path)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("X-Auth-Token", tenant.token())
                .header("If-Match", ifMatch))
        .status();
  }

  private long revision(String path, String one) {
    return tenant.get(path).json().at("/" + one + "/revision_number").asLong();
  }

  private static Map<String, Object> named(String name) {
    return Map.of("name", name);
  }

  private List<String> names(String path) {
    Answer answer = tenant.get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    List<String> names = new ArrayList<>();
    answer
        .json()
        .at("/" + path.substring(0, path.contains("?") ? path.indexOf('?') : path.length()))
        .forEach(item -> names.add(item.at("/name").asString()));
    return names;
  }

  private static List<String> members(JsonNode object) {
    return List.copyOf(object.propertyNames());
  }

  /** Below the root, as the tenant's client takes it. */
  private static Optional<String> link(Answer page, String rel) {
    for (JsonNode links : page.json()) {
      for (JsonNode link : links) {
        if (link.at("/rel").asString("").equals(rel)) {
          URI uri = URI.create(link.at("/href").asString());
          String path = uri.getRawPath() + "?" + uri.getRawQuery();
          return Optional.of(path.substring("/network/v2.0/".length()));
        }
      }
    }
    return Optional.empty();
  }
}
