package io.virga.objectstore.s3.cors;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.MetadataChange;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The sub-resource {@code cors}, and what it means for requests from pages of other origins. */
public final class CorsOperations {

  private static final int MAXIMUM_BYTES = 64 * 1024;
  private static final String METHOD = "access-control-request-method";
  private static final String HEADERS = "access-control-request-headers";

  private final MetadataChange change;

  public CorsOperations(MetadataChange change) {
    this.change = change;
  }

  public Reply get(S3Request request) {
    request.requireOwner();
    return S3Text.reply(
        of(request.bucket())
            .orElseThrow(() -> new S3Error(S3Error.Code.NoSuchCORSConfiguration))
            .write());
  }

  public Mono<Reply> put(S3Request request) {
    request.requireOwner();
    return request
        .document("CORSConfiguration", MAXIMUM_BYTES)
        .map(root -> CorsConfiguration.ofXml(root).encode())
        .flatMap(text -> change.ofBucket(request, Bucket.CORS, Optional.of(text)))
        .thenReturn(Reply.of(200));
  }

  public Mono<Reply> delete(S3Request request) {
    request.requireOwner();
    return change.ofBucket(request, Bucket.CORS, Optional.empty()).thenReturn(Reply.of(204));
  }

  private static Optional<CorsConfiguration> of(Bucket bucket) {
    return bucket.metadata(Bucket.CORS).flatMap(CorsConfiguration::decode);
  }

  /** The answer to a preflight request, which is never signed. */
  public static Reply preflight(Request request, Optional<Bucket> bucket) {
    String origin =
        request
            .header("origin")
            .orElseThrow(
                () ->
                    S3Error.invalidRequest(
                        "Insufficient information. Origin request header needed."));
    String method =
        request
            .header(METHOD)
            .orElseThrow(
                () -> S3Error.invalidRequest("Invalid Access-Control-Request-Method: null"));
    List<String> headers =
        Arrays.stream(request.header(HEADERS).orElse("").split(",", -1))
            .map(String::strip)
            .filter(header -> !header.isEmpty())
            .toList();
    CorsRule rule =
        bucket
            .flatMap(CorsOperations::of)
            .flatMap(cors -> cors.ruleFor(origin, method, headers))
            .orElseThrow(
                () ->
                    new S3Error(
                        S3Error.Code.AccessDenied,
                        "CORSResponse: This CORS request is not allowed."));
    Reply reply = Reply.of(200);
    add(reply, rule, origin);
    if (!headers.isEmpty()) {
      reply.header("Access-Control-Allow-Headers", String.join(", ", headers));
    }
    rule.maxAgeSeconds()
        .ifPresent(seconds -> reply.header("Access-Control-Max-Age", Integer.toString(seconds)));
    return reply;
  }

  /** Adds what a page of another origin needs to see a reply. */
  public static Reply decorate(Request request, Optional<Bucket> bucket, Reply reply) {
    Optional<String> origin = request.header("origin");
    if (origin.isEmpty()) {
      return reply;
    }
    String method = request.header(METHOD).orElse(request.method());
    bucket
        .flatMap(CorsOperations::of)
        .flatMap(cors -> cors.ruleFor(origin.get(), method, List.of()))
        .ifPresent(rule -> add(reply, rule, origin.get()));
    return reply;
  }

  private static void add(Reply reply, CorsRule rule, String origin) {
    reply.header("Access-Control-Allow-Methods", String.join(", ", rule.methods()));
    reply.header("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    if (!rule.exposed().isEmpty()) {
      reply.header("Access-Control-Expose-Headers", String.join(", ", rule.exposed()));
    }
    if (rule.isForAllOrigins()) {
      reply.header("Access-Control-Allow-Origin", "*");
    } else {
      reply.header("Access-Control-Allow-Origin", origin);
      reply.header("Access-Control-Allow-Credentials", "true");
    }
  }
}
