package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.json.Json;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.StoragePolicy;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.store.SystemMetadata;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A node with the policies {@code default}, {@code Gold} (1), and {@code worn} (2), deprecated. */
@Timeout(120)
class SwiftPoliciesTest {

  private static final int GOLD = 1;
  private static final List<RingDevice> DEVICES =
      List.of(new RingDevice(0, 1, 1, "127.0.0.1", 1, "d1", 100));

  @TempDir static Path home;

  private static TestNode node;
  private static SwiftClient swift;

  @BeforeAll
  static void start() throws IOException {
    Path rings = TestRings.write(home.resolve("rings"), 1, DEVICES);
    TestRings.addPolicy(rings, new StoragePolicy(GOLD, "Gold", false, false), 1, DEVICES);
    TestRings.addPolicy(rings, new StoragePolicy(2, "worn", false, true), 1, DEVICES);
    node = TestNode.start(home, 0, TestCluster.OPTIONS);
    swift = new SwiftClient(node.port());
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static int policyOf(ContainerPath path) {
    return node.store().container(path).blockOptional().orElseThrow().orElseThrow().policy();
  }

  @Test
  void aContainerIsOfThePolicyThatItWasMadeWith() {
    assertThat(swift.put("/chosen", "", "X-Storage-Policy", "gOLD").status()).isEqualTo(201);
    assertThat(swift.put("/plain", "").status()).isEqualTo(201);
    assertThat(swift.head("/chosen").header("X-Storage-Policy")).isEqualTo("Gold");
    assertThat(swift.get("/chosen").header("X-Storage-Policy")).isEqualTo("Gold");
    assertThat(swift.head("/plain").header("X-Storage-Policy")).isEqualTo("default");

    assertThat(swift.put("/chosen", "").status()).isEqualTo(202);
    assertThat(swift.put("/chosen", "", "X-Storage-Policy", "gold").status()).isEqualTo(202);
    SwiftClient.Answer other =
        swift.put("/chosen", "", "X-Storage-Policy", "default", "X-Container-Meta-A", "b");
    assertThat(other.status()).isEqualTo(409);
    assertThat(swift.put("/plain", "", "X-Storage-Policy", "gold").status()).isEqualTo(409);
    assertThat(swift.head("/chosen").header("X-Container-Meta-A")).isEmpty();
    assertThat(swift.head("/chosen").header("X-Storage-Policy")).isEqualTo("Gold");
  }

  @Test
  void refusesPoliciesThatCannotBeHad() {
    SwiftClient.Answer unknown = swift.put("/none", "", "X-Storage-Policy", "silver");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text()).isEqualTo("Invalid X-Storage-Policy 'silver'");
    SwiftClient.Answer deprecated = swift.put("/none", "", "X-Storage-Policy", "WORN");
    assertThat(deprecated.status()).isEqualTo(400);
    assertThat(deprecated.text()).isEqualTo("Storage Policy 'worn' is deprecated");
    assertThat(swift.head("/none").status()).isEqualTo(404);
  }

  @Test
  void containersOfADeprecatedPolicyGoOn() {
    ContainerPath path = new ContainerPath("AUTH_p1", "going-on");
    node.store().putContainer(path, 2, before -> before, true).block();
    assertThat(swift.put("/going-on", "").status()).isEqualTo(202);
    assertThat(swift.put("/going-on/o", "x").status()).isEqualTo(201);
    assertThat(swift.head("/going-on").header("X-Storage-Policy")).isEqualTo("worn");
    assertThat(node.holds(2, path.object("o"))).contains(true);
  }

