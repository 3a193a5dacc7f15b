package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.virga.objectstore.flow.OutboundBody;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/** The body of a stream, which is sent in pieces as the peer gives credit for it. On the loop. */
final class StreamBody implements OutboundBody.Outlet {

  /** The connection's side of it. */
  interface Listener {

    /** A piece is ready; takes it over. */
    void send(ByteBuf piece);

    /** Whether the connection takes more; if not, {@link #resume} follows when it does. */
    boolean hasRoom(StreamBody body);

    /** All is sent. */
    void ended();

    /** The source failed. */
    void failed(Throwable cause);
  }

  private final PeerStream<?> stream;
  private final Listener listener;
  private final OutboundBody bytes;

  StreamBody(EventExecutor loop, PeerStream<?> stream, Listener listener) {
    this.stream = stream;
    this.listener = listener;
    this.bytes = new OutboundBody(loop, Context.empty(), this);
  }

  /** Begins, and may end before it returns. */
  void start(Body body) {
    switch (body) {
      case Body.None none -> bytes.onComplete();
      case Body.Whole(ByteBuf whole) -> bytes.send(whole);
      case Body.Chunks(Flux<ByteBuf> flux) -> flux.subscribe(bytes);
    }
  }

  /** Whether it is the source that is waited for. */
  boolean waitsForSource() {
    return bytes.waitsForSource();
  }

  boolean isOver() {
    return bytes.isOver();
  }

  /** There may be credit or room again. */
  void resume() {
    bytes.resume();
  }

  /** Sends nothing more. */
  void cancel() {
    bytes.cancel();
  }

  @Override
  public boolean hasRoom() {
    return stream.sendable(1) > 0 && listener.hasRoom(this);
  }

  @Override
  public boolean take(ByteBuf buffer) {
    while (!bytes.isOver() && hasRoom()) {
      int length = stream.sendable(buffer.readableBytes());
      stream.sent(length);
      if (length == buffer.readableBytes()) {
        listener.send(buffer);
        return true;
      }
      listener.send(buffer.readRetainedSlice(length));
    }
    return false;
  }

  @Override
  public void paused() {
    // What was sent goes when the frames of the loop's turn are flushed.
  }

  @Override
  public void ended() {
    listener.ended();
  }

  @Override
  public void failed(Throwable cause) {
    listener.failed(cause);
  }
}
