package io.virga.objectstore.s3.form;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.s3.object.ObjectHeaders;
import io.virga.objectstore.s3.object.ObjectWrites;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.Requester;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.SignedBody;
import io.virga.objectstore.s3.signature.Payload;
import io.virga.objectstore.s3.signature.PolicySignature;
import io.virga.objectstore.s3.signature.Signed;
import io.virga.objectstore.s3.tagging.TagSet;
import io.virga.objectstore.s3.xml.XmlReader;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** PostObject: an upload by a form, allowed by a signed policy or by the bucket's ACL. */
public final class FormUpload {

  private static final int MAXIMUM_KEY_BYTES = 1024;
  private static final int OBJECT_TAGS = 10;
  private static final Set<String> HEADERS =
      Set.of(
          "content-type",
          "content-disposition",
          "content-encoding",
          "content-language",
          "cache-control",
          "expires",
          "content-md5");
  private static final Set<String> OF_SIGNATURE =
      Set.of("x-amz-signature", "x-amz-credential", "x-amz-algorithm", "x-amz-date");

  private final ObjectWrites writes;
  private final PolicySignature signatures;
  private final InstantSource clock;

  /**
   * @param credentials by access key
   */
  public FormUpload(
      ObjectWrites writes,
      Function<String, Optional<S3CredentialSpec>> credentials,
      InstantSource clock) {
    this.writes = writes;
    this.signatures = new PolicySignature(credentials);
    this.clock = clock;
  }

  /** Whether a request is an upload by a form. */
  public static boolean isForm(Request request) {
    return request.method().equals("POST")
        && request.rawQuery().isEmpty()
        && request
            .header("content-type")
            .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data"))
            .isPresent();
  }

  /**
   * Takes the form.
   *
   * @param bucket by the name, for a requester
   */
  public Mono<Reply> handle(
      Request request, String name, Function<Requester, Mono<Optional<Bucket>>> bucket) {
    FormDecoder decoder =
        new FormDecoder(
            request
                .header("content-type")
                .flatMap(FormDecoder::boundary)
                .orElseThrow(() -> new S3Error(S3Error.Code.MalformedPOSTRequest)));
    return request
        .body()
        .concatMapIterable(
            chunk -> {
              List<FormDecoder.Event> events = decoder.decode(chunk);
              if (decoder.isFailed()) {
                throw new S3Error(S3Error.Code.MalformedPOSTRequest);
              }
              return events;
            })
        .switchOnFirst(
            (signal, events) -> {
              if (!(signal.get() instanceof FormDecoder.Fields(Map<String, String> fields))) {
                return events.thenMany(Flux.<Reply>error(noFile()));
              }
              Flux<ByteBuf> file =
                  events
                      .skip(1)
                      .<ByteBuf>handle(
                          (event, sink) -> {
                            if (event instanceof FormDecoder.Data(ByteBuf bytes)) {
                              sink.next(bytes);
                            }
                          })
                      .concatWith(Flux.defer(() -> end(decoder)));
              return upload(new Form(request, name, fields), bucket, file).flux();
            })
        .single();
  }

  private static S3Error noFile() {
    return S3Error.invalidArgument("POST requires exactly one file upload per request.");
  }

  private static Flux<ByteBuf> end(FormDecoder decoder) {
    return decoder.isComplete()
        ? Flux.empty()
        : Flux.error(new S3Error(S3Error.Code.MalformedPOSTRequest));
  }

  private record Form(Request request, String bucket, Map<String, String> fields) {

    Optional<String> field(String name) {
      return Optional.ofNullable(fields.get(name));
    }

    /** The key, in which the file's name may stand for itself. */
    String key() {
      String key =
          field("key")
              .filter(k -> !k.isEmpty())
              .orElseThrow(
                  () ->
                      S3Error.invalidArgument(
                          "Bucket POST must contain a field named 'key'. If it is specified,"
                              + " please check the order of the fields."))
              .replace("${filename}", field("file").orElse(""));
      if (key.indexOf('\0') >= 0) {
        throw new S3Error(S3Error.Code.InvalidURI);
      }
      if (key.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_KEY_BYTES) {
        throw new S3Error(S3Error.Code.KeyTooLongError);
      }
      return key;
    }
  }

  private Mono<Reply> upload(
      Form form, Function<Requester, Mono<Optional<Bucket>>> bucket, Flux<ByteBuf> file) {
    String key = form.key();
    Optional<PostPolicy> policy = form.field("policy").map(PostPolicy::parse);
    Requester requester =
        policy.isEmpty() ? Requester.ANONYMOUS : signer(signatures.verify(form.fields()));
    policy.ifPresent(
        p -> {
          Map<String, String> fields = new HashMap<>(form.fields());
          fields.put("bucket", form.bucket());
          fields.put("key", key);
          p.check(fields, clock.instant());
        });
    Flux<ByteBuf> bounded = policy.map(p -> FileSize.bound(p, file)).orElse(file);
    return bucket
        .apply(requester)
        .flatMap(
            found -> {
              Request put =
                  new Request(
                      form.request().id(),
                      "PUT",
                      form.request().rawPath(),
                      "",
                      new Query(List.of()),
                      headers(form),
                      bounded,
                      form.request().origin());
              SignedBody body = new SignedBody(put, new Payload.Unsigned());
              S3Request s3 = new S3Request(put, requester, form.bucket(), key, found, body);
              ObjectHeaders.refuseWhatIsNotBuilt(s3);
              return writes.receive(s3);
            })
        .map(
            version ->
                FormReplies.reply(form.request(), form.fields(), form.bucket(), key, version));
  }

  private static Requester signer(Signed signed) {
    return switch (signed) {
      case Signed.By by -> Requester.of(by.credential().claims());
      case Signed.Refused refused ->
          throw switch (refused.problem()) {
            case UNKNOWN_KEY -> new S3Error(S3Error.Code.InvalidAccessKeyId);
            case MISMATCH -> new S3Error(S3Error.Code.SignatureDoesNotMatch);
            default ->
                S3Error.invalidArgument(
                    "Bucket POST with a policy must contain the fields of its signature.");
          };
    };
  }

  /** What a PUT would have as headers. */
  private static HttpHeaders headers(Form form) {
    HttpHeaders headers = new DefaultHttpHeaders();
    form.fields()
        .forEach(
            (name, value) -> {
              if (HEADERS.contains(name)
                  || (name.startsWith("x-amz-") && !OF_SIGNATURE.contains(name))) {
                headers.set(name, value.strip());
              }
            });
    form.field("acl").ifPresent(acl -> headers.set("x-amz-acl", acl));
    form.field("tagging")
        .ifPresent(
            xml ->
                headers.set(
                    "x-amz-tagging",
                    XmlReader.read(xml.getBytes(StandardCharsets.UTF_8))
                        .filter(root -> root.name().equals("Tagging"))
                        .map(root -> TagSet.ofXml(root, OBJECT_TAGS).encode())
                        .orElseThrow(() -> S3Error.malformed("tagging must be a Tagging"))));
    return headers;
  }
}
