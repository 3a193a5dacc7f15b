package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Checksums, parts, forms and pages of other origins. */
class S3BodiesTest extends S3Fixture {

  private static String crc(byte[]... parts) {
    CRC32 crc = new CRC32();
    for (byte[] part : parts) {
      crc.update(part);
    }
    byte[] value = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }

  @Test
  void keepsAndTellsChecksums() {
    send("PUT", "/sums", "", NOTHING);
    byte[] body = random(1000);
    HttpResponse<byte[]> put = send("PUT", "/sums/k", "", body, "x-amz-checksum-crc32", crc(body));
    assertThat(header(put, "x-amz-checksum-crc32")).isEqualTo(crc(body));
    HttpResponse<byte[]> head =
        send("HEAD", "/sums/k", "", NOTHING, "x-amz-checksum-mode", "ENABLED");
    assertThat(header(head, "x-amz-checksum-crc32")).isEqualTo(crc(body));
    assertThat(header(head, "x-amz-checksum-type")).isEqualTo("FULL_OBJECT");
    assertThat(header(send("HEAD", "/sums/k", "", NOTHING), "x-amz-checksum-crc32")).isEmpty();
    assertError(
        send("PUT", "/sums/k", "", random(3), "x-amz-checksum-crc32", crc(body)), 400, "BadDigest");
    assertError(
        send("PUT", "/sums/k", "", random(3), "x-amz-checksum-crc32", "x"), 400, "InvalidRequest");
  }

  @Test
  void combinesTheChecksumsOfParts() {
    send("PUT", "/whole", "", NOTHING);
    HttpResponse<byte[]> begun =
        send(
            "POST",
            "/whole/k",
            "uploads=",
            NOTHING,
            "x-amz-checksum-algorithm",
            "CRC32",
            "x-amz-checksum-type",
            "FULL_OBJECT");
    String id = between(text(begun), "<UploadId>", "<");
    byte[] one = random(5 << 20);
    byte[] two = random(77);
    String tagOne = header(send("PUT", "/whole/k", "partNumber=1&uploadId=" + id, one), "etag");
    String tagTwo = header(send("PUT", "/whole/k", "partNumber=4&uploadId=" + id, two), "etag");
    String xml =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part><Part>"
            + "<PartNumber>4</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>";
    byte[] body = utf8(xml.formatted(tagOne, tagTwo));
    assertError(
        send("POST", "/whole/k", "uploadId=" + id, body, "x-amz-checksum-crc32", crc(one)),
        400,
        "BadDigest");
    HttpResponse<byte[]> done = send("POST", "/whole/k", "uploadId=" + id, body);
    assertThat(between(text(done), "<ChecksumCRC32>", "<")).isEqualTo(crc(one, two));
    HttpResponse<byte[]> part = send("GET", "/whole/k", "partNumber=2", NOTHING);
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(two);
    assertThat(header(part, "x-amz-mp-parts-count")).isEqualTo("2");
    assertThat(
            text(
                send(
                    "GET",
                    "/whole/k",
                    "attributes=",
                    NOTHING,
                    "x-amz-object-attributes",
                    "ObjectParts,Checksum")))
        .contains("<PartsCount>2<", "<PartNumber>4<", crc(one, two));
  }

  @Test
  void copiesRangesIntoParts() {
    send("PUT", "/ranges", "", NOTHING);
    byte[] source = random(100_000);
    send("PUT", "/ranges/source", "", source);
    String id = between(text(send("POST", "/ranges/k", "uploads=", NOTHING)), "<UploadId>", "<");
    HttpResponse<byte[]> copied =
        send(
            "PUT",
            "/ranges/k",
            "partNumber=1&uploadId=" + id,
            NOTHING,
            "x-amz-copy-source",
            "/ranges/source",
            "x-amz-copy-source-range",
            "bytes=10-90009");
    String xml =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part>"
            + "</CompleteMultipartUpload>";
    String tag = between(text(copied), "<ETag>&quot;", "&quot;");
    send("POST", "/ranges/k", "uploadId=" + id, utf8(xml.formatted(tag)));
    assertThat(send("GET", "/ranges/k", "", NOTHING).body())
        .isEqualTo(Arrays.copyOfRange(source, 10, 90_010));
    assertError(send("GET", "/ranges/k", "uploadId=" + id, NOTHING), 404, "NoSuchUpload");
  }

