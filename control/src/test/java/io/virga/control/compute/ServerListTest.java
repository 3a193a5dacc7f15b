package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.watch.ObservedState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
