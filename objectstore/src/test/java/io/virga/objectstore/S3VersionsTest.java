package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class S3VersionsTest extends S3Fixture {

  private static void versioning(String bucket, String status) {
    String xml = "<VersioningConfiguration><Status>%s</Status></VersioningConfiguration>";
    assertThat(send("PUT", bucket, "versioning=", utf8(xml.formatted(status))).statusCode())
        .isEqualTo(200);
  }

  private static String put(String path, String body) {
    return header(send("PUT", path, "", utf8(body)), "x-amz-version-id");
  }

  private static String get(String path, String id) {
    return text(send("GET", path, "versionId=" + id, NOTHING));
  }

  private static List<String> ids(String bucket, String query) {
    List<String> ids = new ArrayList<>();
    Matcher matcher =
        Pattern.compile("<VersionId>([^<]*)</VersionId>")
            .matcher(text(send("GET", bucket, query + "versions=", NOTHING)));
    while (matcher.find()) {
      ids.add(matcher.group(1));
    }
    return ids;
  }

  @Test
  void keepsWhatIsOverwritten() {
    send("PUT", "/kept", "", NOTHING);
    send("PUT", "/kept/k", "", utf8("before"));
    versioning("/kept", "Enabled");
    assertThat(ids("/kept", "")).containsExactly("null");
    String one = put("/kept/k", "one");
    String two = put("/kept/k", "two");
    assertThat(ids("/kept", "")).containsExactly(two, one, "null");
    assertThat(text(send("GET", "/kept/k", "", NOTHING))).isEqualTo("two");
    assertThat(get("/kept/k", one)).isEqualTo("one");
    assertThat(get("/kept/k", "null")).isEqualTo("before");
    assertError(
        send("GET", "/kept/k", "versionId=" + "0".repeat(24), NOTHING), 404, "NoSuchVersion");
    assertError(send("GET", "/kept/k", "versionId=x", NOTHING), 400, "InvalidArgument");
    send("DELETE", "/kept/k", "versionId=" + two, NOTHING);
    assertThat(text(send("GET", "/kept/k", "", NOTHING))).isEqualTo("one");
    HttpResponse<byte[]> copy =
        send("PUT", "/kept/c", "", NOTHING, "x-amz-copy-source", "/kept/k?versionId=null");
    assertThat(header(copy, "x-amz-copy-source-version-id")).isEqualTo("null");
    assertThat(text(send("GET", "/kept/c", "", NOTHING))).isEqualTo("before");
  }

  @Test
  void marksDeletionsAndTakesThemBack() {
    send("PUT", "/marked", "", NOTHING);
    versioning("/marked", "Enabled");
    String one = put("/marked/k", "one");
    HttpResponse<byte[]> deleted = send("DELETE", "/marked/k", "", NOTHING);
    String marker = header(deleted, "x-amz-version-id");
    assertThat(header(deleted, "x-amz-delete-marker")).isEqualTo("true");
    HttpResponse<byte[]> gone = send("GET", "/marked/k", "", NOTHING);
    assertError(gone, 404, "NoSuchKey");
    assertThat(header(gone, "x-amz-delete-marker")).isEqualTo("true");
    assertError(send("GET", "/marked/k", "versionId=" + marker, NOTHING), 405, "MethodNotAllowed");
    assertThat(text(send("GET", "/marked", "", NOTHING))).doesNotContain("<Key>");
    assertError(send("DELETE", "/marked", "", NOTHING), 409, "BucketNotEmpty");
    send("DELETE", "/marked/k", "versionId=" + marker, NOTHING);
    assertThat(text(send("GET", "/marked/k", "", NOTHING))).isEqualTo("one");
    send("DELETE", "/marked/k", "versionId=" + one, NOTHING);
    assertThat(send("DELETE", "/marked", "", NOTHING).statusCode()).isEqualTo(204);
  }

  @Test
  void replacesTheNullVersionWhileSuspended() {
    send("PUT", "/suspended", "", NOTHING);
    versioning("/suspended", "Enabled");
    String one = put("/suspended/k", "one");
    versioning("/suspended", "Suspended");
    assertThat(put("/suspended/k", "two")).isEmpty();
    put("/suspended/k", "three");
    HttpResponse<byte[]> got = send("GET", "/suspended/k", "", NOTHING);
    assertThat(header(got, "x-amz-version-id")).isEqualTo("null");
    assertThat(ids("/suspended", "")).containsExactly("null", one);
    assertThat(get("/suspended/k", "null")).isEqualTo("three");
    send("DELETE", "/suspended/k", "", NOTHING);
    assertThat(ids("/suspended", "")).containsExactly("null", one);
    assertError(send("GET", "/suspended/k", "", NOTHING), 404, "NoSuchKey");
  }

  @Test
  void listsVersionsInPages() {
    send("PUT", "/paged", "", NOTHING);
    send("PUT", "/paged/a", "", utf8("x"));
    versioning("/paged", "Enabled");
    for (String key : List.of("a", "d/x", "d/y", "e")) {
      put("/paged/" + key, "1");
      put("/paged/" + key, "2");
    }
    String query = "delimiter=%2F&max-keys=2&";
    String first = text(send("GET", "/paged", query + "versions=", NOTHING));
    assertThat(first).contains("<IsTruncated>true<", "<NextKeyMarker>a<");
    String id = between(first, "<NextVersionIdMarker>", "<");
    String second =
        text(
            send(
                "GET",
                "/paged",
                "delimiter=%2F&key-marker=a&max-keys=2&version-id-marker=" + id + "&versions=",
                NOTHING));
    assertThat(second).contains("<VersionId>null<", "<Prefix>d/<", "<NextKeyMarker>d/<");
    String third = text(send("GET", "/paged", "delimiter=%2F&key-marker=d%2F&versions=", NOTHING));
    assertThat(third).contains("<Key>e<", "<IsTruncated>false<").doesNotContain("d/x");
  }

  @Test
  void writesUnderConditionsOfTheCurrentVersion() {
    send("PUT", "/conditions", "", NOTHING);
    versioning("/conditions", "Enabled");
    HttpResponse<byte[]> first = send("PUT", "/conditions/k", "", utf8("1"), "if-none-match", "*");
    assertError(
        send("PUT", "/conditions/k", "", utf8("2"), "if-none-match", "*"),
        412,
        "PreconditionFailed");
    assertThat(ids("/conditions", "")).hasSize(1);
    assertThat(
            send("PUT", "/conditions/k", "", utf8("3"), "if-match", header(first, "etag"))
                .statusCode())
        .isEqualTo(200);
    send("DELETE", "/conditions/k", "", NOTHING);
    assertError(send("PUT", "/conditions/k", "", utf8("4"), "if-match", "*"), 404, "NoSuchKey");
    assertThat(send("PUT", "/conditions/k", "", utf8("5"), "if-none-match", "*").statusCode())
        .isEqualTo(200);
  }

  @Test
  void keepsTagsOfEachVersion() {
    send("PUT", "/tagged", "", NOTHING);
    versioning("/tagged", "Enabled");
    HttpResponse<byte[]> one = send("PUT", "/tagged/k", "", utf8("1"), "x-amz-tagging", "a=1");
    send("PUT", "/tagged/k", "", utf8("2"), "x-amz-tagging", "a=2");
    String xml = "<Tagging><TagSet><Tag><Key>b</Key><Value>3</Value></Tag></TagSet></Tagging>";
    String id = header(one, "x-amz-version-id");
    send("PUT", "/tagged/k", "tagging=&versionId=" + id, utf8(xml));
    assertThat(text(send("GET", "/tagged/k", "tagging=&versionId=" + id, NOTHING)))
        .contains("<Value>3<");
    assertThat(text(send("GET", "/tagged/k", "tagging=", NOTHING))).contains("<Value>2<");
  }
}
