package io.virga.objectstore.s3;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.Request;
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
final class SignedBody {

  private static final int MD5_BYTES = 16;

  private final Request request;
  private final Payload payload;
  private final List<Expected> expected = new ArrayList<>();
  private Optional<ChunkedDecoder> decoder = Optional.empty();
  private Optional<MessageDigest> sha256 = Optional.empty();
  private Optional<MessageDigest> md5 = Optional.empty();
  private long received;

  /**
   * A checksum that is known now or comes in a trailer.
   *
   * @param value empty until the trailer has come
   */
  private record Expected(String header, Checksum checksum, Optional<String> value) {}

  SignedBody(Request request, Payload payload) {
    this.request = request;
    this.payload = payload;
  }

  /** How long the decoded body will be. */
  OptionalLong length() {
    if (!(payload instanceof Payload.Chunked)) {
      return request.contentLength();
    }
    Optional<String> text = request.header("x-amz-decoded-content-length");
    return text.filter(t -> t.matches("[0-9]{1,15}")).isPresent()
        ? OptionalLong.of(Long.parseLong(text.get()))
        : OptionalLong.empty();
  }

  Flux<ByteBuf> bytes() {
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
    for (String algorithm : Checksum.ALGORITHMS) {
      String header = Checksum.PREFIX + algorithm;
      request.header(header).ifPresent(value -> expect(header, Optional.of(value)));
    }
    for (String name : request.header("x-amz-trailer").orElse("").split(",", 8)) {
      if (!name.isBlank()) {
        expect(name.strip().toLowerCase(Locale.ROOT), Optional.empty());
      }
    }
  }

  private void expect(String header, Optional<String> value) {
    Checksum.ofHeader(header)
        .ifPresent(checksum -> expected.add(new Expected(header, checksum, value)));
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
        case MALFORMED ->
            throw new S3Error(S3Error.Code.InvalidRequest, "The chunked body is malformed.");
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
    String wanted = request.header("content-md5").orElse("").strip();
    if (md5.filter(d -> !Base64.getEncoder().encodeToString(d.digest()).equals(wanted))
        .isPresent()) {
      throw new S3Error(S3Error.Code.BadDigest);
    }
    Map<String, String> trailers = decoder.map(ChunkedDecoder::trailers).orElse(Map.of());
    for (Expected each : expected) {
      Optional<String> value =
          each.value().or(() -> Optional.ofNullable(trailers.get(each.header())));
      if (!each.checksum().base64().equals(value.orElse(""))) {
        throw new S3Error(S3Error.Code.BadDigest);
      }
    }
  }
}
