package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class S3Test extends S3Fixture {

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
    assertThat(text(deletion("/several", xml)))
        .contains("<Deleted><Key>a</Key></Deleted>", "<Deleted><Key>b</Key></Deleted>");
    assertError(send("GET", "/several/a", "", NOTHING), 404, "NoSuchKey");
    assertError(deletion("/several", "<Delete>"), 400, "MalformedXML");
  }

  private static HttpResponse<byte[]> deletion(String bucket, String xml) {
    CRC32 crc = new CRC32();
    crc.update(utf8(xml));
    byte[] sum = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    return send(
        "POST",
        bucket,
        "delete=",
        utf8(xml),
        "x-amz-checksum-crc32",
        Base64.getEncoder().encodeToString(sum));
  }

  @Test
  void deletesWhatIsAsTheClientBelieves() {
    send("PUT", "/believed", "", NOTHING);
    HttpResponse<byte[]> put = send("PUT", "/believed/o", "", random(3));
    String time = header(send("HEAD", "/believed/o", "", NOTHING), "last-modified");
    for (String[] wrong :
        new String[][] {
          {"if-match", "\"0\""},
          {"x-amz-if-match-size", "4"},
          {"x-amz-if-match-last-modified-time", "Thu, 01 Jan 2015 00:00:00 GMT"}
        }) {
      assertError(send("DELETE", "/believed/o", "", NOTHING, wrong), 412, "PreconditionFailed");
    }
    assertError(
        send("DELETE", "/believed/o", "", NOTHING, "x-amz-if-match-size", "few"),
        400,
        "InvalidArgument");
    String xml = "<Delete><Object><Key>o</Key><%s>%s</%1$s></Object></Delete>";
    for (String[] wrong :
        new String[][] {{"Size", "4"}, {"LastModifiedTime", "2015-01-01T00:00:00Z"}}) {
      String body = xml.formatted(wrong[0], wrong[1]);
      assertThat(text(deletion("/believed", body))).contains("PreconditionFailed");
    }
    assertThat(
            send(
                    "DELETE",
                    "/believed/o",
                    "",
                    NOTHING,
                    "if-match",
                    header(put, "etag"),
                    "x-amz-if-match-size",
                    "3",
                    "x-amz-if-match-last-modified-time",
                    time)
                .statusCode())
        .isEqualTo(204);
    assertError(send("GET", "/believed/o", "", NOTHING), 404, "NoSuchKey");
    assertThat(send("DELETE", "/believed/o", "", NOTHING, "x-amz-if-match-size", "9").statusCode())
        .isEqualTo(204);
    assertError(send("GET", "/No_Bucket", "", NOTHING), 400, "InvalidBucketName");
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
    assertError(send("PUT", "/later", "policy=", utf8("{}")), 501, "NotImplemented");
    assertError(send("PUT", "/later", "lifecycle=", utf8("<x/>")), 501, "NotImplemented");
    assertError(
        send("PUT", "/later/o", "", random(1), "x-amz-server-side-encryption", "AES256"),
        501,
        "NotImplemented");
    assertError(send("GET", "/later/o", "torrent=", NOTHING), 501, "NotImplemented");
  }

  @Test
  void passesOverParametersThatMeanNothing() {
    send("PUT", "/odd-queries", "", NOTHING);
    assertThat(send("PUT", "/odd-queries/o", "etag=x&key=o", random(3)).statusCode())
        .isEqualTo(200);
    assertThat(send("GET", "/odd-queries/o", "etag=x&key=o", NOTHING).body()).isEqualTo(random(3));
    assertThat(text(send("GET", "/odd-queries", "bucket=odd-queries&key=o", NOTHING)))
        .contains("<Key>o</Key>");
    assertError(send("PUT", "/odd-queries/o", "unheard-of=", random(4)), 501, "NotImplemented");
    assertError(send("PUT", "/odd-queries/o", "torrent=yes", random(4)), 501, "NotImplemented");
    assertThat(send("GET", "/odd-queries/o", "", NOTHING).body()).isEqualTo(random(3));
  }

  @Test
  void keepsMetadataThatIsEmpty() {
    send("PUT", "/empty-values", "", NOTHING);
    send("PUT", "/empty-values/o", "", random(3), "x-amz-meta-note", "");
    HttpResponse<byte[]> got = send("HEAD", "/empty-values/o", "", NOTHING);
    assertThat(got.headers().firstValue("x-amz-meta-note")).contains("");
  }

  @Test
  void listsTagsByTheirKeys() {
    send("PUT", "/tagged", "", NOTHING);
    send("PUT", "/tagged/o", "", random(3), "x-amz-tagging", "foo=bar&bar");
    assertThat(text(send("GET", "/tagged/o", "tagging=", NOTHING)))
        .contains(
            "<Tag><Key>bar</Key><Value></Value></Tag><Tag><Key>foo</Key><Value>bar</Value></Tag>");
  }

  @Test
  void takesTheLastOfPartsWithOneNumber() {
    send("PUT", "/numbers", "", NOTHING);
    String id = between(text(send("POST", "/numbers/o", "uploads=", NOTHING)), "<UploadId>", "</");
    String before =
        header(send("PUT", "/numbers/o", "partNumber=1&uploadId=" + id, random(7)), "etag");
    String after =
        header(send("PUT", "/numbers/o", "partNumber=1&uploadId=" + id, random(8)), "etag");
    String xml = "<Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part>";
    String parts = xml.formatted(before) + xml.formatted(after);
    String body = "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>";
    assertThat(send("POST", "/numbers/o", "uploadId=" + id, utf8(body)).statusCode())
        .isEqualTo(200);
    assertThat(send("GET", "/numbers/o", "", NOTHING).body()).isEqualTo(random(8));
  }

  @Test
  void tellsOfAnUnconfiguredBucketWhatIsNotConfigured() {
    send("PUT", "/bare", "", NOTHING);
    Map.of(
            "lifecycle", "NoSuchLifecycleConfiguration",
            "policy", "NoSuchBucketPolicy",
            "encryption", "ServerSideEncryptionConfigurationNotFoundError",
            "object-lock", "ObjectLockConfigurationNotFoundError",
            "website", "NoSuchWebsiteConfiguration",
            "replication", "ReplicationConfigurationNotFoundError",
            "tagging", "NoSuchTagSet",
            "cors", "NoSuchCORSConfiguration",
            "ownershipControls", "OwnershipControlsNotFoundError",
            "publicAccessBlock", "NoSuchPublicAccessBlockConfiguration")
        .forEach((name, code) -> assertError(send("GET", "/bare", name + "=", NOTHING), 404, code));
    assertThat(text(send("GET", "/bare", "requestPayment=", NOTHING))).contains("BucketOwner");
  }

  @Test
  void findsABucketByItsHost() {
    send("PUT", "/hosted", "", NOTHING);
    send("PUT", "/hosted/v1/key", "", utf8("found"), "x-amz-acl", "public-read");
    HttpResponse<byte[]> got = anonymous("GET", "/hosted/v1/key", NOTHING);
    assertThat(text(got)).isEqualTo("found");
    assertThat(raw("GET /v1/key HTTP/1.1\r\nHost: hosted.s3.test\r\nConnection: close\r\n\r\n"))
        .contains("200 OK", "found");
  }

  @Test
  void refusesAWrongSecret() throws Exception {
    S3Client other = new S3Client(node.port(), TestNode.ACCESS_KEY, "wrong");
    assertError(other.send("GET", "/", "", NOTHING), 403, "SignatureDoesNotMatch");
  }

  /** A request whose host the JDK's client would not let through. */
  private static String raw(String request) {
    try (Socket socket = new Socket("127.0.0.1", node.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(utf8(request));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(request, e);
    }
  }
}
