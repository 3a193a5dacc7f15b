package io.virga.objectstore.swift;

import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Preconditions;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Result;

/** Replies about objects. */
final class ObjectReplies {

  private ObjectReplies() {}

  /** The reply to a PUT or a copy. */
  static Reply created(Result<ObjectRow> result, String etag) {
    return switch (result) {
      case Result.Done<ObjectRow>(ObjectRow row) ->
          Reply.of(201)
              .header("Etag", etag)
              .header("Content-Type", "text/html; charset=UTF-8")
              .header("Last-Modified", HttpDates.format(row.timestamp().ceilingSeconds()))
              .header("X-Timestamp", row.timestamp().toString());
      case Result.Refused<ObjectRow>(Result.Refusal refusal) ->
          throw refusal == Result.Refusal.CONDITION_FAILED
              ? SwiftError.preconditionFailed("A precondition was not met.")
              : SwiftError.notFound();
    };
  }

  /** The reply to a GET or HEAD: all, a part, or why not. */
  static Reply read(Request request, Readable readable) {
    ObjectRow row = readable.row();
    long modified = row.metadataTimestamp().ceilingSeconds();
    Reply reply = Reply.of(200);
    SwiftHeaders.object(reply, row);
    String etag = readable.etag();
    reply.header("Etag", readable.isLarge() ? "\"" + etag + "\"" : etag);
    switch (Preconditions.judge(request, etag, modified)) {
      case PASS -> {}
      case NOT_MODIFIED -> {
        readable.close();
        return new Reply(304, reply.headers(), new Reply.None());
      }
      case FAILED -> {
        readable.close();
        throw SwiftError.preconditionFailed("A precondition was not met.");
      }
    }
    if (request.isHead()) {
      readable.close();
      return reply.with(new Reply.Head(readable.size()));
    }
    boolean rangeHolds =
        request
            .header("if-range")
            .map(v -> v.replace("\"", "").equals(etag) || v.equals(HttpDates.format(modified)))
            .orElse(true);
    ByteRange.Asked asked =
        rangeHolds
            ? ByteRange.parse(request.header("range"), readable.size())
            : new ByteRange.Everything();
    return switch (asked) {
      case ByteRange.Everything() -> reply.with(readable.body(0, readable.size()));
      case ByteRange.Part(ByteRange range) -> {
        reply.header(
            "Content-Range",
            "bytes %d-%d/%d".formatted(range.first(), range.last(), readable.size()));
        Reply.Body body = readable.body(range.first(), range.length());
        yield new Reply(206, reply.headers(), body);
      }
      case ByteRange.Unsatisfiable() -> {
        readable.close();
        Reply refused =
            Reply.text(
                416,
                "text/html; charset=UTF-8",
                "<html><h1>Requested Range Not Satisfiable</h1>"
                    + "<p>The Range requested is not available.</p></html>");
        yield refused
            .header("Content-Range", "bytes */" + readable.size())
            .header("Etag", etag)
            .header("Accept-Ranges", "bytes");
      }
    };
  }
}