  @Test
  void informationListsThePoliciesOfNewContainers() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + "/info")).build();
    String text =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    JsonNode policies =
        Json.read(text.getBytes(StandardCharsets.UTF_8), JsonNode.class)
            .path("swift")
            .path("policies");
    assertThat(policies.toString())
        .isEqualTo(
            "[{\"name\":\"default\",\"aliases\":\"default\",\"default\":true},"
                + "{\"name\":\"Gold\",\"aliases\":\"Gold\"}]");
  }

  @Test
  void anAccountTellsWhatEachPolicyHolds() {
    SwiftClient other = swift.as("member:counted");
    String account = "/v1/AUTH_counted";
    other.put(account + "/a", "");
    other.put(account + "/b", "", "X-Storage-Policy", "gold");
    other.put(account + "/c", "", "X-Storage-Policy", "gold");
    other.put(account + "/a/1", "12345");
    other.put(account + "/b/1", "123");
    other.put(account + "/c/1", "1234");
    TestCluster.await(
        () -> {
          assertPolicy(other.head(account), "Default", List.of("1", "1", "5"));
          assertPolicy(other.head(account), "Gold", List.of("2", "2", "7"));
        });
    assertThat(other.head(account).header("X-Account-Container-Count")).isEqualTo("3");
    assertThat(other.head(account).header("X-Account-Bytes-Used")).isEqualTo("12");
    assertThat(other.get(account + "?format=json").text())
        .containsSubsequence(
            "\"a\"", "\"storage_policy\":\"default\"", "\"b\"", "\"storage_policy\":\"Gold\"");
    assertThat(other.get(account + "?format=xml").text())
        .containsSubsequence(
            "<name>a</name>",
            "<storage_policy>default</storage_policy>",
            "<name>c</name>",
            "<storage_policy>Gold</storage_policy>");

    other.send("DELETE", account + "/b/1", "");
    assertThat(other.send("DELETE", account + "/b", "").status()).isEqualTo(204);
    assertThat(other.put(account + "/b", "", "X-Storage-Policy", "default").status())
        .isEqualTo(201);
    TestCluster.await(
        () -> {
          assertPolicy(other.head(account), "Default", List.of("2", "1", "5"));
          assertPolicy(other.head(account), "Gold", List.of("1", "1", "4"));
        });
  }

  private static void assertPolicy(SwiftClient.Answer answer, String name, List<String> counts) {
    String prefix = "X-Account-Storage-Policy-" + name + "-";
    assertThat(
            List.of(
                answer.header(prefix + "Container-Count"),
                answer.header(prefix + "Object-Count"),
                answer.header(prefix + "Bytes-Used")))
        .isEqualTo(counts);
  }

  @Test
  void aQuotaOfAPolicyHoldsForItsContainersAlone() {
    SwiftClient small = swift.as("member:limited");
    SwiftClient admin = swift.as("admin:p0");
    String account = "/v1/AUTH_limited";
    small.put(account + "/plain", "");
    small.put(account + "/gold", "", "X-Storage-Policy", "gold");
    String quota = "X-Account-Quota-Bytes-Policy-Gold";
    assertThat(small.post(account, quota, "9").status()).isEqualTo(403);
    assertThat(admin.post(account, quota, "x").status()).isEqualTo(400);
    assertThat(admin.post(account, quota, "9").status()).isEqualTo(204);
    assertThat(small.head(account).header(quota)).isEqualTo("9");
    assertThat(small.put(account + "/plain/o", "1234567890").status()).isEqualTo(201);
    assertThat(small.put(account + "/gold/big", "1234567890").status()).isEqualTo(413);
    assertThat(small.put(account + "/gold/o", "12345").status()).isEqualTo(201);
    TestCluster.await(
        () -> assertThat(small.put(account + "/gold/p", "12345").status()).isEqualTo(413));
    assertThat(small.put(account + "/plain/p", "1234567890").status()).isEqualTo(201);
  }

  @Test
  void whatBelongsToAContainerIsOfItsPolicy() throws Exception {
    ContainerPath path = new ContainerPath("AUTH_p1", "parts");
    swift.put("/parts", "", "X-Storage-Policy", "gold", "X-Versions-Enabled", "true");
    S3Client s3 = new S3Client(node.port(), TestNode.ACCESS_KEY, TestNode.SECRET_KEY);
    byte[] nothing = new byte[0];
    String made = text(s3.send("POST", "/parts/big", "uploads=", nothing));
    String id = S3Fixture.between(made, "<UploadId>", "</");
    String query = "partNumber=1&uploadId=" + id;
    s3.send("PUT", "/parts/big", query, "a part".getBytes(StandardCharsets.UTF_8));
    assertThat(policyOf(SystemMetadata.partsOf(path))).isEqualTo(GOLD);
    assertThat(policyOf(SystemMetadata.uploadsOf(path))).isEqualTo(GOLD);
    assertThat(node.holds(GOLD, SystemMetadata.part(path, id, 1))).contains(true);

    swift.put("/parts/o", "one");
    assertThat(swift.put("/parts/o", "two").status()).isEqualTo(201);
    List<ListingPage.Item<ContainerRow>> hidden =
        node.store()
            .listContainers(SystemMetadata.VERSIONS_PREFIX + "AUTH_p1", ListingQuery.of("", "", 10))
            .blockOptional()
            .orElseThrow()
            .items();
    assertThat(hidden)
        .singleElement()
        .isInstanceOfSatisfying(
            ListingPage.Named.class,
            named -> assertThat(((ContainerRow) named.row()).policy()).isEqualTo(GOLD));
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void whatBelongsToAContainerFollowsOneThatIsMadeAgain() {
    ContainerPath path = new ContainerPath("AUTH_p1", "again");
    ContainerPath hidden = SystemMetadata.partsOf(path);
    assertThat(node.store().putHidden(hidden, path).block()).isFalse();
    swift.put("/again", "", "X-Storage-Policy", "gold");
    assertThat(node.store().putHidden(hidden, path).block()).isTrue();
    assertThat(policyOf(hidden)).isEqualTo(GOLD);
    swift.send("DELETE", "/again", "");
    swift.put("/again", "");
    assertThat(node.store().putHidden(hidden, path).block()).isTrue();
    assertThat(policyOf(hidden)).isZero();
  }

  @Test
  void aNewPolicyIsThereWithoutARestart() throws Exception {
    assertThat(swift.put("/late", "", "X-Storage-Policy", "late").status()).isEqualTo(400);
    Path rings = home.resolve("rings");
    TestRings.addPolicy(rings, new StoragePolicy(9, "late", false, true), 1, DEVICES);
    node.reloadRings();
    assertThat(swift.put("/late", "", "X-Storage-Policy", "late").text())
        .isEqualTo("Storage Policy 'late' is deprecated");
  }
}
