package io.virga.objectstore.http.server;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.Invariant;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * A body on its way to the client: its source is asked for one buffer after the other while the
 * connection is writable. The source may signal on any thread; the rest is the loop's.
 *
 * <p>sending → (source complete) ended; → (source failed, or not as long as it was said to be)
 * failed; → (cancel) over.
 */
final class ReplyBody implements CoreSubscriber<ByteBuf> {

  /** How the pieces are put into the reply. */
  interface Framing {

    /** Writes a piece that is not empty; takes it over. Fails if there must be no more. */
    void piece(ByteBuf bytes) throws IOException;

    /** Writes what follows the last piece. Fails if more had to come. */
    void end() throws IOException;
  }

  private final Exchange exchange;
  private final Connection connection;
  private final Framing framing;
  private volatile @Nullable Subscription source;
  private volatile @Nullable ByteBuf next;
  private volatile @Nullable Throwable failure;
  private volatile boolean complete;
  private volatile boolean over;
  private boolean asked;
  private boolean draining;

  ReplyBody(Exchange exchange, Connection connection, Framing framing) {
    this.exchange = exchange;
    this.connection = connection;
    this.framing = framing;
  }

  /** Lets a source that nobody wants free what it has. */
  static void discard(Flux<ByteBuf> source) {
    source.doOnNext(ByteBuf::release).subscribe().dispose();
  }

  @Override
  public Context currentContext() {
    return connection.reactorContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    source = subscription;
    resume();
  }

  @Override
  public void onNext(ByteBuf bytes) {
    Invariant.check(next == null, "a source gives what it is asked for");
    next = bytes;
    resume();
  }

  @Override
  public void onError(Throwable cause) {
    failure = cause;
    resume();
  }

  @Override
  public void onComplete() {
    complete = true;
    resume();
  }

  /** There may be room again, or something to send. */
  void resume() {
    if (connection.loop().inEventLoop()) {
      drain();
    } else {
      connection.loop().execute(this::drain);
    }
  }

  /** Sends nothing more. On the loop. */
  void cancel() {
    over = true;
    dropNext();
    Subscription from = source;
    if (from != null) {
      from.cancel();
    }
  }

  private void dropNext() {
    ByteBuf dropped = next;
    next = null;
    if (dropped != null) {
      dropped.release();
    }
  }

  private void drain() {
    if (over) {
      cancel();
      return;
    }
    if (draining) {
      return;
    }
    draining = true;
    boolean more = true;
    while (more && !over) {
      more = step();
    }
    draining = false;
    if (!over) {
      connection.flush();
    }
  }

  /** Does one thing; false if there is nothing to do now. */
  private boolean step() {
    Throwable cause = failure;
    if (cause != null) {
      fail(cause);
      return false;
    }
    ByteBuf bytes = next;
    if (bytes != null) {
      next = null;
      asked = false;
      return send(bytes);
    }
    if (complete) {
      // The last buffer may have come between the two looks.
      return next != null || end();
    }
    Subscription from = source;
    if (asked || from == null || !connection.isWritable()) {
      return false;
    }
    asked = true;
    from.request(1);
    return true;
  }

  private boolean send(ByteBuf bytes) {
    if (!bytes.isReadable()) {
      bytes.release();
      return true;
    }
    try {
      framing.piece(bytes);
      return true;
    } catch (IOException e) {
      fail(e);
      return false;
    }
  }

  private boolean end() {
    try {
      framing.end();
      over = true;
      exchange.sent();
    } catch (IOException e) {
      fail(e);
    }
    return false;
  }

  private void fail(Throwable cause) {
    cancel();
    exchange.broken(cause);
  }
}
