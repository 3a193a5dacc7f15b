package io.virga.objectstore.s3.protocol;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.s3.checksum.Checksum;
import io.virga.objectstore.s3.checksum.ChecksumAlgorithm;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.signature.ChunkedDecoder;
import io.virga.objectstore.s3.signature.Payload;
import io.virga.objectstore.store.Digests;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import reactor.core.publisher.Flux;

/**
 * A body as it comes, checked as it passes: framing and signatures of chunks, the hash that was
 * signed, {@code Content-MD5}, and checksums in headers and trailers. What does not fit fails the
 * flux at its end with an {@link S3Error}, so that nothing of it is committed.
 */
public final class SignedBody {

  private static final int MD5_BYTES = 16;

  private final Request request;
  private final Payload payload;
  private final List<Expected> expected = new ArrayList<>(1);
  private Optional<ChecksumAlgorithm> wanted = Optional.empty();
  private Optional<StoredChecksum> checksum = Optional.empty();
  private Optional<ChunkedDecoder> decoder = Optional.empty();
  private Optional<MessageDigest> sha256 = Optional.empty();
  private Optional<MessageDigest> md5 = Optional.empty();
  private long received;

  /**
   * A checksum that is computed.
   *
   * @param promised what the client gives of it, if it does
   */
  private record Expected(
      ChecksumAlgorithm algorithm, Checksum checksum, Optional<PromisedChecksum> promised) {}

  public SignedBody(Request request, Payload payload) {
    this.request = request;
    this.payload = payload;
  }

  /** How long the decoded body will be. */
  public OptionalLong length() {
    boolean chunked =
        switch (payload) {
          case Payload.Chunked streamed -> true;
          case Payload.Hashed(String hash) -> hash.startsWith("STREAMING-");
          case Payload.Unsigned() -> false;
        };
    if (!chunked) {
      return request.contentLength();
    }
    Optional<String> text = request.header("x-amz-decoded-content-length");
    return text.filter(t -> t.matches("[0-9]{1,15}")).isPresent()
        ? OptionalLong.of(Long.parseLong(text.get()))
        : OptionalLong.empty();
  }

  /** Whether the body is framed in chunks, of which nothing is kept. */
  public boolean isChunked() {
    return payload instanceof Payload.Chunked;
  }

  /** Whether the client gives what an accident on the way would be seen by. */
  public boolean isGuarded() {
    return request.header("content-md5").isPresent()
        || PromisedChecksum.of(request, isTrailed()).isPresent();
  }

  private boolean isTrailed() {
    return payload instanceof Payload.Chunked chunked && chunked.trailer();
  }

  /** Computes this checksum if the client gives none. To be called before {@link #bytes}. */
  public void want(ChecksumAlgorithm algorithm) {
    wanted = Optional.of(algorithm);
  }

  /** The checksum of the body; empty until all has come, or if none is wanted. */
  public Optional<StoredChecksum> checksum() {
    return checksum;
  }

  public Flux<ByteBuf> bytes() {
    prepare();
    Flux<ByteBuf> decoded =
        decoder.isPresent()
            ? request.body().concatMapIterable(chunk -> decode(decoder.get(), chunk))
            : request.body();
    return decoded
        .doOnNext(this::pass)
        .concatWith(
            Flux.defer(
                () -> {
                  finish();
                  return Flux.empty();
                }));
  }

  private void prepare() {
    switch (payload) {
      case Payload.Unsigned() -> {}
      case Payload.Hashed hashed -> sha256 = Optional.of(Digests.sha256());
      case Payload.Chunked chunked -> decoder = Optional.of(new ChunkedDecoder(chunked));
    }
    request
        .header("content-md5")
        .ifPresent(
            text -> {
              requireMd5(text);
              md5 = Optional.of(Digests.md5());
            });
    prepareChecksums();
  }

  private void prepareChecksums() {
    boolean ofObject = request.method().equals("POST") && request.query().has("uploadId");
    Optional<PromisedChecksum> promised =
        ofObject ? Optional.empty() : PromisedChecksum.of(request, isTrailed());
    promised.ifPresent(p -> expect(p.algorithm(), promised));
    wanted
        .filter(algorithm -> promised.filter(p -> p.algorithm() == algorithm).isEmpty())
        .ifPresent(algorithm -> expect(algorithm, Optional.empty()));
  }

  private void expect(ChecksumAlgorithm algorithm, Optional<PromisedChecksum> promised) {
    expected.add(new Expected(algorithm, algorithm.start(), promised));
  }

  private static void requireMd5(String text) {
    try {
      if (Base64.getDecoder().decode(text.strip()).length == MD5_BYTES) {
        return;
      }
    } catch (IllegalArgumentException e) {
      throw invalidMd5(text);
    }
    throw invalidMd5(text);
  }

