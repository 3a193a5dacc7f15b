package io.virga.objectstore.s3;

import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.dataplane.token.Claims;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.s3.signature.Payload;
import io.virga.objectstore.s3.signature.SignatureProblem;
import io.virga.objectstore.s3.signature.SignatureVerifier;
import io.virga.objectstore.s3.signature.Signed;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The S3 API: takes every request that is no other API's. */
public final class S3Door implements Door {

  private static final Logger LOG = LoggerFactory.getLogger(S3Door.class);
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "PUT", "POST", "DELETE");
  private static final int MAXIMUM_KEY_BYTES = 1024;

  private final SignatureVerifier verifier;
  private final ServiceOperations service;
  private final BucketOperations buckets;
  private final ObjectOperations objects;

  /**
   * @param credentials by access key
   */
  public S3Door(
      ObjectStore store,
      Function<String, Optional<S3CredentialSpec>> credentials,
      InstantSource clock) {
    this.verifier = new SignatureVerifier(credentials, clock);
    this.service = new ServiceOperations(store);
    this.buckets = new BucketOperations(store);
    this.objects = new ObjectOperations(store);
  }

  @Override
  public boolean isFor(Request request) {
    return true;
  }

  @Override
  public String operation(Request request) {
    String method = METHODS.contains(request.method()) ? request.method() : "OTHER";
    String path = request.rawPath();
    int slash = path.indexOf('/', 1);
    String level =
        path.length() <= 1
            ? "service"
            : slash < 0 || slash == path.length() - 1 ? "bucket" : "object";
    return "s3." + level + "." + method.toLowerCase(Locale.ROOT);
  }

  @Override
  public Mono<Reply> answer(Request request) {
    return Mono.defer(() -> route(request))
        .onErrorResume(failure -> Mono.just(error(request, failure)))
        .map(reply -> reply.header("x-amz-request-id", request.id()));
  }

  private Mono<Reply> route(Request request) {
    if (!METHODS.contains(request.method())) {
      throw new S3Error(S3Error.Code.MethodNotAllowed);
    }
    S3Request signed =
        switch (verifier.verify(request)) {
          case Signed.By(S3CredentialSpec credential, Payload payload) ->
              authorized(request, credential.claims(), payload);
          case Signed.Refused(SignatureProblem problem) -> throw refused(problem);
        };
    if (signed.bucket().isEmpty()) {
      return service.handle(signed);
    }
    return signed.key().isEmpty() ? buckets.handle(signed) : objects.handle(signed);
  }

  private static S3Request authorized(Request request, Claims claims, Payload payload) {
    boolean reading = request.method().equals("GET") || request.method().equals("HEAD");
    boolean mayAll = claims.hasRole("admin") || claims.hasRole("member");
    Optional<String> project = claims.projectId();
    if (project.isEmpty() || !(mayAll || (reading && claims.hasRole("reader")))) {
      throw new S3Error(S3Error.Code.AccessDenied);
    }
    String path =
        UriText.decode(request.rawPath())
            .filter(text -> text.indexOf('\0') < 0)
            .orElseThrow(() -> new S3Error(S3Error.Code.InvalidURI));
    int slash = path.indexOf('/', 1);
    String bucket = slash < 0 ? path.substring(1) : path.substring(1, slash);
    String key = slash < 0 ? "" : path.substring(slash + 1);
    if (bucket.isEmpty() && !key.isEmpty()) {
      throw new S3Error(S3Error.Code.InvalidURI);
    }
    if (key.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_KEY_BYTES) {
      throw new S3Error(S3Error.Code.KeyTooLongError);
    }
    SignedBody body = new SignedBody(request, payload);
    return new S3Request(
        request, "AUTH_" + project.get(), bucket, key, body.length(), body.bytes());
  }

  private static S3Error refused(SignatureProblem problem) {
    return switch (problem) {
      case ANONYMOUS -> new S3Error(S3Error.Code.AccessDenied);
      case OTHER_VERSION ->
          new S3Error(
              S3Error.Code.InvalidRequest,
              "The authorization mechanism is not supported. Please use AWS4-HMAC-SHA256.");
      case MALFORMED_HEADER, WRONG_SCOPE -> new S3Error(S3Error.Code.AuthorizationHeaderMalformed);
      case MALFORMED_QUERY -> new S3Error(S3Error.Code.AuthorizationQueryParametersError);
      case NO_DATE ->
          new S3Error(S3Error.Code.AccessDenied, "A valid x-amz-date header is required.");
      case NO_PAYLOAD_HASH ->
          new S3Error(
              S3Error.Code.InvalidRequest, "A valid x-amz-content-sha256 header is required.");
      case UNKNOWN_KEY -> new S3Error(S3Error.Code.InvalidAccessKeyId);
      case MISMATCH -> new S3Error(S3Error.Code.SignatureDoesNotMatch);
      case SKEWED -> new S3Error(S3Error.Code.RequestTimeTooSkewed);
      case EXPIRED -> new S3Error(S3Error.Code.AccessDenied, "Request has expired");
      case UNSIGNED_HEADER ->
          new S3Error(
              S3Error.Code.AccessDenied,
              "There were headers present in the request which were not signed");
    };
  }

  private static Reply error(Request request, Throwable failure) {
    return switch (failure) {
      case S3Error error -> reply(request, error);
      case BodyCollector.TooLong tooLong ->
          reply(
              request,
              new S3Error(S3Error.Code.MalformedXML, String.valueOf(tooLong.getMessage())));
      case StoreFailure.DeviceFull full ->
          reply(request, new S3Error(S3Error.Code.ServiceUnavailable, "There is no space left."));
      case StoreFailure.Overloaded overloaded -> reply(request, new S3Error(S3Error.Code.SlowDown));
      case StoreFailure storing -> {
        LOG.error("request {} {} failed", request.id(), request.rawPath(), storing);
        yield reply(request, new S3Error(S3Error.Code.ServiceUnavailable));
      }
      default -> {
        LOG.error("request {} {} failed", request.id(), request.rawPath(), failure);
        yield reply(request, new S3Error(S3Error.Code.InternalError));
      }
    };
  }

  private static Reply reply(Request request, S3Error error) {
    byte[] xml =
        XmlWriter.plain("Error")
            .text("Code", error.code().name())
            .text("Message", String.valueOf(error.getMessage()))
            .text("Resource", request.rawPath())
            .text("RequestId", request.id())
            .toBytes();
    return Reply.bytes(error.code().status(), "application/xml", xml);
  }
}
