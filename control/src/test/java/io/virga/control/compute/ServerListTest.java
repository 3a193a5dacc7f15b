package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.watch.ObservedState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Which servers a list shows, in which order, and how it is paged. */
final class ServerListTest extends ComputeFixture {

  @ParameterizedTest
  @CsvSource({
    "name=web,web-1 web-2",
    "name=^.*-1$,web-1",
    "name=nothing,''",
    "status=active,web-1",
    "status=BUILD,db web-2",
    "status=active&status=build,db web-1 web-2",
    "status=sleepy,''",
    "flavor=nothing,''",
    "flavor=1,db web-1 web-2",
    "image=nothing,''",
    "changes-since=2051-01-01T12:34:00Z,''",
    "changes-since=2011-01-01,db web-1 web-2",
    "limit=100000,db web-1 web-2",
    "limit=0,''",
    "vm_state=active,web-1",
    "config_drive=true,''",
  })
  void showsWhatIsAskedFor(String query, String expected) {
    three();
    assertThat(names(list(token, query))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=testing",
        "limit=-1",
        "changes-since=2011/01/01",
        "name=(",
        "sort_key=secret",
        "sort_dir=up",
        "marker=nobody",
        "config_drive=perhaps",
      })
  void refusesWhatIsNoFilter(String query) {
    create();
    Answer answer = api.get(ROOT + "servers?" + query.replace("(", "%28"), token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
  }

  @Test
  void refusesUnknownStatusesOfNewClientsAndOthersProjects() {
    create();
    assertThat(api.get(ROOT + "servers?all_tenants=1", token).status()).isEqualTo(403);
    assertThat(versioned("2.38", "servers?status=sleepy").status()).isEqualTo(400);
    assertThat(versioned("2.37", "servers?status=sleepy").status()).isEqualTo(200);
    String admin = api.token("of-admin", "admin", "member", "reader");
    assertThat(names(list(admin, "all_tenants=true"))).isEqualTo("vm");
    assertThat(names(list(admin, "all_tenants=false"))).isEmpty();
  }

  @Test
  void findsServersByTheirAddresses() {
    network();
    create(body("one", "1"));
    create(body("two", "1"));
    assertThat(names(list(token, "ip=10.9.0"))).isEqualTo("one two");
    String address =
        api.get(ROOT + "servers/detail?name=one", token).at("/servers/0/addresses/net/0/addr");
    assertThat(address).startsWith("10.9.0.");
    assertThat(names(list(token, "ip=" + address + "$"))).isEqualTo("one");
    assertThat(names(list(token, "ip=0.9.0"))).as("from its beginning").isEmpty();
    assertThat(names(versioned("2.5", "servers?ip6=10.9").json().at("/servers"))).isEmpty();
    String v4 = versioned("2.1", "servers/" + idOf("one") + "/ips").at("/addresses/net/0/addr");
    assertThat(v4).isEqualTo(address);
  }

  @Test
  void sortsAndPages() {
    three();
    assertThat(inOrder("sort_key=display_name&sort_dir=asc"))
        .containsExactly("db", "web-1", "web-2");
    assertThat(inOrder("sort_key=vm_state&sort_dir=asc&sort_key=display_name&sort_dir=desc"))
        .containsExactly("web-1", "web-2", "db");
    assertThat(inOrder("sort_key=created_at")).hasSize(3);
    Answer first = api.get(ROOT + "servers?sort_key=display_name&sort_dir=asc&limit=2", token);
    assertThat(first.json().at("/servers").size()).isEqualTo(2);
    String next = first.at("/servers_links/0/href");
    assertThat(next).contains("marker=" + first.at("/servers/1/id"));
    Answer second = api.get(next.substring(next.indexOf("/compute")), token);
    assertThat(names(second.json().at("/servers"))).isEqualTo("web-2");
    assertThat(second.json().has("servers_links")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sort_key=uuid&sort_dir=asc",
        "sort_key=display_name&sort_dir=desc",
        "sort_key=launched_at&sort_dir=asc",
        "sort_key=launched_at&sort_dir=desc",
        "sort_key=key_name",
        "sort_key=locked&sort_dir=asc&sort_key=created_at",
        "sort_key=vm_state&sort_dir=asc&sort_key=display_name&sort_dir=desc&sort_key=host",
        "sort_key=config_drive&sort_key=power_state&sort_dir=asc",
        "sort_dir=asc",
        "",
      })
  void showsEachServerOnceWhenItIsReadInPages(String query) {
    three();
    List<String> whole = inOrder(query);
    assertThat(whole).hasSize(3);
    List<String> paged = new ArrayList<>();
    String next = ROOT + "servers?limit=1&" + query;
    while (!next.isEmpty()) {
      Answer page = api.get(next, token);
      assertThat(page.json().at("/servers").size()).as(page.text()).isEqualTo(1);
      paged.add(page.at("/servers/0/name"));
      String href = page.at("/servers_links/0/href");
      next = href.isEmpty() ? "" : href.substring(href.indexOf("/compute"));
    }
    assertThat(paged).isEqualTo(whole);
  }

  @Test
  void beginsBehindAMarkerThatIsNotInTheListItself() {
    three();
    assertThat(
            names(list(token, "sort_key=display_name&sort_dir=asc&name=web&marker=" + idOf("db"))))
        .isEqualTo("web-1 web-2");
    String others = api.token("other", "member", "reader");
    assertThat(api.get(ROOT + "servers?marker=" + idOf("db"), others).status()).isEqualTo(400);
  }

  @Test
  void filtersByWhatIsDerivedOfServers() {
    String id = running();
    assertThat(found("vm_state=active&power_state=1&status=active")).isEqualTo("vm");
    assertThat(found("task_state=powering-off")).isEmpty();
    act(id, Map.of("os-stop", Map.of()));
    assertThat(found("vm_state=active&task_state=powering-off")).isEqualTo("vm");
    report(id, 2, ObservedState.Status.READY, "stopped");
    assertThat(found("vm_state=stopped&power_state=4&status=shutoff")).isEqualTo("vm");
    act(id, Map.of("rebuild", Map.of("imageRef", UUID.randomUUID().toString())));
    assertThat(found("status=rebuild")).isEqualTo("vm");
    report(id, 3, ObservedState.Status.FAILED, "stopped");
    assertThat(found("status=error&vm_state=error")).isEqualTo("vm");
    act(id, Map.of("rescue", Map.of()));
    report(id, 4, ObservedState.Status.READY, "running");
    assertThat(found("status=rescue&vm_state=rescued")).isEqualTo("vm");
    report(id, 4, ObservedState.Status.READY, "stopped");
    assertThat(found("status=rescue&power_state=4")).isEqualTo("vm");
    api.delete(ROOT + "servers/" + id, token);
    assertThat(found("task_state=deleting")).isEqualTo("vm");
    String admin = api.token("tenant", "admin", "member", "reader");
    assertThat(names(list(admin, "deleted=true"))).isEmpty();
  }

  @Test
  void derivesOfServersThatWereThereWhatItDerivesNow() throws IOException {
    three();
    String halted = idOf("web-1");
    act(halted, Map.of("reboot", Map.of("type", "HARD")));
    String failed = create(body("failed", "1"));
    report(failed, 1, ObservedState.Status.FAILED, "");
    List<String> before = derived();
    assertThat(before)
        .hasSize(4)
        .anyMatch(row -> row.startsWith("HARD_REBOOT,active,rebooting_hard"));
    api.database()
        .sql("UPDATE server SET status = '', vm_state = '', task_state = '', power_state = -1")
        .execute()
        .block(SOON);
    String migration;
    try (InputStream in =
        Objects.requireNonNull(
            ServerListTest.class.getResourceAsStream("/db/migration/V098__server_lists.sql"))) {
      migration = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (String statement : migration.split(";")) {
      if (statement.strip().startsWith("UPDATE")) {
        api.database().sql(statement).execute().block(SOON);
      }
    }
    assertThat(derived()).isEqualTo(before);
  }

  private List<String> derived() {
    return api.database()
        .sql(
            "SELECT concat_ws(',', status, vm_state, task_state, power_state) AS state FROM server"
                + " ORDER BY id")
        .all(row -> row.text("state"))
        .collectList()
        .blockOptional(SOON)
        .orElseThrow();
  }

  @Test
  void showsUserDataToAdministratorsOfLaterVersions() {
    Map<String, Object> body = body("vm", "1");
    body.put("user_data", "aGVsbG8=");
    create(body);
    String admin = api.token("tenant", "admin", "member", "reader");
    String data = "/servers/0/OS-EXT-SRV-ATTR:user_data";
    assertThat(detailed("2.3", admin).at(data)).isEqualTo("aGVsbG8=");
    assertThat(detailed("2.2", admin).text()).doesNotContain("user_data");
    assertThat(detailed("2.3", token).text()).doesNotContain("user_data");
  }

  private Answer detailed(String version, String by) {
    return api.send(
        api.request(ROOT + "servers/detail")
            .header("X-Auth-Token", by)
            .header("OpenStack-API-Version", "compute " + version));
  }

  private String found(String query) {
    return names(list(token, query));
  }

  @Test
  void findsServersByTheirTags() {
    String one = create(body("one", "1"));
    create(body("two", "1"));
    assertThat(
            api.send(
                    version("2.26", "servers/" + one + "/tags")
                        .PUT(json(Map.of("tags", List.of("a", "b")))))
                .status())
        .isEqualTo(200);
    assertThat(names(versioned("2.26", "servers?tags=a,b").json().at("/servers"))).isEqualTo("one");
    assertThat(names(versioned("2.26", "servers?tags=a,c").json().at("/servers"))).isEmpty();
    assertThat(names(versioned("2.26", "servers?tags-any=a,c").json().at("/servers")))
        .isEqualTo("one");
    assertThat(names(versioned("2.26", "servers?not-tags=a").json().at("/servers")))
        .isEqualTo("two");
    assertThat(names(versioned("2.26", "servers?not-tags-any=a,c").json().at("/servers")))
        .isEqualTo("two");
  }

  private void three() {
    create(body("web-2", "1"));
    create(body("db", "1"));
    String id = create(body("web-1", "1"));
    report(id, 1, ObservedState.Status.READY, "running");
  }

  private JsonNode list(String by, String query) {
    Answer answer = api.get(ROOT + "servers?" + query.replace("^", "%5E"), by);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().at("/servers");
  }

  private String idOf(String name) {
    return list(token, "name=^" + name + "$").get(0).get("id").asString();
  }

  private List<String> inOrder(String query) {
    List<String> names = new ArrayList<>();
    list(token, query).forEach(server -> names.add(server.get("name").asString()));
    return names;
  }

  private static String names(JsonNode servers) {
    List<String> names = new ArrayList<>();
    servers.forEach(server -> names.add(server.get("name").asString()));
    return String.join(" ", names.stream().sorted().toList());
  }
}
