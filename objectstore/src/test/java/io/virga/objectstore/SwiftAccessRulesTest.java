package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What whoever has an application credential with access rules gets at, and what not. */
class SwiftAccessRulesTest extends OnSwiftNode {

  @BeforeAll
  static void objects() {
    swift.put("/open", "");
    swift.put("/shut", "");
    swift.put("/open/a", "shown");
    swift.put("/shut/secret", "hidden");
    swift.put("/shut/seg1", "hidden");
  }

  private static SwiftClient ruled(String... rules) {
    return swift.as("member:p1:" + String.join(",", rules));
  }

  @Test
  void rulesAreHeldAgainstThePathThatIsAnswered() {
    SwiftClient lister = ruled("GET /v1/AUTH_p1/*");
    assertThat(lister.get("/open").text()).isEqualTo("a\n");
    for (String path : List.of("/open%2Fa", "/open/a", "/shut%2fsecret")) {
      assertThat(lister.get(path).status()).as(path).isEqualTo(401);
    }
    assertThat(ruled("GET /v1/AUTH_p1/open/*").get("/open%2Fa").text()).isEqualTo("shown");
    assertThat(ruled("GET /v1/AUTH_p1/open/*").get("/%6Fpen/%61").text()).isEqualTo("shown");
  }

  @Test
  void whoMayWriteCopiesNothingThatItMayNotRead() {
    SwiftClient writer = ruled("PUT /v1/AUTH_p1/open/*", "GET /v1/AUTH_p1/open/*");
    assertThat(writer.put("/open/copy", "", "X-Copy-From", "/open/a").status()).isEqualTo(201);
    assertThat(writer.put("/open/stolen", "", "X-Copy-From", "/shut/secret").status())
        .isEqualTo(401);
    writer.put("/open/link", "", "X-Symlink-Target", "shut/secret");
    assertThat(writer.get("/open/link").status()).isEqualTo(401);
    assertThat(writer.send("COPY", "/open/a", "", "Destination", "/open/b").status())
        .isEqualTo(401);
    assertThat(swift.get("/open/stolen").status()).isEqualTo(404);
  }

  @Test
  void linksAndManifestsOpenNothingMore() {
    swift.put("/open/way", "", "X-Symlink-Target", "shut/secret");
    swift.put("/open/dynamic", "", "X-Object-Manifest", "shut/seg");
    swift.send("PUT", "/open/static?multipart-manifest=put", "[{\"path\": \"/shut/seg1\"}]");
    SwiftClient one = ruled("GET /v1/AUTH_p1/open/*", "GET /v1/AUTH_p1/shut/any");
    SwiftClient all = ruled("GET /v1/AUTH_p1/open/*", "GET /v1/AUTH_p1/shut/**");
    for (String large : List.of("/open/dynamic", "/open/static", "/open/way")) {
      assertThat(one.get(large).status()).as(large).isIn(401, 409);
      assertThat(all.get(large).text()).as(large).isEqualTo("hidden");
    }
  }

  @Test
  void severalAreDeletedByTheRulesOfEach() {
    swift.put("/open/gone", "x");
    SwiftClient bulk = ruled("POST /v1/AUTH_p1", "DELETE /v1/AUTH_p1/open/*");
    bulk.send("POST", "/?bulk-delete", "open/gone\nshut/secret\n", "Content-Type", "text/plain");
    assertThat(swift.get("/open/gone").status()).isEqualTo(404);
    assertThat(swift.get("/shut/secret").text()).isEqualTo("hidden");
  }
}
