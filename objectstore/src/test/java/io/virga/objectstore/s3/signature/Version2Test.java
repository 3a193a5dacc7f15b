package io.virga.objectstore.s3.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.objectstore.http.Request;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** AWS, "Signing and authenticating REST requests (AWS signature version 2)", its examples. */
class Version2Test {

  private static final Instant THEN = Instant.parse("2007-03-27T19:40:00Z");
  private static final Optional<String> BUCKET = Optional.of("awsexamplebucket1");

  private static Signed verify(Instant now, Request request, Optional<String> hostBucket) {
    return SignatureVerifierTest.verifier(now).verify(request, hostBucket);
  }

  private static SignatureProblem problem(Signed signed) {
    assertThat(signed).isInstanceOf(Signed.Refused.class);
    return ((Signed.Refused) signed).problem();
  }

  private static Request get(String path, String date, String signature) {
    return SignatureVerifierTest.request(
        "GET",
        path,
        "",
        "Host",
        "awsexamplebucket1.us-west-1.s3.amazonaws.com",
        "Date",
        date,
        "Authorization",
        "AWS AKIAIOSFODNN7EXAMPLE:" + signature);
  }

  private static final String DATE = "Tue, 27 Mar 2007 19:36:42 +0000";
  private static final String PUBLISHED = "qgk2+6Sv9/oM7G3qLEjTH1a1l1g=";

  @Test
  void believesThePublishedGet() {
    assertThat(verify(THEN, get("/photos/puppy.jpg", DATE, PUBLISHED), BUCKET))
        .isInstanceOf(Signed.By.class);
    assertThat(
            verify(
                THEN,
                get("/awsexamplebucket1/photos/puppy.jpg", DATE, PUBLISHED),
                Optional.empty()))
        .isInstanceOf(Signed.By.class);
  }

  @Test
  void tellsWhatIsSignedWhereTheSignatureIsAnother() {
    Signed signed = verify(THEN, get("/photos/kitten.jpg", DATE, PUBLISHED), BUCKET);
    assertThat(problem(signed)).isEqualTo(SignatureProblem.MISMATCH);
    assertThat(((Signed.Refused) signed).details())
        .containsEntry(
            "StringToSign", "GET\n\n\n" + DATE + "\n/awsexamplebucket1/photos/kitten.jpg")
        .containsEntry("SignatureProvided", PUBLISHED);
  }

  @Test
  void signsHeadersOfAmazonInTheirOrderAndJoinsThoseOfAName() {
    Request put =
        SignatureVerifierTest.request(
            "PUT",
            "/db-backup.dat.gz",
            "",
            "Date",
            "Tue, 27 Mar 2007 21:06:08 +0000",
            "x-amz-acl",
            "public-read",
            "content-type",
            "application/x-download",
            "Content-MD5",
            "4gJE4saaMU4BqNR0kLY+lw==",
            "X-Amz-Meta-ReviewedBy",
            "joe@example.com",
            "X-Amz-Meta-ReviewedBy",
            "jane@example.com",
            "X-Amz-Meta-FileChecksum",
            "0x02661779",
            "X-Amz-Meta-ChecksumAlgorithm",
            "crc32",
            "Authorization",
            "AWS AKIAIOSFODNN7EXAMPLE:jtBQa0Aq+DkULFI8qrpwIjGEx0E=");
    Instant then = Instant.parse("2007-03-27T21:10:00Z");
    assertThat(verify(then, put, Optional.of("static.example.com"))).isInstanceOf(Signed.By.class);
  }

  private static Request presigned(String expires, String signature) {
    return SignatureVerifierTest.request(
        "GET",
        "/photos/puppy.jpg",
        "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=" + expires + "&Signature=" + signature);
  }

  @Test
  void holdsAPresignedQueryToItsEnd() {
    String signature = "1No4mq5ETf02z8aet9voy6gui6E%3D";
    assertThat(
            verify(Instant.ofEpochSecond(1175139620), presigned("1175139620", signature), BUCKET))
        .isInstanceOf(Signed.By.class);
    assertThat(
            problem(
                verify(
                    Instant.ofEpochSecond(1175139621), presigned("1175139620", signature), BUCKET)))
        .isEqualTo(SignatureProblem.EXPIRED);
    assertThat(problem(verify(THEN, presigned("soon", signature), BUCKET)))
        .isEqualTo(SignatureProblem.INVALID_EXPIRY);
  }

  @Test
  void refusesWhatIsOldOrNotComplete() {
    Request old = get("/photos/puppy.jpg", DATE, PUBLISHED);
    assertThat(problem(verify(THEN.plusSeconds(3600), old, BUCKET)))
        .isEqualTo(SignatureProblem.SKEWED);
    assertThat(problem(verify(THEN, get("/a", "yesterday", "x"), BUCKET)))
        .isEqualTo(SignatureProblem.NO_DATE);
    assertThat(problem(verify(THEN, get("/a", DATE, ""), BUCKET)))
        .isEqualTo(SignatureProblem.MALFORMED_HEADER);
    assertThat(
            problem(
                verify(
                    THEN,
                    SignatureVerifierTest.request("GET", "/a", "AWSAccessKeyId=AKIA"),
                    BUCKET)))
        .isEqualTo(SignatureProblem.INCOMPLETE_QUERY);
  }

  @Test
  void takesOneSignatureOnly() {
    Request both =
        SignatureVerifierTest.request(
            "GET", "/a", "X-Amz-Signature=1", "Authorization", "AWS AKIA:x");
    assertThat(problem(verify(THEN, both, BUCKET))).isEqualTo(SignatureProblem.SEVERAL);
  }

  @Test
  void takesABucketWithTheSlashThatSomeClientsSign() {
    String signature = "+sI8gP9wALklgY6pDenkhfiq2Kw=";
    Request request = get("/awsexamplebucket1", DATE, signature);
    assertThat(verify(THEN, request, Optional.empty())).isInstanceOf(Signed.By.class);
    assertThat(
            problem(verify(THEN, get("/awsexamplebucket1/a", DATE, signature), Optional.empty())))
        .isEqualTo(SignatureProblem.MISMATCH);
  }

  @Test
  void holdsTheDateToItselfNotToItsDayOfTheWeek() {
    assertThat(problem(verify(THEN, get("/a", "Tue, 07 Jul 2010 21:53:04 GMT", "x"), BUCKET)))
        .isEqualTo(SignatureProblem.SKEWED);
    assertThat(problem(verify(THEN, get("/a", "Tue, 07 Jul 1950 21:53:04 GMT", "x"), BUCKET)))
        .isEqualTo(SignatureProblem.NO_DATE);
  }
}
