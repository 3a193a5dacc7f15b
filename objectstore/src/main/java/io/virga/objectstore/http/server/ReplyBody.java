package io.virga.objectstore.http.server;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.flow.OutboundBody;
import java.io.IOException;
import reactor.core.publisher.Flux;

/** A body that comes in pieces, on its way to the client. On the loop. */
final class ReplyBody implements OutboundBody.Outlet {

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
  private final OutboundBody bytes;

  ReplyBody(Exchange exchange, Connection connection, Framing framing) {
    this.exchange = exchange;
    this.connection = connection;
    this.framing = framing;
    this.bytes = new OutboundBody(connection.loop(), connection.reactorContext(), this);
  }

  /** Begins, and may end before it returns. */
  void start(Flux<ByteBuf> source) {
    source.subscribe(bytes);
  }

  /** There may be room again. */
  void resume() {
    bytes.resume();
  }

  /** Sends nothing more. */
  void cancel() {
    bytes.cancel();
  }

  @Override
  public boolean hasRoom() {
    return connection.isWritable();
  }

  @Override
  public boolean take(ByteBuf piece) throws IOException {
    framing.piece(piece);
    return true;
  }

  @Override
  public void paused() {
    connection.flush();
  }

  @Override
  public void ended() throws IOException {
    framing.end();
    exchange.sent();
  }

  @Override
  public void failed(Throwable cause) {
    exchange.broken(cause);
  }
}
