package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Requests that are wrong in one thing, and the words that S3 has for it. */
class S3ErrorsTest extends S3Fixture {

  private static final String DELETION = "<Delete><Object><Key>k</Key></Object></Delete>";

  private static String md5(byte[] bytes) throws Exception {
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
  }

  private static String message(HttpResponse<byte[]> response) {
    return between(text(response), "<Message>", "</Message>");
  }

  @Test
  void tellsWhichHashIsAnother() throws Exception {
    send("PUT", "/hashes", "", NOTHING);
    String wrong = "0".repeat(64);
    HttpResponse<byte[]> other =
        send("PUT", "/hashes/k", "", utf8("a"), "x-amz-content-sha256", wrong);
    assertError(other, 400, "XAmzContentSHA256Mismatch");
    assertThat(text(other))
        .contains("<ClientComputedContentSHA256>" + wrong + "</ClientComputedContentSHA256>")
        .contains("<S3ComputedContentSHA256>ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b980");
    HttpResponse<byte[]> none = send("GET", "/hashes", "", NOTHING, "x-amz-content-sha256", "no");
    assertError(none, 400, "InvalidArgument");
    assertThat(text(none)).contains("<ArgumentValue>no</ArgumentValue>");
    HttpResponse<byte[]> md5 =
        send("PUT", "/hashes/k", "", utf8("a"), "content-md5", md5(utf8("b")));
    assertError(md5, 400, "BadDigest");
    assertThat(text(md5))
        .contains("<ExpectedDigest>92eb5ffee6ae2fec3ad71c777531578f</ExpectedDigest>")
        .contains("<CalculatedDigest>" + md5(utf8("a")) + "</CalculatedDigest>");
  }

  @Test
  void tellsWhatWasSignedWhenASignatureIsAnother() throws Exception {
    S3Client stranger = new S3Client(node.port(), TestNode.ACCESS_KEY, "not the secret");
    HttpResponse<byte[]> refused = stranger.send("GET", "/", "", NOTHING);
    assertError(refused, 403, "SignatureDoesNotMatch");
    assertThat(text(refused))
        .contains("<AWSAccessKeyId>" + TestNode.ACCESS_KEY)
        .contains("<StringToSign>AWS4-HMAC-SHA256\n")
        .contains("<CanonicalRequest>GET\n/\n")
        .doesNotContain(TestNode.SECRET_KEY);
  }