  private static S3Error invalidMd5(String text) {
    return new S3Error(S3Error.Code.InvalidDigest).detail("Content-MD5", text);
  }

  private static List<ByteBuf> decode(ChunkedDecoder decoder, ByteBuf chunk) {
    try {
      List<ByteBuf> data = decoder.decode(chunk);
      requireNoProblem(decoder);
      return data;
    } finally {
      chunk.release();
    }
  }

  private static void requireNoProblem(ChunkedDecoder decoder) {
    switch (decoder.problem()) {
      case NONE -> {}
      case MALFORMED -> throw new S3Error(S3Error.Code.IncompleteBody);
      case SMALL_CHUNK -> throw told(decoder, S3Error.Code.InvalidChunkSizeError);
      case SIGNATURE_MISMATCH -> throw told(decoder, S3Error.Code.SignatureDoesNotMatch);
    }
  }

  private static S3Error told(ChunkedDecoder decoder, S3Error.Code code) {
    S3Error error = new S3Error(code);
    for (Map.Entry<String, String> detail : decoder.details().entrySet()) {
      error = error.detail(detail.getKey(), detail.getValue());
    }
    return error;
  }

  private void pass(ByteBuf data) {
    received += data.readableBytes();
    sha256.ifPresent(digest -> Digests.update(digest, data));
    md5.ifPresent(digest -> Digests.update(digest, data));
    expected.forEach(each -> each.checksum().update(data));
  }

  private void finish() {
    decoder.ifPresent(
        d -> {
          d.finish();
          requireNoProblem(d);
        });
    long length = length().orElse(received);
    if (length != received) {
      throw incomplete(received, length);
    }
    if (payload instanceof Payload.Hashed(String hash) && sha256.isPresent()) {
      String computed = HexFormat.of().formatHex(sha256.get().digest());
      if (!computed.equalsIgnoreCase(hash)) {
        throw new S3Error(S3Error.Code.XAmzContentSHA256Mismatch)
            .detail("ClientComputedContentSHA256", hash)
            .detail("S3ComputedContentSHA256", computed);
      }
    }
    md5.ifPresent(d -> finish(request.header("content-md5").orElse("").strip(), d.digest()));
    Map<String, String> trailers = decoder.map(ChunkedDecoder::trailers).orElse(Map.of());
    requirePromised(trailers);
    for (Expected each : expected) {
      finish(each, trailers);
    }
  }

  private static S3Error incomplete(long received, long expected) {
    return new S3Error(
            S3Error.Code.IncompleteBody,
            "You did not provide the number of bytes specified by the Content-Length HTTP header")
        .detail("NumberBytesExpected", Long.toString(expected))
        .detail("NumberBytesProvided", Long.toString(received));
  }

  /** S3 tells the digest of an object in hexadecimal, of a document as it came. */
  private void finish(String given, byte[] md5) {
    String computed = Base64.getEncoder().encodeToString(md5);
    if (!computed.equals(given)) {
      boolean document = request.method().equals("POST");
      throw new S3Error(S3Error.Code.BadDigest)
          .detail(
              "ExpectedDigest",
              document ? given : HexFormat.of().formatHex(Base64.getDecoder().decode(given)))
          .detail("CalculatedDigest", computed);
    }
  }

  /** The trailers are those that were promised, and no others. */
  private void requirePromised(Map<String, String> trailers) {
    Optional<String> promised =
        expected.stream()
            .flatMap(each -> each.promised().stream())
            .filter(promise -> promise.value().isEmpty())
            .map(promise -> promise.algorithm().header())
            .findFirst();
    if (!trailers.keySet().equals(promised.map(Set::of).orElse(Set.of()))) {
      throw new S3Error(S3Error.Code.MalformedTrailerError);
    }
  }

  /** What is wanted is kept before what the client gave beside it. */
  private void finish(Expected each, Map<String, String> trailers) {
    String computed = each.checksum().base64();
    String header = each.algorithm().header();
    String given =
        each.promised()
            .map(promise -> promise.value().orElseGet(() -> trailers.getOrDefault(header, "")))
            .orElse(computed);
    if (!each.algorithm().accepts(given)) {
      throw S3Error.invalidRequest("Value for %s trailing header is invalid.".formatted(header));
    }
    if (!computed.equals(given)) {
      throw new S3Error(
          S3Error.Code.BadDigest,
          "The %s you specified did not match the calculated checksum."
              .formatted(each.algorithm()));
    }
    checksum = Optional.of(StoredChecksum.full(each.algorithm(), computed));
  }
}
