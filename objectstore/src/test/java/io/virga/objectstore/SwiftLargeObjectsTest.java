package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Static and dynamic large objects, and links. */
class SwiftLargeObjectsTest extends OnSwiftNode {

  private static final String PUT = "?multipart-manifest=put";

  @BeforeAll
  static void segments() {
    swift.put("/c", "");
    swift.put("/seg", "");
    for (String name : new String[] {"a", "b", "d"}) {
      swift.put("/seg/" + name, name.repeat(10), "Content-Type", "text/plain");
    }
  }

  @Test
  void putsRangesAndManifestsTogether() {
    swift.put("/c/inner" + PUT, "[{\"path\":\"/seg/a\",\"range\":\"8-\"},{\"path\":\"seg/b\"}]");
    SwiftClient.Answer outer =
        swift.put(
            "/c/outer" + PUT,
            "[{\"path\":\"/c/inner\",\"range\":\"1-3\",\"size_bytes\":12},{\"path\":\"/seg/d\"}]");
    assertThat(outer.status()).isEqualTo(201);
    assertThat(swift.get("/c/inner").text()).isEqualTo("aabbbbbbbbbb");
    SwiftClient.Answer got = swift.get("/c/outer");
    assertThat(got.text()).isEqualTo("abbdddddddddd");
    assertThat(got.header("etag")).isEqualTo(outer.header("etag")).startsWith("\"");
    assertThat(got.header("x-static-large-object")).isEqualTo("True");
    assertThat(swift.get("/c/outer", "Range", "bytes=1-3,-1").text()).contains("bbd");
    assertThat(swift.get("/c/outer?multipart-manifest=get").text()).contains("\"sub_slo\":true");
    assertThat(swift.get("/c/outer?multipart-manifest=get&format=raw").text())
        .contains("\"path\":\"/seg/d\"", "\"size_bytes\":10", "\"range\":\"1-3\"")
        .doesNotContain("content_type");
    assertThat(swift.head("/c/outer").header("content-length")).isEqualTo("13");
    String report = swift.delete("/c/outer?multipart-manifest=delete&format=json").text();
    assertThat(report).contains("Number Deleted: 5", "Response Status: 200 OK");
    assertThat(swift.head("/seg/a").status()).isEqualTo(404);
    segments();
  }