  @Test
  void listsUploadsByKeyWithDelimiter() {
    send("PUT", "/uploads", "", NOTHING);
    for (String key : new String[] {"a/1", "a/2", "b", "b", "c"}) {
      send("POST", "/uploads/" + key, "uploads=", NOTHING);
    }
    assertThat(text(send("GET", "/uploads", "delimiter=%2F&uploads=", NOTHING)))
        .contains("<Prefix>a/</Prefix>", "<Key>b</Key>", "<Key>c</Key>")
        .doesNotContain("<Key>a/1</Key>");
    String page = text(send("GET", "/uploads", "key-marker=b&max-uploads=1&uploads=", NOTHING));
    assertThat(page).contains("<Key>c</Key>", "<IsTruncated>false<");
    assertThat(send("DELETE", "/uploads", "", NOTHING).statusCode()).isEqualTo(204);
    send("PUT", "/uploads", "", NOTHING);
    assertThat(text(send("GET", "/uploads", "uploads=", NOTHING))).doesNotContain("<Upload>");
  }

  private static HttpResponse<byte[]> form(String bucket, byte[] file, String... fields) {
    StringBuilder head = new StringBuilder();
    for (int i = 0; i < fields.length; i += 2) {
      head.append("--B\r\nContent-Disposition: form-data; name=\"").append(fields[i]);
      head.append("\"\r\n\r\n").append(fields[i + 1]).append("\r\n");
    }
    head.append("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n");
    byte[] start = utf8(head.toString());
    byte[] end = utf8("\r\n--B--\r\n");
    byte[] body =
        ByteBuffer.allocate(start.length + file.length + end.length)
            .put(start)
            .put(file)
            .put(end)
            .array();
    return anonymous("POST", bucket, body, "content-type", "multipart/form-data; boundary=B");
  }

  @Test
  void takesFormsThatAreAllowed() {
    send("PUT", "/forms", "", NOTHING);
    assertError(form("/forms", random(10), "key", "k"), 403, "AccessDenied");
    String policy =
        Base64.getEncoder()
            .encodeToString(
                utf8(
                    "{\"expiration\":\"2999-01-01T00:00:00Z\",\"conditions\":[{\"bucket\":\"forms\"}"
                        + ",[\"starts-with\",\"$key\",\"k\"],[\"content-length-range\",1,100000]]}"));
    assertError(form("/forms", random(10), "key", "k", "policy", policy), 400, "InvalidArgument");
    assertError(
        form(
            "/forms",
            random(10),
            "key",
            "k",
            "policy",
            policy,
            "AWSAccessKeyId",
            TestNode.ACCESS_KEY,
            "signature",
            "wrong"),
        403,
        "SignatureDoesNotMatch");
    send("PUT", "/forms", "acl=", NOTHING, "x-amz-acl", "public-read-write");
    byte[] file = random(90_000);
    HttpResponse<byte[]> done =
        form("/forms", file, "key", "k-${filename}", "success_action_status", "201");
    assertThat(text(done)).contains("<Key>k-f</Key>");
    assertThat(done.statusCode()).isEqualTo(201);
    assertThat(send("GET", "/forms/k-f", "", NOTHING).body()).isEqualTo(file);
  }

  @Test
  void answersPagesOfOtherOrigins() {
    send("PUT", "/cors", "", NOTHING, "x-amz-acl", "public-read");
    String xml =
        "<CORSConfiguration><CORSRule><AllowedOrigin>http://*.test</AllowedOrigin>"
            + "<AllowedMethod>GET</AllowedMethod><AllowedHeader>x-*</AllowedHeader>"
            + "<MaxAgeSeconds>9</MaxAgeSeconds></CORSRule></CORSConfiguration>";
    assertThat(send("PUT", "/cors", "cors=", utf8(xml)).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> preflight =
        anonymous(
            "OPTIONS",
            "/cors/k",
            NOTHING,
            "origin",
            "http://a.test",
            "access-control-request-method",
            "GET",
            "access-control-request-headers",
            "X-One");
    assertThat(preflight.statusCode()).isEqualTo(200);
    assertThat(header(preflight, "access-control-allow-origin")).isEqualTo("http://a.test");
    assertThat(header(preflight, "access-control-max-age")).isEqualTo("9");
    HttpResponse<byte[]> missing =
        anonymous("GET", "/cors/none", NOTHING, "origin", "http://a.test");
    assertThat(header(missing, "access-control-allow-origin")).isEqualTo("http://a.test");
    HttpResponse<byte[]> foreign = anonymous("GET", "/cors", NOTHING, "origin", "http://b.org");
    assertThat(header(foreign, "access-control-allow-origin")).isEmpty();
    assertThat(new String(foreign.body(), StandardCharsets.UTF_8)).contains("ListBucketResult");
  }
}
