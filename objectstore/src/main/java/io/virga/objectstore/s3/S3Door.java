package io.virga.objectstore.s3;

import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.s3.bucket.ServiceOperations;
import io.virga.objectstore.s3.cors.CorsOperations;
import io.virga.objectstore.s3.form.FormUpload;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.Requester;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.SignedBody;
import io.virga.objectstore.s3.signature.Payload;
import io.virga.objectstore.s3.signature.SignatureProblem;
import io.virga.objectstore.s3.signature.SignatureVerifier;
import io.virga.objectstore.s3.signature.Signed;
import io.virga.objectstore.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** The S3 API: takes every request that is no other API's. */
public final class S3Door implements Door {

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS");
  private static final int MAXIMUM_KEY_BYTES = 1024;

  private final VirtualHosts hosts;
  private final SignatureVerifier verifier;
  private final Parts parts;
  private final ServiceOperations service;
  private final BucketRoutes buckets;
  private final ObjectRoutes objects;
  private final FormUpload forms;

  /**
   * @param credentials by access key
   */
  public S3Door(
      ObjectStore store,
      Function<String, Optional<S3CredentialSpec>> credentials,
      InstantSource clock,
      VirtualHosts hosts) {
    this.hosts = hosts;
    this.verifier = new SignatureVerifier(credentials, clock);
    this.parts = Parts.of(store, clock);
    this.service = new ServiceOperations(store);
    this.buckets = new BucketRoutes(parts);
    this.objects = new ObjectRoutes(parts);
    this.forms = new FormUpload(parts.writes(), credentials, clock);
  }

  /** The same API for requests whose host names a bucket, whatever their path. */
  public Door ofVirtualHosts() {
    return new Door() {
      @Override
      public boolean isFor(Request request) {
        return hosts.bucket(request).isPresent();
      }

      @Override
      public String operation(Request request) {
        return S3Door.this.operation(request);
      }

      @Override
      public Mono<Reply> answer(Request request) {
        return S3Door.this.answer(request);
      }
    };
  }

  @Override
  public boolean isFor(Request request) {
    return true;
  }

  @Override
  public String operation(Request request) {
    String method = METHODS.contains(request.method()) ? request.method() : "OTHER";
    String path = hosts.bucket(request).map(b -> "/" + b).orElse("") + request.rawPath();
    int slash = path.indexOf('/', 1);
    String level =
        path.length() <= 1
            ? "service"
            : slash < 0 || slash == path.length() - 1 ? "bucket" : "object";
    return "s3." + level + "." + method.toLowerCase(Locale.ROOT);
  }

  @Override
  public Mono<Reply> answer(Request request) {
    return routed(request)
        .onErrorResume(failure -> Mono.just(S3Errors.reply(request, failure)))
        .map(
            reply ->
                reply.header("x-amz-request-id", request.id()).header("x-amz-id-2", request.id()));
  }

  /** What a request is about. */
  private record Place(String bucket, String key) {}

  private Mono<Reply> routed(Request request) {
    try {
      return route(request);
    } catch (RuntimeException e) {
      return Mono.error(e);
    }
  }

  private Mono<Reply> route(Request request) {
    if (!METHODS.contains(request.method())) {
      throw new S3Error(S3Error.Code.MethodNotAllowed);
    }
    Place place = place(request);
    if (request.method().equals("OPTIONS")) {
      return find(Requester.ANONYMOUS, place)
          .map(bucket -> CorsOperations.preflight(request, bucket));
    }
    if (FormUpload.isForm(request) && place.key().isEmpty() && !place.bucket().isEmpty()) {
      return form(request, place);
    }
    Requester requester;
    Payload payload;
    switch (verifier.verify(request, hosts.bucket(request))) {
      case Signed.By(S3CredentialSpec credential, Payload signed) -> {
        requester = Requester.of(credential.claims());
        payload = signed;
      }
      case Signed.Refused refused -> {
        if (refused.problem() != SignatureProblem.ANONYMOUS) {
          throw S3Errors.refused(refused);
        }
        requester = Requester.ANONYMOUS;
        payload = unsigned(request);
      }
    }
    SignedBody body = new SignedBody(request, payload);
    return find(requester, place)
        .flatMap(
            found -> {
              S3Request s3 =
                  new S3Request(request, requester, place.bucket(), place.key(), found, body);
              return Mono.defer(() -> handle(s3))
                  .onErrorResume(failure -> Mono.just(S3Errors.reply(request, failure)))
                  .map(reply -> CorsOperations.decorate(request, found, reply));
            });
  }

  private Mono<Reply> handle(S3Request request) {
    if (request.bucketName().isEmpty()) {
      return service.handle(request);
    }
    return request.key().isEmpty() ? buckets.handle(request) : objects.handle(request);
  }

  private Mono<Reply> form(Request request, Place place) {
    return forms
        .handle(request, place.bucket(), requester -> find(requester, place))
        .onErrorResume(failure -> Mono.just(S3Errors.reply(request, failure)))
        .flatMap(
            reply ->
                request.header("origin").isEmpty()
                    ? Mono.just(reply)
                    : find(Requester.ANONYMOUS, place)
                        .map(bucket -> CorsOperations.decorate(request, bucket, reply)));
  }

  private Mono<Optional<Bucket>> find(Requester requester, Place place) {
    return place.bucket().isEmpty()
        ? Mono.just(Optional.empty())
        : parts.buckets().find(requester, place.bucket());
  }

  private static Payload unsigned(Request request) {
    return request
        .header("x-amz-content-sha256")
        .map(text -> Payload.keyless(text).orElseGet(() -> new Payload.Hashed(text)))
        .orElseGet(Payload.Unsigned::new);
  }

  private Place place(Request request) {
    String path =
        UriText.decode(request.rawPath())
            .filter(text -> text.indexOf('\0') < 0)
            .orElseThrow(() -> new S3Error(S3Error.Code.InvalidURI));
    Place place =
        hosts
            .bucket(request)
            .map(bucket -> new Place(bucket, path.substring(1)))
            .orElseGet(() -> ofPath(path));
    if (place.bucket().isEmpty() && !place.key().isEmpty()) {
      throw new S3Error(S3Error.Code.InvalidURI);
    }
    if (place.key().getBytes(StandardCharsets.UTF_8).length > MAXIMUM_KEY_BYTES) {
      throw new S3Error(S3Error.Code.KeyTooLongError);
    }
    return place;
  }

  private static Place ofPath(String path) {
    int slash = path.indexOf('/', 1);
    return slash < 0
        ? new Place(path.substring(1), "")
        : new Place(path.substring(1, slash), path.substring(slash + 1));
  }
}
