package io.virga.objectstore.s3.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.dataplane.token.Claims;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** AWS, "Signature Calculations for the Authorization Header", examples of 24 May 2013. */
class SignatureVerifierTest {

  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final Instant THEN = Instant.parse("2013-05-24T00:00:00Z");

  private static S3CredentialSpec credential() {
    Claims.Named named = new Claims.Named("u", "u");
    Claims claims =
        new Claims(
            "t",
            "k",
            named,
            named,
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            THEN,
            THEN);
    return new S3CredentialSpec(KEY, 1, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", claims);
  }

  static Signed verify(Instant now, Request request) {
    return verifier(now).verify(request, Optional.empty());
  }

  static SignatureVerifier verifier(Instant now) {
    return new SignatureVerifier(
        key -> Optional.of(credential()).filter(c -> c.id().equals(key)), InstantSource.fixed(now));
  }

  static Request request(String method, String path, String query, String... headers) {
    HttpHeaders all = new DefaultHttpHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    return new Request(
        "id",
        method,
        path,
        query,
        Query.parse(query).orElseThrow(),
        all,
        Flux.empty(),
        new Request.Origin(false, Optional.empty()));
  }

  private static String authorization(String signedHeaders, String signature) {
    return "AWS4-HMAC-SHA256 Credential="
        + KEY
        + "/20130524/us-east-1/s3/aws4_request,SignedHeaders="
        + signedHeaders
        + ",Signature="
        + signature;
  }

  private static Request getObject(String signature) {
    return request(
        "GET",
        "/test.txt",
        "",
        "Host",
        "examplebucket.s3.amazonaws.com",
        "Range",
        "bytes=0-9",
        "x-amz-content-sha256",
        EMPTY,
        "x-amz-date",
        "20130524T000000Z",
        "Authorization",
        authorization("host;range;x-amz-content-sha256;x-amz-date", signature));
  }

  private static final String GET_SIGNATURE =
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";

  @Test
  void believesThePublishedGetObject() {
    assertThat(verify(THEN, getObject(GET_SIGNATURE))).isInstanceOf(Signed.By.class);
  }

  @Test
  void believesThePublishedPutObject() {
    String hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    Request put =
        request(
            "PUT",
            "/test%24file.text",
            "",
            "Host",
            "examplebucket.s3.amazonaws.com",
            "Date",
            "Fri, 24 May 2013 00:00:00 GMT",
            "x-amz-date",
            "20130524T000000Z",
            "x-amz-storage-class",
            "REDUCED_REDUNDANCY",
            "x-amz-content-sha256",
            hash,
            "Authorization",
            authorization(
                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
    assertThat(verify(THEN, put))
        .isInstanceOfSatisfying(
            Signed.By.class, by -> assertThat(by.payload()).isEqualTo(new Payload.Hashed(hash)));
  }

  /** AWS, "Elements of an AWS API request signature": the date is in either of two headers. */
  @Test
  void believesARequestThatIsDatedTheWayOfHttp() {
    Request get =
        request(
            "GET",
            "/test.txt",
            "",
            "Host",
            "examplebucket.s3.amazonaws.com",
            "Date",
            "Fri, 24 May 2013 00:00:00 GMT",
            "x-amz-content-sha256",
            EMPTY,
            "Authorization",
            authorization(
                "date;host;x-amz-content-sha256",
                "f51e643fca75b7c8fd918b44dd7f5de20a60f46a456fd2170e1e8248a77144e1"));
    assertThat(verify(THEN, get)).isInstanceOf(Signed.By.class);
    assertThat(verify(THEN.plusSeconds(3600), get))
        .isInstanceOfSatisfying(
            Signed.Refused.class,
            refused -> assertThat(refused.problem()).isEqualTo(SignatureProblem.SKEWED));
  }

  @Test
  void believesThePublishedSubresourceAndListing() {
    String headers = "host;x-amz-content-sha256;x-amz-date";
    for (String[] each :
        new String[][] {
          {"lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
          {
            "max-keys=2&prefix=J",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
          }
        }) {
      Request get =
          request(
              "GET",
              "/",
              each[0],
              "Host",
              "examplebucket.s3.amazonaws.com",
              "x-amz-date",
              "20130524T000000Z",
              "x-amz-content-sha256",
              EMPTY,
              "Authorization",
              authorization(headers, each[1]));
      assertThat(verify(THEN, get)).as(each[0]).isInstanceOf(Signed.By.class);
    }
  }

  private static Request presigned() {
    return request(
        "GET",
        "/test.txt",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
            + KEY
            + "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
            + "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
            + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        "Host",
        "examplebucket.s3.amazonaws.com");
  }

  @Test
  void believesThePublishedPresignedUrlUntilItExpires() {
    assertThat(verify(THEN.plusSeconds(86_400), presigned())).isInstanceOf(Signed.By.class);
    assertThat(verify(THEN.plusSeconds(86_401), presigned()))
        .isInstanceOfSatisfying(
            Signed.Refused.class,
            refused -> assertThat(refused.problem()).isEqualTo(SignatureProblem.EXPIRED));
  }

  @Test
  void refusesAnotherSignatureKeyOrTime() {
    String wrong = GET_SIGNATURE.replace('0', '1');
    assertThat(verify(THEN, getObject(wrong)))
        .isInstanceOfSatisfying(
            Signed.Refused.class,
            refused -> assertThat(refused.problem()).isEqualTo(SignatureProblem.MISMATCH));
    assertThat(verify(THEN.plusSeconds(901), getObject(GET_SIGNATURE)))
        .isInstanceOfSatisfying(
            Signed.Refused.class,
            refused -> assertThat(refused.problem()).isEqualTo(SignatureProblem.SKEWED));
    Request other = getObject(GET_SIGNATURE);
    other
        .headers()
        .set("Authorization", other.headers().get("Authorization").replace(KEY, "AKIANOBODY"));
    assertThat(verify(THEN, other))
        .isInstanceOfSatisfying(
            Signed.Refused.class,
            refused -> assertThat(refused.problem()).isEqualTo(SignatureProblem.UNKNOWN_KEY));
  }

  @Test
  void refusesAnAmazonHeaderThatIsNotSigned() {
    Request request = getObject(GET_SIGNATURE);
    request.headers().set("x-amz-copy-source", "/other/key");
    assertThat(verify(THEN, request))
        .isInstanceOfSatisfying(
            Signed.Refused.class,
            refused -> assertThat(refused.problem()).isEqualTo(SignatureProblem.UNSIGNED_HEADER));
  }

  @Test
  void refusesWhatIsNotSignedAtAll() {
    assertThat(verify(THEN, request("GET", "/", "", "Host", "h")))
        .isInstanceOfSatisfying(
            Signed.Refused.class,
            refused -> assertThat(refused.problem()).isEqualTo(SignatureProblem.ANONYMOUS));
  }
}
