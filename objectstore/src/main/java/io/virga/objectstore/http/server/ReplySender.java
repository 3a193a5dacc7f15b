package io.virga.objectstore.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.flow.OutboundBody;
import io.virga.objectstore.http.Reply;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Writes a reply: a small one into one buffer, a large one piece by piece. On the loop. */
final class ReplySender {

  private static final long NOT_STATED = -1;
  private static final long CHUNKED = -2;
  private static final int HEAD_BYTES = 1024;

  /** Up to here a body is sent in the head's buffer: to copy costs less than a second buffer. */
  static final int COPIED_BYTES = 16 << 10;

  private final Exchange exchange;
  private final Connection connection;
  private final Terms terms;

  /** What the request has settled. */
  record Terms(boolean isHead, boolean isHttp10, boolean keepAlive) {}

  ReplySender(Exchange exchange, Connection connection, Terms terms) {
    this.exchange = exchange;
    this.connection = connection;
    this.terms = terms;
  }

  /** Frees what is not sent. */
  static void discard(Reply.Body body) {
    switch (body) {
      case Reply.None none -> {}
      case Reply.Head head -> {}
      case Reply.Bytes bytes -> {}
      case Reply.Buffer(ByteBuf buffer) -> buffer.release();
      case Reply.Stream(long length, Flux<ByteBuf> bytes) -> OutboundBody.discard(bytes);
      case Reply.Chunked(Flux<ByteBuf> bytes) -> OutboundBody.discard(bytes);
    }
  }

  /** Writes all that can be written at once; returns what is still to be sent, if anything is. */
  @Nullable ReplyBody send(Reply reply) {
    ByteBuf out = head(reply);
    if (terms.isHead()) {
      connection.write(out);
      discard(reply.body());
      exchange.sent();
      return null;
    }
    return switch (reply.body()) {
      case Reply.None none -> whole(out, Unpooled.EMPTY_BUFFER);
      case Reply.Head head -> whole(out, Unpooled.EMPTY_BUFFER);
      case Reply.Bytes(byte[] bytes) -> whole(out, Unpooled.wrappedBuffer(bytes));
      case Reply.Buffer(ByteBuf buffer) -> whole(out, buffer);
      case Reply.Stream(long length, Flux<ByteBuf> bytes) ->
          pieces(out, bytes, Framings.ofLength(connection, length));
      case Reply.Chunked(Flux<ByteBuf> bytes) ->
          pieces(
              out,
              bytes,
              terms.isHttp10() ? Framings.toTheEnd(connection) : Framings.chunked(connection));
    };
  }

  private ByteBuf head(Reply reply) {
    long length = length(reply);
    int room = terms.isHead() || length > COPIED_BYTES ? 0 : (int) Math.max(0, length);
    ByteBuf out = connection.context().alloc().directBuffer(HEAD_BYTES + room);
    ReplyHead head = new ReplyHead(out, reply.status(), reply.headers());
    if (length >= 0) {
      head.length(length);
    } else if (length == CHUNKED) {
      head.chunked();
    }
    if (!terms.keepAlive()) {
      head.close();
    } else if (terms.isHttp10()) {
      head.keepAlive();
    }
    head.end();
    return out;
  }

  private long length(Reply reply) {
    return switch (reply.body()) {
      case Reply.None none -> reply.status() == 204 || reply.status() == 304 ? NOT_STATED : 0;
      case Reply.Head(long length) -> length;
      case Reply.Bytes(byte[] bytes) -> bytes.length;
      case Reply.Buffer(ByteBuf buffer) -> buffer.readableBytes();
      case Reply.Stream(long length, Flux<ByteBuf> bytes) -> length;
      case Reply.Chunked chunked -> terms.isHttp10() ? NOT_STATED : CHUNKED;
    };
  }

  private @Nullable ReplyBody whole(ByteBuf head, ByteBuf body) {
    if (body.readableBytes() <= COPIED_BYTES) {
      head.writeBytes(body);
      body.release();
      connection.write(head);
    } else {
      connection.write(head);
      connection.write(body);
    }
    exchange.sent();
    return null;
  }

  private ReplyBody pieces(ByteBuf head, Flux<ByteBuf> source, ReplyBody.Framing framing) {
    connection.write(head);
    ReplyBody body = new ReplyBody(exchange, connection, framing);
    body.start(source);
    return body;
  }
}
