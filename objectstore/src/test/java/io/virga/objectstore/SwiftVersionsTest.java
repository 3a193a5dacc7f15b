package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Where every version is kept: how they are listed, restored and taken away, as Swift does it. */
class SwiftVersionsTest extends OnSwiftNode {

  private static final Pattern LINE =
      Pattern.compile("\"version_id\":\"([^\"]+)\",\"is_latest\":(true|false)");

  private static String put(String path, String body) {
    return swift.put(path, body).header("x-object-version-id");
  }

  /** The ids of a listing; the current one with a star. */
  private static List<String> listed(String container, String more) {
    List<String> ids = new ArrayList<>();
    Matcher matcher = LINE.matcher(swift.get(container + "?versions&format=json" + more).text());
    while (matcher.find()) {
      ids.add(matcher.group(1) + (matcher.group(2).equals("true") ? "*" : ""));
    }
    return ids;
  }

  @Test
  void listsThemInReverseAndFromAMarker() {
    swift.put("/back", "", "X-Versions-Enabled", "true");
    String a1 = put("/back/a", "1");
    String b1 = put("/back/b", "1");
    String b2 = put("/back/b", "2");
    String mark = swift.delete("/back/a").header("x-object-version-id");
    assertThat(listed("/back", "")).containsExactly(mark + "*", a1, b2 + "*", b1);
    assertThat(listed("/back", "&reverse=on")).containsExactly(b1, b2 + "*", a1, mark + "*");
    assertThat(listed("/back", "&reverse=on&limit=2")).containsExactly(b1, b2 + "*");
    assertThat(listed("/back", "&reverse=on&marker=b")).containsExactly(a1, mark + "*");
    assertThat(listed("/back", "&reverse=on&marker=b&version_marker=" + b1))
        .containsExactly(b2 + "*", a1, mark + "*");
    assertThat(listed("/back", "&reverse=on&end_marker=a")).containsExactly(b1, b2 + "*");
    assertThat(listed("/back", "&marker=a&version_marker=null"))
        .containsExactly(mark, a1, b2 + "*", b1);
    assertThat(swift.get("/back?versions&format=xml").status()).isEqualTo(406);
    assertThat(swift.get("/back?versions", "Accept", "text/plain").status()).isEqualTo(406);
  }

  @Test
  void makesAnEarlierVersionTheCurrentOneAsItIs() {
    swift.put("/again", "", "X-Versions-Enabled", "true");
    String one = put("/again/o", "one");
    String two = put("/again/o", "two");
    assertThat(swift.put("/again/o?version-id=" + one, "").header("x-object-version-id"))
        .isEqualTo(one);
    SwiftClient.Answer got = swift.get("/again/o");
    assertThat(got.text()).isEqualTo("one");
    assertThat(got.header("content-location")).isEqualTo("/v1/AUTH_p1/again/o?version-id=" + one);
    assertThat(listed("/again", "")).containsExactly(two, one + "*");
    assertThat(swift.get("/again?format=json").text())
        .contains("\"version_symlink\":true", "/v1/AUTH_p1/again/o?version-id=" + one);
    swift.delete("/again/o?version-id=" + two);
    assertThat(swift.get("/again/o").text()).isEqualTo("one");
    assertThat(swift.put("/again/o?version-id=null", "").status()).isEqualTo(400);
    assertThat(swift.put("/again/o?version-id=1234567890.12345", "").status()).isEqualTo(404);
    assertThat(swift.post("/again/o?version-id=" + one).status()).isEqualTo(400);
  }

  @Test
  void putsNoOtherVersionInThePlaceOfWhatIsDeleted() {
    swift.put("/gone", "", "X-Versions-Enabled", "true");
    String one = put("/gone/o", "one");
    String two = put("/gone/o", "two");
    swift.delete("/gone/o?version-id=" + two);
    assertThat(swift.get("/gone/o").status()).isEqualTo(404);
    assertThat(swift.get("/gone/o?version-id=" + one).text()).isEqualTo("one");
    put("/gone/p", "one");
    swift.delete("/gone/p?version-id=null");
    assertThat(swift.get("/gone/p").status()).isEqualTo(404);
    assertThat(listed("/gone", "&prefix=p")).hasSize(1);
    SwiftClient.Answer absent = swift.delete("/gone/none");
    assertThat(absent.status()).isEqualTo(404);
    assertThat(listed("/gone", "&prefix=none"))
        .containsExactly(absent.header("x-object-version-id") + "*");
  }