  @Test
  void takesOneChecksumAndTheOneThatIsAnnounced() {
    send("PUT", "/sums", "", NOTHING);
    String crc = "6Le+Qw==";
    assertThat(
            message(
                send(
                    "PUT",
                    "/sums/k",
                    "",
                    utf8("a"),
                    "x-amz-checksum-crc32",
                    crc,
                    "x-amz-checksum-crc32c",
                    crc)))
        .isEqualTo(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    assertThat(
            message(send("PUT", "/sums/k", "", utf8("a"), "x-amz-sdk-checksum-algorithm", "CRC32")))
        .startsWith("x-amz-sdk-checksum-algorithm specified, but no corresponding");
    assertThat(message(send("PUT", "/sums/k", "", utf8("a"), "x-amz-checksum-bad", crc)))
        .isEqualTo("The algorithm type you specified in x-amz-checksum- header is invalid.");
    assertError(
        send("PUT", "/sums/k", "", utf8("a"), "x-amz-trailer", "x-amz-checksum-crc32"),
        400,
        "MalformedTrailerError");
    assertThat(send("PUT", "/sums/k", "", utf8("a"), "x-amz-checksum-crc32", crc).statusCode())
        .isEqualTo(200);
  }

  @Test
  void readsTrailersAsTheyWereAnnounced() {
    send("PUT", "/trails", "", NOTHING);
    String ok = "1\r\na\r\n0\r\nx-amz-checksum-crc32: 6Le+Qw==\r\n\r\n";
    assertThat(trailed("x-amz-checksum-crc32", ok).statusCode()).isEqualTo(200);
    assertError(
        trailed("x-amz-checksum-crc32", "1\r\na\r\n0\r\n\r\n"), 400, "MalformedTrailerError");
    assertError(trailed("x-amz-checksum-crc32c", ok), 400, "MalformedTrailerError");
    assertThat(message(trailed("x-amz-other", ok)))
        .isEqualTo("The value specified in the x-amz-trailer header is not supported");
    assertError(trailed("x-amz-checksum-crc32", "a\r\n0\r\n\r\n"), 400, "IncompleteBody");
    HttpResponse<byte[]> longer = trailed("x-amz-checksum-crc32", ok.replace("1\r\na", "2\r\naa"));
    assertError(longer, 400, "IncompleteBody");
    assertThat(text(longer)).contains("<NumberBytesProvided>2</NumberBytesProvided>");
  }

  private static HttpResponse<byte[]> trailed(String trailer, String body) {
    return send(
        "PUT",
        "/trails/k",
        "",
        utf8(body),
        "x-amz-content-sha256",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length",
        "1",
        "x-amz-trailer",
        trailer,
        "content-encoding",
        "gzip, aws-chunked, br");
  }

  @Test
  void takesTheFramingOutOfTheEncodingOfTheObjectOnly() {
    send("PUT", "/trails", "", NOTHING);
    assertThat(
            trailed("x-amz-checksum-crc32", "1\r\na\r\n0\r\nx-amz-checksum-crc32:6Le+Qw==\r\n\r\n"))
        .returns(200, HttpResponse::statusCode);
    assertThat(header(send("HEAD", "/trails/k", "", NOTHING), "content-encoding"))
        .isEqualTo("gzip, br");
    send("PUT", "/trails/p", "", utf8("a"), "content-encoding", "aws-chunked");
    assertThat(header(send("HEAD", "/trails/p", "", NOTHING), "content-encoding"))
        .isEqualTo("aws-chunked");
  }

  @Test
  void deletesSeveralOnlyWhenAnAccidentOnTheWayWouldBeSeen() throws Exception {
    send("PUT", "/several", "", NOTHING);
    byte[] body = utf8(DELETION);
    assertThat(message(send("POST", "/several", "delete=", body)))
        .isEqualTo("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
    assertThat(send("POST", "/several", "delete=", body, "content-md5", md5(body)).statusCode())
        .isEqualTo(200);
    byte[] empty = utf8(DELETION.replace(">k<", "><"));
    assertError(
        send("POST", "/several", "delete=", empty, "content-md5", md5(empty)),
        400,
        "UserKeyMustBeSpecified");
  }

  @Test
  void namesWhatIsMissingAndSaysNothingToHead() {
    send("PUT", "/named", "", NOTHING);
    assertThat(text(send("GET", "/named/gone", "", NOTHING))).contains("<Key>gone</Key>");
    assertThat(text(send("GET", "/nowhere", "", NOTHING)))
        .contains("<BucketName>nowhere</BucketName>");
    HttpResponse<byte[]> head = send("HEAD", "/named/gone", "", NOTHING);
    assertThat(head.statusCode()).isEqualTo(404);
    assertThat(header(head, "content-length")).isEqualTo("0");
    assertThat(header(head, "x-amz-id-2")).isNotEmpty();
  }

  @Test
  void refusesOddParameters() {
    send("PUT", "/odd", "", NOTHING);
    send("PUT", "/odd/k", "", utf8("a"));
    assertError(
        send("PUT", "/odd/c", "", NOTHING, "x-amz-copy-source", "/odd/k?versionId=null&x"),
        400,
        "InvalidArgument");
    assertThat(
            send("PUT", "/odd/c", "", NOTHING, "x-amz-copy-source", "/odd/k?versionId=null")
                .statusCode())
        .isEqualTo(200);
    String status = "<VersioningConfiguration><Status>%s</Status></VersioningConfiguration>";
    assertError(
        send("PUT", "/odd", "versioning=", utf8(status.formatted("Off"))), 400, "MalformedXML");
    assertError(
        send("PUT", "/odd", "versioning=", utf8("<VersioningConfiguration/>")),
        400,
        "IllegalVersioningConfigurationException");
    assertThat(text(send("GET", "/odd", "list-type=2&start-after=", NOTHING)))
        .contains("<StartAfter></StartAfter>");
    assertError(
        send("GET", "/odd", "version-id-marker=none&versions=", NOTHING), 400, "InvalidArgument");
    assertError(
        send("PUT", "/odd/d", "", NOTHING, "x-amz-copy-source", "/odd/100%-wool"),
        404,
        "NoSuchKey");
  }

  @Test
  void anUploadIsCompletedAgainByTheSamePartsOnly() {
    send("PUT", "/again", "", NOTHING);
    String id = between(text(send("POST", "/again/k", "uploads=", NOTHING)), "<UploadId>", "<");
    byte[] big = random(5 << 20);
    String one = header(send("PUT", "/again/k", "partNumber=2&uploadId=" + id, big), "etag");
    String two = header(send("PUT", "/again/k", "partNumber=7&uploadId=" + id, random(9)), "etag");
    String first = "<Part><PartNumber>2</PartNumber><ETag>%s</ETag></Part>".formatted(one);
    String both = first + "<Part><PartNumber>7</PartNumber><ETag>%s</ETag></Part>".formatted(two);
    String form = "<CompleteMultipartUpload>%s</CompleteMultipartUpload>";
    assertError(
        send("POST", "/again/k", "uploadId=" + id, utf8(form.formatted(first.replace(one, "")))),
        400,
        "InvalidPart");
    for (int i = 0; i < 2; i++) {
      assertThat(
              send("POST", "/again/k", "uploadId=" + id, utf8(form.formatted(both))).statusCode())
          .isEqualTo(200);
    }
    assertError(
        send("POST", "/again/k", "uploadId=" + id, utf8(form.formatted(first))),
        404,
        "NoSuchUpload");
    assertError(
        send("POST", "/again/k", "uploadId=" + "0".repeat(32), utf8("no XML")),
        404,
        "NoSuchUpload");
    HttpResponse<byte[]> part = send("GET", "/again/k", "partNumber=2", NOTHING);
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(random(9));
    assertError(send("GET", "/again/k", "partNumber=7", NOTHING), 400, "InvalidPart");
  }

  @Test
  void theOnlyPartOfAPlainObjectIsAllOfIt() {
    send("PUT", "/plain", "", NOTHING);
    send("PUT", "/plain/k", "", utf8("four"));
    HttpResponse<byte[]> part = send("GET", "/plain/k", "partNumber=1", NOTHING);
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(header(part, "content-range")).isEqualTo("bytes 0-3/4");
  }

  @Test
  void aBucketThatWasEmptiedAndDeletedIsNotListedFromThenOn() {
    for (int i = 0; i < 10; i++) {
      send("PUT", "/brief", "", NOTHING);
      send("PUT", "/brief/k", "", utf8("a"));
      awaitCount();
      send("DELETE", "/brief/k", "", NOTHING);
      assertThat(send("DELETE", "/brief", "", NOTHING).statusCode()).isEqualTo(204);
      assertThat(text(send("GET", "/", "", NOTHING))).doesNotContain("<Name>brief</Name>");
    }
  }

  /** The account hears a moment later of what is in a container. */
  private static void awaitCount() {
    SwiftClient swift = new SwiftClient(node.port());
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!swift.get("?format=json&prefix=brief").text().contains("\"count\":1")) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
