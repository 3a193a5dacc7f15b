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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
  private final List<Expected> expected = new ArrayList<>();
  private Optional<ChecksumAlgorithm> wanted = Optional.empty();
  private Optional<StoredChecksum> checksum = Optional.empty();
  private Optional<ChunkedDecoder> decoder = Optional.empty();
  private Optional<MessageDigest> sha256 = Optional.empty();
  private Optional<MessageDigest> md5 = Optional.empty();
  private long received;

  /** Where the right value of a checksum is from. */
  private enum From {
    HEADER,
    TRAILER,
    NOWHERE
  }

  private record Expected(
      ChecksumAlgorithm algorithm, Checksum checksum, From from, String value) {}

  public SignedBody(Request request, Payload payload) {
    this.request = request;
    this.payload = payload;
  }

  /** How long the decoded body will be. */
  public OptionalLong length() {
    if (!(payload instanceof Payload.Chunked)) {
      return request.contentLength();
    }
    Optional<String> text = request.header("x-amz-decoded-content-length");
    return text.filter(t -> t.matches("[0-9]{1,15}")).isPresent()
        ? OptionalLong.of(Long.parseLong(text.get()))
        : OptionalLong.empty();
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
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      Optional<String> value = request.header(algorithm.header());
      if (value.isPresent() && !ofObject) {
        if (!algorithm.accepts(value.get())) {
          throw S3Error.invalidRequest("Value for " + algorithm.header() + " header is invalid.");
        }
        expect(algorithm, From.HEADER, value.get());
      }
    }
    for (String name : request.header("x-amz-trailer").orElse("").split(",", 8)) {
      ChecksumAlgorithm.ofHeader(name.strip().toLowerCase(Locale.ROOT))
          .ifPresent(algorithm -> expect(algorithm, From.TRAILER, ""));
    }
    if (expected.size() > 1) {
      throw S3Error.invalidRequest(
          "Expecting a single x-amz-checksum- header. Multiple checksum types are not allowed.");
    }
    wanted
        .filter(algorithm -> expected.stream().noneMatch(e -> e.algorithm() == algorithm))
        .ifPresent(algorithm -> expect(algorithm, From.NOWHERE, ""));
  }

  private void expect(ChecksumAlgorithm algorithm, From from, String value) {
    expected.add(new Expected(algorithm, algorithm.start(), from, value));
  }

  private static void requireMd5(String text) {
    try {
      if (Base64.getDecoder().decode(text.strip()).length == MD5_BYTES) {
        return;
      }
    } catch (IllegalArgumentException e) {
      throw new S3Error(S3Error.Code.InvalidDigest, "Content-MD5 is no base64: " + e.getMessage());
    }
    throw new S3Error(S3Error.Code.InvalidDigest);
  }

  private static List<ByteBuf> decode(ChunkedDecoder decoder, ByteBuf chunk) {
    try {
      List<ByteBuf> data = decoder.decode(chunk);
      switch (decoder.problem()) {
        case NONE -> {}
        case MALFORMED -> throw S3Error.invalidRequest("The chunked body is malformed.");
        case SIGNATURE_MISMATCH -> throw new S3Error(S3Error.Code.SignatureDoesNotMatch);
      }
      return data;
    } finally {
      chunk.release();
    }
  }

  private void pass(ByteBuf data) {
    received += data.readableBytes();
    sha256.ifPresent(digest -> Digests.update(digest, data));
    md5.ifPresent(digest -> Digests.update(digest, data));
    expected.forEach(each -> each.checksum().update(data));
  }

  private void finish() {
    if (decoder.filter(d -> !d.isComplete()).isPresent() || length().orElse(received) != received) {
      throw new S3Error(S3Error.Code.IncompleteBody);
    }
    if (payload instanceof Payload.Hashed(String hash)
        && sha256.filter(d -> !HexFormat.of().formatHex(d.digest()).equals(hash)).isPresent()) {
      throw new S3Error(S3Error.Code.XAmzContentSHA256Mismatch);
    }
    String right = request.header("content-md5").orElse("").strip();
    if (md5.filter(d -> !Base64.getEncoder().encodeToString(d.digest()).equals(right))
        .isPresent()) {
      throw new S3Error(S3Error.Code.BadDigest);
    }
    Map<String, String> trailers = decoder.map(ChunkedDecoder::trailers).orElse(Map.of());
    for (Expected each : expected) {
      finish(each, trailers);
    }
  }

  /** What is wanted is kept before what the client gave beside it. */
  private void finish(Expected each, Map<String, String> trailers) {
    String value = each.checksum().base64();
    String given =
        switch (each.from()) {
          case HEADER -> each.value();
          case TRAILER -> trailers.getOrDefault(each.algorithm().header(), "");
          case NOWHERE -> value;
        };
    if (!value.equals(given)) {
      throw new S3Error(
          S3Error.Code.BadDigest,
          "The %s you specified did not match the calculated checksum."
              .formatted(each.algorithm()));
    }
    checksum = Optional.of(StoredChecksum.full(each.algorithm(), value));
  }
}