  @Test
  void marksNoDeletionsWhereVersionsAreNoMoreKept() {
    swift.put("/paused", "", "X-Versions-Enabled", "true");
    String one = put("/paused/o", "one");
    swift.post("/paused", "X-Versions-Enabled", "false");
    assertThat(swift.delete("/paused/o").status()).isEqualTo(204);
    assertThat(swift.get("/paused/o").status()).isEqualTo(404);
    assertThat(listed("/paused", "")).hasSize(1).allMatch(id -> id.startsWith(one));
    assertThat(put("/paused/o", "plain")).isEmpty();
    assertThat(listed("/paused", "")).containsExactly("null*", one);
    assertThat(swift.delete("/paused/o").status()).isEqualTo(204);
    assertThat(swift.delete("/paused/o").status()).isEqualTo(404);
    assertThat(listed("/paused", "")).hasSize(1);
    assertThat(swift.get("/paused/o").status()).isEqualTo(404);
  }

  @Test
  void countsTheBytesOfAllVersions() {
    swift.put("/heavy", "", "X-Versions-Enabled", "true");
    put("/heavy/o", "12345");
    put("/heavy/o", "67890");
    assertThat(swift.head("/heavy").header("x-container-bytes-used")).isEqualTo("10");
    assertThat(swift.head("/heavy").header("x-container-object-count")).isEqualTo("1");
    swift.post("/heavy", "X-Container-Meta-Quota-Bytes", "12");
    assertThat(swift.put("/heavy/o", "abc").status()).isEqualTo(413);
    assertThat(swift.put("/heavy/o", "ab").status()).isEqualTo(201);
  }

  @Test
  void deletesOneVersionOfAManifestWithItsSegments() {
    swift.put("/slo", "", "X-Versions-Enabled", "true");
    swift.put("/parts", "");
    swift.put("/parts/a", "a");
    swift.put("/parts/b", "b");
    String first = put("/slo/m?multipart-manifest=put", "[{\"path\":\"/parts/a\"}]");
    put("/slo/m?multipart-manifest=put", "[{\"path\":\"/parts/b\"}]");
    assertThat(swift.get("/slo?format=json").text()).contains("\"slo_etag\":\"\\\"");
    assertThat(swift.delete("/slo/m?multipart-manifest=delete&version-id=" + first).text())
        .contains("Number Deleted: 2");
    assertThat(swift.head("/parts/a").status()).isEqualTo(404);
    assertThat(swift.get("/slo/m").text()).isEqualTo("b");
  }

  @Test
  void keepsToTheEarlierWayOfVersionsForNull() {
    swift.put("/past", "");
    swift.put("/stack", "", "X-Versions-Location", "past");
    swift.put("/stack/o", "one");
    swift.put("/stack/o", "two");
    assertThat(swift.delete("/stack/o?version-id=null").status()).isEqualTo(204);
    assertThat(swift.get("/stack/o").text()).isEqualTo("one");
    assertThat(swift.delete("/stack/o?version-id=" + "0".repeat(24)).status()).isEqualTo(400);
  }

  @Test
  void showsAVersionByItsIdAfterItsEnd() {
    swift.put("/ended", "", "X-Versions-Enabled", "true");
    SwiftClient.Answer put =
        swift.put("/ended/o", "still", "X-Delete-After", "1", "X-Object-Meta-Color", "blue");
    String id = put.header("x-object-version-id");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (swift.get("/ended/o").status() == 200) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
    assertThat(swift.get("/ended/o").status()).isEqualTo(404);
    assertThat(swift.get("/ended/o?version-id=" + id).text()).isEqualTo("still");
    assertThat(swift.head("/ended/o?version-id=" + id).header("x-object-meta-color"))
        .isEqualTo("blue");
  }
}
