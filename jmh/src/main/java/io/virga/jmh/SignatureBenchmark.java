package io.virga.jmh;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.dataplane.token.Claims;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.s3.signature.SignatureVerifier;
import io.virga.objectstore.s3.signature.Signed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import reactor.core.publisher.Flux;

/**
 * What the signature of an S3 request costs: AWS's published GET of an object ("Signature
 * Calculations for the Authorization Header").
 */
public class SignatureBenchmark extends HotFunction {

  private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final Instant THEN = Instant.parse("2013-05-24T00:00:00Z");
  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String AUTHORIZATION =
      "AWS4-HMAC-SHA256 Credential="
          + KEY
          + "/20130524/us-east-1/s3/aws4_request,"
          + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
          + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";

  private SignatureVerifier verifier;
  private Request request;

  @Setup
  public void sign() {
    Claims.Named name = new Claims.Named("u", "u");
    Claims claims =
        new Claims(
            "t",
            "k",
            name,
            name,
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            THEN,
            THEN);
    Optional<S3CredentialSpec> credential =
        Optional.of(new S3CredentialSpec(KEY, 1, SECRET, claims));
    verifier = new SignatureVerifier(key -> credential, InstantSource.fixed(THEN));
    HttpHeaders headers =
        new DefaultHttpHeaders()
            .add("Host", "examplebucket.s3.amazonaws.com")
            .add("Range", "bytes=0-9")
            .add("x-amz-content-sha256", EMPTY)
            .add("x-amz-date", "20130524T000000Z")
            .add("Authorization", AUTHORIZATION);
    request =
        new Request(
            "id",
            "GET",
            "/test.txt",
            "",
            Query.parse("").orElseThrow(),
            headers,
            Flux.empty(),
            new Request.Origin(false, Optional.empty()));
    if (!(verifier.verify(request, Optional.empty()) instanceof Signed.By)) {
      throw new IllegalStateException("the published signature is refused");
    }
  }

  @Benchmark
  public Signed verify() {
    return verifier.verify(request, Optional.empty());
  }
}