  @Test
  void refusesManifestsInSwiftsWords() {
    assertThat(swift.put("/c/m" + PUT, "no").text()).isEqualTo("Manifest must be valid JSON.\n");
    assertThat(swift.put("/c/m" + PUT, "{}").text()).isEqualTo("Manifest must be a list.\n");
    assertThat(
            swift
                .put(
                    "/c/m" + PUT,
                    "[{\"path\":\"/c/m\"},{\"x\":1},{\"path\":\"/seg/a\",\"more\":1},"
                        + "{\"path\":\"/seg/a\",\"range\":\"5-2\"}]")
                .text())
        .isEqualTo(
            "Index 0: manifest must not include itself as a segment\n"
                + "Index 1: expected keys to include one of 'data' or 'path'\n"
                + "Index 2: extraneous keys \"more\"\n"
                + "Index 3: invalid range\n");
    SwiftClient.Answer wrong =
        swift.put(
            "/c/m" + PUT,
            "[{\"path\":\"/seg/none\"},{\"path\":\"/seg/a\",\"etag\":\"0\"}]",
            "Accept",
            "application/json");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.text())
        .isEqualTo(
            "{\"Errors\":[[\"/seg/none\",\"404 Not Found\"],[\"/seg/a\",\"Etag Mismatch\"]]}");
    assertThat(swift.put("/c/m" + PUT, "[{\"path\":\"/seg/a\"}]", "Etag", "0".repeat(32)).status())
        .isEqualTo(422);
    assertThat(swift.head("/c/m").status()).isEqualTo(404);
  }

  @Test
  void putsBytesOfTheManifestAndTargetsOfLinksBetween() {
    swift.put("/c/linked", "", "X-Symlink-Target", "seg/b");
    swift.put(
        "/c/inline" + PUT,
        "[{\"data\":\"Zmlyc3Q=\"},{\"path\":\"/c/linked\",\"range\":\"0-2\"},{\"data\":\"bGFzdA==\"}]");
    assertThat(swift.get("/c/inline").text()).isEqualTo("firstbbblast");
    assertThat(swift.get("/c/inline", "Range", "bytes=4-8").text()).isEqualTo("tbbbl");
    assertThat(swift.get("/c/inline?multipart-manifest=get&format=raw").text())
        .contains("{\"data\":\"Zmlyc3Q=\"}");
    assertThat(swift.put("/c/m" + PUT, "[{\"data\":\"Zmlyc3Q=\"}]").text())
        .isEqualTo("Inline data segments require at least one object-backed segment.\n");
    swift.delete("/c/inline?multipart-manifest=delete");
    assertThat(swift.get("/seg/b").status()).isEqualTo(200);
    assertThat(swift.head("/c/linked?symlink=get").status()).isEqualTo(404);
  }

  @Test
  void deletesSegmentsLater() {
    swift.put("/late", "");
    swift.put("/late/1", "one");
    swift.put("/late/2", "two");
    swift.put("/c/late" + PUT, "[{\"path\":\"/late/1\"},{\"path\":\"/late/2\"}]");
    assertThat(swift.delete("/c/late?multipart-manifest=delete&async=on").status()).isEqualTo(204);
    assertThat(swift.head("/c/late").status()).isEqualTo(404);
    swift.put("/late/2", "written again");
    node.expire();
    assertThat(swift.get("/late").text()).isEqualTo("2\n");
    swift.put("/c/mixed" + PUT, "[{\"path\":\"/late/2\"},{\"path\":\"/seg/a\"}]");
    assertThat(swift.delete("/c/mixed?multipart-manifest=delete&async=on").status()).isEqualTo(400);
  }

  @Test
  void readsDynamicManifestsWithEscapedNames() {
    swift.put("/seg/x%20y/1", "one");
    swift.put("/seg/x%20y/2", "two");
    swift.put("/c/dlo", "", "X-Object-Manifest", "seg/x%20y/");
    assertThat(swift.get("/c/dlo").text()).isEqualTo("onetwo");
    assertThat(swift.head("/c/dlo").header("x-object-manifest")).isEqualTo("seg/x%20y/");
    swift.send("COPY", "/c/dlo", "", "Destination", "c/flat");
    assertThat(swift.head("/c/flat").header("x-object-manifest")).isEmpty();
    swift.send("COPY", "/c/dlo?multipart-manifest=get", "", "Destination", "c/again");
    assertThat(swift.head("/c/again").header("x-object-manifest")).isEqualTo("seg/x%20y/");
    swift.post("/c/dlo", "X-Object-Meta-A", "1");
    assertThat(swift.get("/c/dlo").text()).isEmpty();
    swift.delete("/seg/x%20y/1");
    swift.delete("/seg/x%20y/2");
  }

  @Test
  void followsLinks() {
    swift.put("/links", "");
    swift.put("/links/target", "bytes", "Content-Type", "x/y", "X-Object-Meta-A", "1");
    String etag = swift.head("/links/target").header("etag");
    swift.put("/links/soft", "", "X-Symlink-Target", "links/target");
    SwiftClient.Answer got = swift.get("/links/soft");
    assertThat(got.text()).isEqualTo("bytes");
    assertThat(got.header("content-location")).isEqualTo("/v1/AUTH_p1/links/target");
    SwiftClient.Answer link = swift.get("/links/soft?symlink=get");
    assertThat(link.text()).isEmpty();
    assertThat(link.header("x-symlink-target")).isEqualTo("links/target");
    assertThat(link.header("content-type")).isEqualTo("application/symlink");
    assertThat(swift.get("/links?format=json&prefix=soft").text())
        .contains("\"symlink_path\":\"/v1/AUTH_p1/links/target\"", "\"application/symlink\"");
    assertThat(
            swift
                .put(
                    "/links/hard",
                    "",
                    "X-Symlink-Target",
                    "links/target",
                    "X-Symlink-Target-Etag",
                    etag)
                .status())
        .isEqualTo(201);
    assertThat(swift.head("/links/hard?symlink=get").header("x-symlink-target-bytes"))
        .isEqualTo("5");
    assertThat(
            swift
                .put(
                    "/links/bad",
                    "",
                    "X-Symlink-Target",
                    "links/target",
                    "X-Symlink-Target-Etag",
                    "0")
                .status())
        .isEqualTo(409);
    swift.put("/links/target", "other bytes");
    assertThat(swift.get("/links/hard").status()).isEqualTo(409);
    assertThat(swift.get("/links/soft").text()).isEqualTo("other bytes");
    SwiftClient.Answer posted = swift.post("/links/soft", "X-Object-Meta-B", "2");
    assertThat(posted.status()).isEqualTo(307);
    assertThat(posted.header("location")).isEqualTo("/v1/AUTH_p1/links/target");
    swift.send("COPY", "/links/soft?symlink=get", "", "Destination", "links/copy");
    assertThat(swift.head("/links/copy?symlink=get").header("x-symlink-target"))
        .isEqualTo("links/target");
    swift.send("COPY", "/links/soft", "", "Destination", "links/plain");
    assertThat(swift.head("/links/plain?symlink=get").header("x-symlink-target")).isEmpty();
  }

  @Test
  void refusesLinksThatLeadNowhereAndRoundInCircles() {
    swift.put("/loop", "");
    assertThat(swift.put("/loop/a", "", "X-Symlink-Target", "loop/a").status()).isEqualTo(400);
    assertThat(swift.put("/loop/a", "", "X-Symlink-Target", "/loop/b").status()).isEqualTo(412);
    assertThat(swift.put("/loop/a", "body", "X-Symlink-Target", "loop/b").status()).isEqualTo(400);
    swift.put("/loop/a", "", "X-Symlink-Target", "loop/b");
    assertThat(swift.get("/loop/a").status()).isEqualTo(404);
    swift.put("/loop/b", "", "X-Symlink-Target", "loop/a");
    assertThat(swift.get("/loop/a").status()).isEqualTo(409);
    assertThat(swift.post("/loop/c", "X-Symlink-Target", "loop/a").status()).isEqualTo(400);
  }

  @Test
  void readsOnePartOfAManifest() {
    swift.put("/c/parts" + PUT, "[{\"path\":\"/seg/a\"},{\"path\":\"/seg/b\"}]");
    SwiftClient.Answer second = swift.get("/c/parts?part-number=2");
    assertThat(second.status()).isEqualTo(206);
    assertThat(second.text()).isEqualTo("bbbbbbbbbb");
    assertThat(second.header("content-range")).isEqualTo("bytes 10-19/20");
    assertThat(second.header("x-parts-count")).isEqualTo("2");
    assertThat(swift.head("/c/parts?part-number=1").header("content-length")).isEqualTo("10");
    SwiftClient.Answer third = swift.get("/c/parts?part-number=3");
    assertThat(third.status()).isEqualTo(416);
    assertThat(third.header("content-range")).isEqualTo("bytes */20");
    assertThat(swift.get("/c/parts?part-number=0").status()).isEqualTo(400);
    assertThat(swift.get("/c/parts?part-number=1", "Range", "bytes=0-1").status()).isEqualTo(400);
    assertThat(swift.get("/seg/a?part-number=7").status()).isEqualTo(200);
    swift.send("COPY", "/c/parts?part-number=1", "", "Destination", "c/first");
    assertThat(swift.get("/c/first").text()).isEqualTo("aaaaaaaaaa");
  }

  @Test
  void listsAManifestWithBothOfItsTags() {
    String etag = swift.put("/c/tags" + PUT, "[{\"path\":\"/seg/a\"}]").header("etag");
    String manifest = swift.head("/c/tags?multipart-manifest=get").header("etag");
    String quoted = etag.replace("\"", "\\\"");
    assertThat(swift.get("/c?format=json&prefix=tags").text())
        .contains("\"hash\":\"" + manifest + "\"", "\"slo_etag\":\"" + quoted + "\"")
        .contains("\"bytes\":10", "\"content_type\":\"application/octet-stream\"");
    assertThat(swift.get("/c?format=xml&prefix=tags").text())
        .contains("<hash>" + manifest + "</hash>");
    swift.put("/c/tags-link", "", "X-Symlink-Target", "c/tags", "X-Symlink-Target-Etag", manifest);
    assertThat(swift.get("/c?format=json&prefix=tags-link").text())
        .contains("\"symlink_etag\":\"" + manifest, "\"slo_etag\":\"" + quoted + "\"");
  }

  @Test
  void keepsTheConnectionOfAManifestThatIsChecked() {
    String beat = PUT + "&heartbeat=on";
    SwiftClient.Answer good = swift.put("/c/beat" + beat, "[{\"path\":\"/seg/a\"}]");
    assertThat(good.status()).isEqualTo(202);
    assertThat(good.text())
        .startsWith(" \r\n\r\n")
        .contains("Response Status: 201 Created", "Etag: ", "Last Modified: ");
    assertThat(swift.get("/c/beat").text()).isEqualTo("aaaaaaaaaa");
    SwiftClient.Answer bad =
        swift.put("/c/beat" + beat, "[{\"path\":\"no/ne\"}]", "Accept", "application/json");
    assertThat(bad.status()).isEqualTo(202);
    assertThat(bad.text())
        .contains("\"Response Status\":\"400 Bad Request\"", "[\"no/ne\",\"404 Not Found\"]");
    assertThat(swift.put("/c/beat" + beat, "[{\"path\":\"/seg/a\"}]", "Etag", "0").text())
        .contains("Response Status: 422 Unprocessable Entity");
  }

  @Test
  void checksTheSegmentsOfAManifestThatIsCopiedToAnotherAccount() {
    swift.put("/c/moved" + PUT, "[{\"path\":\"/seg/a\"}]");
    SwiftClient other = swift.as("member:p3");
    other.put("/v1/AUTH_p3/to", "", "X-Container-Write", "p1:*");
    String[] to = {"Destination", "to/moved", "Destination-Account", "AUTH_p3"};
    String manifest = "/c/moved?multipart-manifest=get";
    SwiftClient.Answer refused = swift.send("COPY", manifest, "", to);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("/seg/a, 403 Forbidden");
    other.put("/v1/AUTH_p3/seg", "", "X-Container-Read", "p1:*");
    other.put("/v1/AUTH_p3/seg/a", "a".repeat(10));
    assertThat(swift.send("COPY", manifest, "", to).status()).isEqualTo(201);
    assertThat(other.get("/v1/AUTH_p3/to/moved").text()).isEqualTo("aaaaaaaaaa");
  }

  @Test
  void doesNotBeginAReplyWhoseFirstSegmentIsGone() {
    swift.put("/seg/short-lived", "0123456789");
    swift.put("/c/broken-in" + PUT, "[{\"path\":\"/seg/a\"},{\"path\":\"/seg/short-lived\"}]");
    swift.put("/c/broken" + PUT, "[{\"path\":\"/c/broken-in\",\"range\":\"10-\"}]");
    swift.delete("/seg/short-lived");
    assertThat(swift.get("/c/broken").status()).isEqualTo(409);
    assertThat(swift.get("/c/broken-in", "Range", "bytes=12-").status()).isEqualTo(409);
    assertThat(swift.get("/c/broken-in?part-number=2").status()).isEqualTo(409);
    assertThat(swift.get("/c/broken-in", "Range", "bytes=0-9").text()).isEqualTo("aaaaaaaaaa");
    assertThat(swift.head("/c/broken").status()).isEqualTo(200);
  }
}
