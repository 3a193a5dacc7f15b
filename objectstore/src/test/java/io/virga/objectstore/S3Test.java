package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.objectstore.device.DeviceOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3Test {

  private static final byte[] NOTHING = new byte[0];

  @TempDir static Path home;

  private static TestNode node;
  private static S3Client client;

  @BeforeAll
  static void start() throws IOException {
    node =
        TestNode.start(
            home, 0, DeviceOptions.defaults().withSegments(16 << 20, 1 << 20).withMinimumFree(0));
    client = new S3Client(node.port(), TestNode.SECRET_KEY);
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static HttpResponse<byte[]> send(
      String method, String path, String query, byte[] body, String... headers) {
    try {
      return client.send(method, path, query, body, headers);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertError(HttpResponse<byte[]> response, int status, String code) {
    assertThat(text(response)).contains("<Code>" + code + "</Code>");
    assertThat(response.statusCode()).isEqualTo(status);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from) + from.length();
    return text.substring(start, text.indexOf(to, start));
  }

  @Test
  void makesListsAndDeletesBuckets() {
    assertThat(send("PUT", "/made", "", NOTHING).statusCode()).isEqualTo(200);
    assertError(send("PUT", "/made", "", NOTHING), 409, "BucketAlreadyOwnedByYou");
    assertThat(text(send("GET", "/", "", NOTHING))).contains("<Name>made</Name>");
    send("PUT", "/made/key", "", random(10));
    assertError(send("DELETE", "/made", "", NOTHING), 409, "BucketNotEmpty");
    assertThat(send("DELETE", "/made/key", "", NOTHING).statusCode()).isEqualTo(204);
    assertThat(send("DELETE", "/made", "", NOTHING).statusCode()).isEqualTo(204);
    assertError(send("GET", "/made", "list-type=2", NOTHING), 404, "NoSuchBucket");
    assertError(send("PUT", "/X", "", NOTHING), 400, "InvalidBucketName");
  }

  @Test
  void keepsObjectsWithTheirMetadata() {
    send("PUT", "/objects", "", NOTHING);
    HttpResponse<byte[]> put =
        send("PUT", "/objects/a/b", "", random(70_000), "x-amz-meta-colour", "blue");
    assertThat(put.statusCode()).isEqualTo(200);
    HttpResponse<byte[]> got = send("GET", "/objects/a/b", "", NOTHING);
    assertThat(got.body()).isEqualTo(random(70_000));
    assertThat(got.headers().firstValue("x-amz-meta-colour")).contains("blue");
    assertThat(got.headers().firstValue("etag")).isEqualTo(put.headers().firstValue("etag"));
    assertThat(send("GET", "/objects/a/b", "", NOTHING, "range", "bytes=-5").body())
        .isEqualTo(Arrays.copyOfRange(random(70_000), 69_995, 70_000));
    assertError(send("GET", "/objects/none", "", NOTHING), 404, "NoSuchKey");
    assertError(
        send("PUT", "/objects/a/b", "", random(3), "if-none-match", "*"),
        412,
        "PreconditionFailed");
  }

  @Test
  void listsInPages() {
    send("PUT", "/pages", "", NOTHING);
    for (int i = 0; i < 5; i++) {
      send("PUT", "/pages/k" + i, "", random(3));
    }
    send("PUT", "/pages/d/x", "", random(3));
    String first = text(send("GET", "/pages", "delimiter=%2F&list-type=2&max-keys=3", NOTHING));
    assertThat(first)
        .contains("<CommonPrefixes><Prefix>d/</Prefix>", "<Key>k1</Key>", "<KeyCount>3<")
        .contains("<IsTruncated>true<")
        .doesNotContain("<Key>k2</Key>");
    String token = between(first, "<NextContinuationToken>", "</");
    String second =
        text(send("GET", "/pages", "continuation-token=" + token + "&list-type=2", NOTHING));
    assertThat(second).contains("<Key>k2</Key>", "<Key>k4</Key>").doesNotContain("<Key>k1</Key>");
    assertThat(text(send("GET", "/pages", "versions=", NOTHING)))
        .contains("<VersionId>null</VersionId>");
  }

  @Test
  void putsPartsTogetherWithoutCopying() {
    send("PUT", "/parts", "", NOTHING);
    String id = between(text(send("POST", "/parts/big", "uploads=", NOTHING)), "<UploadId>", "</");
    byte[] one = random(5 << 20);
    byte[] two = random(100);
    String tagOne = part(id, 1, one);
    String tagTwo = part(id, 2, two);
    assertThat(text(send("GET", "/parts", "uploads=", NOTHING))).contains(id);
    assertError(complete(id, tagOne, "\"" + "0".repeat(32) + "\""), 400, "InvalidPart");
    HttpResponse<byte[]> done = complete(id, tagOne, tagTwo);
    assertThat(text(done)).contains("-2&quot;");
    byte[] whole = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, whole, one.length, two.length);
    assertThat(send("GET", "/parts/big", "", NOTHING).body()).isEqualTo(whole);
    assertThat(complete(id, tagOne, tagTwo).statusCode()).isEqualTo(200);
    assertThat(send("DELETE", "/parts/big", "", NOTHING).statusCode()).isEqualTo(204);
    assertThat(send("DELETE", "/parts", "", NOTHING).statusCode()).isEqualTo(204);
  }

  private static String part(String id, int number, byte[] body) {
    HttpResponse<byte[]> put =
        send("PUT", "/parts/big", "partNumber=" + number + "&uploadId=" + id, body);
    return put.headers().firstValue("etag").orElseThrow();
  }

  private static HttpResponse<byte[]> complete(String id, String tagOne, String tagTwo) {
    String xml =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part>"
            + "<Part><PartNumber>2</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>";
    return send("POST", "/parts/big", "uploadId=" + id, utf8(xml.formatted(tagOne, tagTwo)));
  }

  @Test
  void deletesSeveral() {
    send("PUT", "/several", "", NOTHING);
    send("PUT", "/several/a", "", random(3));
    String xml = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>";
    assertThat(text(send("POST", "/several", "delete=", utf8(xml))))
        .contains("<Deleted><Key>a</Key></Deleted>", "<Deleted><Key>b</Key></Deleted>");
    assertError(send("GET", "/several/a", "", NOTHING), 404, "NoSuchKey");
    assertError(send("POST", "/several", "delete=", utf8("<Delete>")), 400, "MalformedXML");
  }

  @Test
  void checksBodiesBeforeItKeepsThem() {
    send("PUT", "/checked", "", NOTHING);
    assertError(
        send("PUT", "/checked/o", "", random(3), "x-amz-content-sha256", "0".repeat(64)),
        400,
        "XAmzContentSHA256Mismatch");
    assertError(
        send("PUT", "/checked/o", "", random(3), "content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="),
        400,
        "BadDigest");
    String[] trailer = {
      "x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length", "9",
      "x-amz-trailer", "x-amz-checksum-crc32"
    };
    String chunks = "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n";
    assertError(
        send("PUT", "/checked/o", "", utf8(chunks.formatted("AAAAAA==")), trailer),
        400,
        "BadDigest");
    assertError(send("GET", "/checked/o", "", NOTHING), 404, "NoSuchKey");
    assertThat(
            send("PUT", "/checked/o", "", utf8(chunks.formatted("y/Q5Jg==")), trailer).statusCode())
        .isEqualTo(200);
    assertThat(text(send("GET", "/checked/o", "", NOTHING))).isEqualTo("123456789");
  }

  @Test
  void saysWhatIsNotImplemented() {
    send("PUT", "/later", "", NOTHING);
    assertError(send("GET", "/later", "policy=", NOTHING), 501, "NotImplemented");
    assertError(send("PUT", "/later/o", "tagging=", NOTHING), 501, "NotImplemented");
    assertError(
        send("PUT", "/later/o", "", random(1), "x-amz-acl", "public-read"), 501, "NotImplemented");
  }

  @Test
  void refusesAWrongSecret() throws Exception {
    S3Client other = new S3Client(node.port(), "wrong");
    assertError(other.send("GET", "/", "", NOTHING), 403, "SignatureDoesNotMatch");
  }
}
