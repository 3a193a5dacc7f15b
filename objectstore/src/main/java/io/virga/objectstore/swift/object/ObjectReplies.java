package io.virga.objectstore.swift.object;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.ByteRanges;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Preconditions;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.swift.wire.RowHeaders;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.versions.VersionId;
import io.virga.objectstore.versions.VersionName;
import io.virga.objectstore.versions.Versions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Replies about objects. */
public final class ObjectReplies {

  /** The header that tells which version a reply is about. */
  static final String VERSION_ID = "X-Object-Version-Id";

  private ObjectReplies() {}

  /** The reply to a PUT or a copy. */
  public static Reply created(Versions.Version version, String etag) {
    ObjectRow row = version.row();
    Reply reply =
        StandardReplies.empty(201)
            .header("Etag", etag)
            .header("Last-Modified", HttpDates.format(row.timestamp().ceilingSeconds()))
            .header("X-Timestamp", row.timestamp().toString());
    return describe(reply, version.id().filter(id -> !id.isNull()));
  }

  /** Tells which version it is about, if there are versions. */
  static Reply describe(Reply reply, Optional<VersionId> id) {
    id.ifPresent(version -> reply.header(VERSION_ID, version.text()));
    return reply;
  }

  /** What was written, or the error that tells why it was not. */
  static <T> T done(Result<T> result) {
    return switch (result) {
      case Result.Done<T>(T value) -> value;
      case Result.Refused<T>(Result.Refusal refusal) ->
          throw refusal == Result.Refusal.CONDITION_FAILED
              ? new SwiftError(412)
              : SwiftError.notFound();
    };
  }

  /** The reply to a GET or HEAD: all, some, or why not. */
  public static Mono<Reply> read(Request request, Readable readable) {
    return read(request, readable, Optional.empty());
  }

  /** The same, or one part of it. */
  static Mono<Reply> read(Request request, Readable readable, Optional<PartNumber.Part> part) {
    ObjectRow row = readable.row();
    long modified = row.metadataTimestamp().ceilingSeconds();
    Reply reply = Reply.of(200);
    RowHeaders.object(reply, row);
    describe(reply, VersionName.idOf(row.path()));
    String etag = readable.etag();
    reply.header("Etag", readable.isLarge() ? "\"" + etag + "\"" : etag);
    switch (judge(request, etag, modified)) {
      case PASS -> {}
      case NOT_MODIFIED -> {
        readable.close();
        return Mono.just(new Reply(304, reply.headers(), new Reply.None()));
      }
      case FAILED -> {
        readable.close();
        throw new SwiftError(412).with("Etag", String.valueOf(reply.headers().get("Etag")));
      }
    }
    if (part.isPresent()) {
      return part(request, readable, reply, part.get());
    }
    if (request.isHead()) {
      readable.close();
      return Mono.just(reply.with(new Reply.Head(readable.size())));
    }
    boolean rangeHolds =
        request
            .header("if-range")
            .map(v -> v.replace("\"", "").equals(etag) || v.equals(HttpDates.format(modified)))
            .orElse(true);
    boolean dynamic = row.metadata(LargeObjects.DYNAMIC).isPresent();
    return ByteRanges.parse(request.header("range").filter(r -> rangeHolds), readable.size())
        .filter(ranges -> !dynamic || ranges.ranges().size() < 2)
        .map(ranges -> some(reply, readable, ranges))
        .orElseGet(() -> readable.body(0, readable.size()).map(reply::with));
  }

  /** Both of two conditions must hold, where RFC 9110 §13.2.2 would pass over the second. */
  static Preconditions.Verdict judge(Request request, String etag, long modified) {
    Preconditions.Verdict verdict = Preconditions.judge(request, etag, modified);
    boolean late =
        request
            .header("if-unmodified-since")
            .flatMap(HttpDates::parse)
            .filter(since -> modified > since.getEpochSecond())
            .isPresent();
    return late && verdict == Preconditions.Verdict.PASS ? Preconditions.Verdict.FAILED : verdict;
  }

  private static Mono<Reply> part(
      Request request, Readable readable, Reply reply, PartNumber.Part part) {
    reply.header("X-Parts-Count", Integer.toString(part.count()));
    if (part.range().isEmpty()) {
      readable.close();
      reply.header("Content-Range", "bytes */" + readable.size());
      byte[] words = bytes("The requested part number is not satisfiable");
      Reply.Body body = request.isHead() ? new Reply.None() : new Reply.Bytes(words);
      return Mono.just(new Reply(416, reply.headers(), body));
    }
    ByteRange range = part.range().get();
    reply.header("Content-Range", contentRange(range, readable));
    if (request.isHead()) {
      readable.close();
      return Mono.just(new Reply(206, reply.headers(), new Reply.Head(range.length())));
    }
    return readable
        .body(range.first(), range.length())
        .map(body -> new Reply(206, reply.headers(), body));
  }

  private static Mono<Reply> some(Reply reply, Readable readable, ByteRanges asked) {
    List<ByteRange> ranges = asked.ranges();
    if (ranges.isEmpty()) {
      readable.close();
      Reply refused = StandardReplies.of(416);
      Optional.ofNullable(reply.headers().get("Etag")).ifPresent(e -> refused.header("Etag", e));
      refused.header("Content-Range", "bytes */" + readable.size());
      return Mono.just(refused.header("Accept-Ranges", "bytes"));
    }
    if (ranges.size() == 1) {
      ByteRange range = ranges.getFirst();
      reply.header("Content-Range", contentRange(range, readable));
      return readable
          .body(range.first(), range.length())
          .map(body -> new Reply(206, reply.headers(), body));
    }
    return Mono.just(several(reply, readable, ranges));
  }

  private static String contentRange(ByteRange range, Readable readable) {
    return "bytes %d-%d/%d".formatted(range.first(), range.last(), readable.size());
  }

  private static Reply several(Reply reply, Readable readable, List<ByteRange> ranges) {
    String boundary = Boundaries.next();
    String type = String.valueOf(reply.headers().get("Content-Type"));
    List<Flux<ByteBuf>> pieces = new ArrayList<>();
    long length = 0;
    for (ByteRange range : ranges) {
      byte[] head =
          bytes(
              "--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n"
                  .formatted(boundary, type, contentRange(range, readable)));
      pieces.add(buffer(head));
      pieces.add(Flux.defer(() -> readable.kept(range)));
      pieces.add(buffer(bytes("\r\n")));
      length += head.length + range.length() + 2;
    }
    byte[] end = bytes("--" + boundary + "--");
    pieces.add(buffer(end));
    reply.header("Content-Type", "multipart/byteranges;boundary=" + boundary);
    Flux<ByteBuf> body = Flux.concat(pieces).doFinally(signal -> readable.close());
    return new Reply(206, reply.headers(), new Reply.Stream(length + end.length, body));
  }

  private static Flux<ByteBuf> buffer(byte[] bytes) {
    return Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(bytes)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
