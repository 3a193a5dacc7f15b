package io.virga.control.image.metadef;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.fault.FaultForm;
import io.virga.control.http.ApiService;
import io.virga.control.http.Route;
import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.json.Json;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces of metadata definitions, what they hold, and who may what. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MetadefsTest {

  private static final String NAMESPACES = "/image/v2/metadefs/namespaces";
  private static final Map<String, Object> CORES =
      Map.of("title", "Cores", "type", "integer", "minimum", 1, "default", 2);

  private TestApi api;
  private String admin;

  @BeforeAll
  void start() {
    api =
        TestApi.start(
            test ->
                List.of(
                    new ApiService() {
                      @Override
                      public String prefix() {
                        return "image";
                      }

                      @Override
                      public FaultForm faults() {
                        return FaultForm.IMAGE;
                      }

                      @Override
                      public List<Route> routes() {
                        return Metadefs.routes(test.database(), URI.create("http://virga.test"));
                      }
                    }));
    admin = api.token("operator", "admin", "member", "reader");
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @Test
  void aNamespaceComesWithAllThatItHolds() {
    Map<String, Object> whole = namespace("whole");
    whole.put("visibility", "public");
    whole.put("display_name", "All of it");
    whole.put("properties", Map.of("cores", CORES));
    whole.put(
        "objects",
        List.of(
            Map.of(
                "name",
                "cpu",
                "description",
                "A processor.",
                "required",
                List.of("sockets"),
                "properties",
                Map.of("sockets", CORES))));
    whole.put("tags", List.of(Map.of("name", "fast"), Map.of("name", "cheap")));
    whole.put(
        "resource_type_associations",
        List.of(
            Map.of("name", "OS::Nova::Flavor", "prefix", "hw:"), Map.of("name", "Our::Own::Type")));
    Answer made = api.post(NAMESPACES, admin, whole);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.header("Location")).isEqualTo("http://virga.test" + NAMESPACES + "/whole");
    String reader = reader("anyone");
    Answer shown = api.get(NAMESPACES + "/whole", reader);
    assertThat(shown.json()).isEqualTo(made.json());
    assertThat(shown.at("/owner")).isEqualTo("operator");
    assertThat(shown.at("/self")).isEqualTo("/v2/metadefs/namespaces/whole");
    assertThat(shown.at("/objects/0/self")).isEqualTo("/v2/metadefs/namespaces/whole/objects/cpu");
    assertThat(shown.at("/properties/cores/title")).isEqualTo("Cores");
    assertThat(texts(shown, "/tags", "name")).containsExactly("cheap", "fast");
    Answer ofFlavor = api.get(NAMESPACES + "/whole?resource_type=OS::Nova::Flavor", reader);
    assertThat(ofFlavor.at("/properties/hw:cores/title")).isEqualTo("Cores");
    assertThat(ofFlavor.at("/objects/0/properties/hw:sockets/title")).isEqualTo("Cores");
    assertThat(ofFlavor.at("/objects/0/required/0")).isEqualTo("hw:sockets");
    Answer types = api.get("/image/v2/metadefs/resource_types", reader);
    assertThat(texts(types, "/resource_types", "name"))
        .contains("OS::Glance::Image", "Our::Own::Type");
    Answer refused =
        api.post(
            NAMESPACES,
            admin,
            Map.of("namespace", "half", "tags", List.of(Map.of("name", "a"), Map.of("name", "a"))));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(api.get(NAMESPACES + "/half", admin).status()).as("nothing of it").isEqualTo(404);
  }

  @Test
  void onlyAdministratorsWriteAndAPrivateOneIsItsOwners() {
    String member = api.token("tenant", "member", "reader");
    assertThat(api.post(NAMESPACES, member, namespace("mine")).status()).isEqualTo(403);
    Map<String, Object> own = namespace("own");
    own.put("owner", "tenant");
    assertThat(api.post(NAMESPACES, admin, own).status()).isEqualTo(201);
    String path = NAMESPACES + "/own";
    assertThat(api.get(path, member).status()).isEqualTo(200);
    assertThat(api.get(path, reader("other")).status()).isEqualTo(404);
    assertThat(api.get(path + "/tags", reader("other")).status()).isEqualTo(404);
    assertThat(api.get(path + "/objects/any", reader("other")).status()).isEqualTo(404);
    assertThat(api.get(path + "/resource_types", reader("other")).status()).isEqualTo(404);
    assertThat(names(reader("other"), "")).doesNotContain("own");
    assertThat(names(member, "?visibility=private")).containsExactly("own");
    for (String below : List.of("", "/tags", "/objects", "/properties")) {
      assertThat(api.delete(path + below, member).status()).as(below).isEqualTo(403);
    }
    assertThat(api.post(path + "/tags/t", member, "").status()).isEqualTo(403);
    assertThat(api.get(NAMESPACES, "").status()).isEqualTo(401);
  }

  @Test
  void nothingOfAProtectedOneIsDeleted() {
    Map<String, Object> kept = namespace("kept");
    kept.put("protected", true);
    kept.put("tags", List.of(Map.of("name", "t")));
    kept.put("resource_type_associations", List.of(Map.of("name", "OS::Glance::Image")));
    api.post(NAMESPACES, admin, kept);
    String path = NAMESPACES + "/kept";
    for (String below : List.of("", "/tags", "/tags/t", "/resource_types/OS::Glance::Image")) {
      Answer refused = api.delete(path + below, admin);
      assertThat(refused.status()).as(below).isEqualTo(403);
      assertThat(refused.at("/message")).contains("kept", "protected");
      assertThat(refused.at("/code")).isEqualTo("403 Forbidden");
    }
    assertThat(api.post(path + "/tags", admin, tags("other")).status()).isEqualTo(403);
    Answer open = api.put(path, admin, Map.of("namespace", "kept", "visibility", "public"));
    assertThat(open.json().at("/protected").booleanValue()).isFalse();
    assertThat(open.at("/visibility")).isEqualTo("public");
    assertThat(api.delete(path, admin).status()).isEqualTo(204);
    assertThat(api.get(path, admin).status()).isEqualTo(404);
  }

  @Test
  void namesAreUniqueAndMayChange() {
    api.post(NAMESPACES, admin, namespace("first"));
    api.post(NAMESPACES, admin, namespace("second"));
    assertThat(api.post(NAMESPACES, admin, namespace("first")).status()).isEqualTo(409);
    assertThat(api.put(NAMESPACES + "/first", admin, namespace("second")).status()).isEqualTo(409);
    Answer renamed = api.put(NAMESPACES + "/first", admin, namespace("third"));
    assertThat(renamed.at("/namespace")).isEqualTo("third");
    assertThat(api.get(NAMESPACES + "/first", admin).status()).isEqualTo(404);
    String objects = NAMESPACES + "/third/objects";
    assertThat(api.post(objects, admin, Map.of("name", "a")).status()).isEqualTo(201);
    assertThat(api.post(objects, admin, Map.of("name", "b")).status()).isEqualTo(201);
    assertThat(api.post(objects, admin, Map.of("name", "a")).status()).isEqualTo(409);
    assertThat(api.put(objects + "/a", admin, Map.of("name", "b")).status()).isEqualTo(409);
    Answer changed = api.put(objects + "/a", admin, Map.of("name", "c", "description", "New."));
    assertThat(changed.at("/description")).isEqualTo("New.");
    assertThat(api.get(objects + "/a", admin).status()).isEqualTo(404);
    assertThat(api.delete(objects + "/c", admin).status()).isEqualTo(204);
    assertThat(api.delete(objects + "/c", admin).status()).isEqualTo(404);
    assertThat(texts(api.get(objects, admin), "/objects", "name")).containsExactly("b");
  }

  @Test
  void propertiesAreAskedForByTheirNamesOnAResource() {
    api.post(NAMESPACES, admin, namespace("props"));
    String path = NAMESPACES + "/props";
    Map<String, Object> property = new LinkedHashMap<>(CORES);
    property.put("name", "cores");
    assertThat(api.post(path + "/properties", admin, property).at("/name")).isEqualTo("cores");
    Answer associated =
        api.post(
            path + "/resource_types",
            admin,
            Map.of("name", "OS::Nova::Flavor", "prefix", "hw:", "properties_target", "image"));
    assertThat(associated.status()).isEqualTo(201);
    assertThat(associated.at("/properties_target")).isEqualTo("image");
    assertThat(
            api.post(path + "/resource_types", admin, Map.of("name", "OS::Nova::Flavor")).status())
        .isEqualTo(409);
    String onFlavor = path + "/properties/hw:cores?resource_type=OS::Nova::Flavor";
    assertThat(api.get(onFlavor, admin).at("/title")).isEqualTo("Cores");
    assertThat(api.get(path + "/properties/hw:cores", admin).status()).isEqualTo(404);
    assertThat(api.get(path + "/properties", admin).at("/properties/cores/type"))
        .isEqualTo("integer");
    assertThat(names(admin, "?resource_types=OS::Nova::Flavor,Other")).contains("props");
    assertThat(names(admin, "?resource_types=Other")).doesNotContain("props");
    assertThat(api.delete(path + "/resource_types/OS::Nova::Flavor", admin).status())
        .isEqualTo(204);
    assertThat(api.delete(path + "/resource_types/OS::Nova::Flavor", admin).status())
        .isEqualTo(404);
  }

  @Test
  void tagsComeAllAnewOrMoreOfThem() {
    api.post(NAMESPACES, admin, namespace("tagged"));
    String path = NAMESPACES + "/tagged/tags";
    assertThat(api.post(path, admin, tags("a", "b")).status()).isEqualTo(201);
    assertThat(api.post(path, admin, tags("c")).status()).isEqualTo(201);
    assertThat(texts(api.get(path, admin), "/tags", "name")).containsExactly("c");
    assertThat(append(path, "d", "e").status()).isEqualTo(201);
    assertThat(append(path, "e").status()).as("it is there").isEqualTo(409);
    assertThat(api.post(path + "/f", admin, "").at("/name")).isEqualTo("f");
    assertThat(api.put(path + "/f", admin, Map.of("name", "g")).at("/name")).isEqualTo("g");
    assertThat(texts(api.get(path + "?sort_key=name&sort_dir=asc", admin), "/tags", "name"))
        .containsExactly("c", "d", "e", "g");
    assertThat(api.delete(path, admin).status()).isEqualTo(204);
    assertThat(texts(api.get(path, admin), "/tags", "name")).isEmpty();
  }

  @Test
  void pagesFollowTheOrder() {
    api.post(NAMESPACES, admin, namespace("paged"));
    String path = NAMESPACES + "/paged/tags";
    api.post(path, admin, tags("t1", "t2", "t3", "t4", "t5"));
    List<String> seen = new ArrayList<>();
    String next = "/v2/metadefs/namespaces/paged/tags?sort_key=name&sort_dir=asc&limit=2";
    while (!next.isEmpty()) {
      Answer page = api.get("/image" + next, admin);
      seen.addAll(texts(page, "/tags", "name"));
      next = page.at("/next");
    }
    assertThat(seen).containsExactly("t1", "t2", "t3", "t4", "t5");
    assertThat(api.get(path + "?sort_key=color", admin).status()).isEqualTo(400);
    assertThat(api.get(path + "?sort_dir=up", admin).status()).isEqualTo(400);
    assertThat(api.get(NAMESPACES + "?visibility=shared", admin).status()).isEqualTo(400);
  }

  @Test
  void aNamespaceHoldsAThousandOfAKind() {
    api.post(NAMESPACES, admin, namespace("full"));
    String path = NAMESPACES + "/full/tags";
    String[] thousand = IntStream.range(0, 1000).mapToObj(i -> "t" + i).toArray(String[]::new);
    assertThat(api.post(path, admin, tags(thousand)).status()).isEqualTo(201);
    assertThat(api.post(path + "/more", admin, "").status()).isEqualTo(413);
    assertThat(append(path, "more").status()).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\": \"p\", \"title\": \"P\"}",
        "{\"name\": \"p\", \"type\": \"string\"}",
        "{\"name\": \"p\", \"title\": \"P\", \"type\": \"color\"}",
        "{\"name\": \"p\", \"title\": \"P\", \"type\": \"string\", \"maxLength\": -1}",
        "{\"name\": \"p\", \"title\": \"P\", \"type\": \"string\", \"enum\": \"a\"}",
        "{\"name\": \"p\", \"title\": \"P\", \"type\": \"string\", \"readonly\": \"yes\"}",
        "{\"name\": \"p\", \"title\": \"P\", \"type\": \"array\", \"items\": {\"size\": 1}}",
        "{\"name\": \"p\", \"title\": \"P\", \"type\": \"string\", \"color\": \"red\"}",
        "{\"name\": \"\", \"title\": \"P\", \"type\": \"string\"}",
      })
  void refusesWhatIsNoProperty(String body) {
    api.post(NAMESPACES, admin, namespace("strict"));
    assertThat(api.post(NAMESPACES + "/strict/properties", admin, body).status()).isEqualTo(400);
  }

  @Test
  void refusesWhatIsTheServicesToSay() {
    Map<String, Object> body = namespace("told");
    body.put("created_at", "2020-01-01T00:00:00Z");
    Answer refused = api.post(NAMESPACES, admin, body);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.at("/message")).isEqualTo("Attribute 'created_at' is read-only.");
  }

  @Test
  void keepsValuesAsTheyAreSaid() {
    api.post(NAMESPACES, admin, namespace("odd"));
    String body =
        "{\"name\": \"p\", \"title\": \"P\", \"type\": \"string\","
            + " \"default\": \"a\\u0000b\", \"enum\": [1.50, null, {\"b\": 1, \"a\": 2}]}";
    Answer made = api.post(NAMESPACES + "/odd/properties", admin, body);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    Answer shown = api.get(NAMESPACES + "/odd/properties/p", admin);
    assertThat(shown.at("/default")).isEqualTo("a\u0000b");
    assertThat(shown.json().at("/enum").toString()).isEqualTo("[1.5,null,{\"b\":1,\"a\":2}]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "namespace",
        "namespaces",
        "object",
        "objects",
        "property",
        "properties",
        "tag",
        "tags"
      })
  void tellsItsSchemas(String name) {
    Answer schema = api.get("/image/v2/schemas/metadefs/" + name, reader("anyone"));
    assertThat(schema.at("/name")).isEqualTo(name);
    assertThat(schema.json().at("/properties").isEmpty()).isFalse();
  }

  private Answer append(String path, String... names) {
    return api.send(
        api.request(path)
            .POST(BodyPublishers.ofString(Json.text(tags(names))))
            .header("X-Auth-Token", admin)
            .header("X-Openstack-Append", "True"));
  }

  private String reader(String project) {
    return api.token(project, "reader");
  }

  private List<String> names(String token, String query) {
    return texts(api.get(NAMESPACES + query, token), "/namespaces", "namespace");
  }

  private static List<String> texts(Answer answer, String list, String member) {
    return answer.json().at(list).valueStream().map(one -> one.path(member).asString("")).toList();
  }

  private static Map<String, Object> namespace(String name) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("namespace", name);
    return body;
  }

  private static Map<String, Object> tags(String... names) {
    return Map.of("tags", List.of(names).stream().map(name -> Map.of("name", name)).toList());
  }
}
