package io.virga.netagent.openflow.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.virga.dataplane.transport.Transport;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.Frame;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.OpenFlowCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A connection with a bridge's management socket. Any thread may call; packet-ins come on the
 * connection's event loop, which must not be blocked.
 */
public final class OpenFlowConnection implements AutoCloseable {

  /** Changes in one bundle: a larger one makes other packets wait for more than 4 ms. */
  public static final int MAX_BUNDLE = 2000;

  private final OpenFlowSession session;
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final Channel channel;

  private OpenFlowConnection(Bootstrap bootstrap, Consumer<Message.PacketIn> packetIns) {
    this.session = new OpenFlowSession(this::write, packetIns);
    this.channel =
        bootstrap
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new OpenFlowHandler(
                                session::received, OpenFlowConnection.this::disconnected));
                  }
                })
            .register()
            .channel();
  }

  /**
   * Connects and shakes hands.
   *
   * @param transport on whose loops the connection is served
   */
  public static CompletableFuture<OpenFlowConnection> connect(
      Transport transport, Path socket, Consumer<Message.PacketIn> packetIns) {
    OpenFlowConnection connection =
        new OpenFlowConnection(
            new Bootstrap().group(transport.loops()).channel(transport.channels().domainClient()),
            packetIns);
    connection
        .channel
        .connect(transport.domainAddress(socket))
        .addListener(
            connected -> {
              if (connected.isSuccess()) {
                connection.session.opened();
                connection.channel.flush();
              } else {
                connection.disconnected(String.valueOf(connected.cause()));
                connection.channel.close();
              }
            });
    return connection.session.ready().thenApply(_ -> connection);
  }

  /** How many flows each table of the switch holds. */
  public CompletableFuture<List<Message.TableSize>> tables() {
    return onLoop(session::tables);
  }

  /** All flows that a table holds. */
  public CompletableFuture<List<Flow>> flows(int table) {
    return onLoop(() -> session.flows(table, Optional.empty()));
  }

  /** Those of a table's flows that have the cookie. */
  public CompletableFuture<List<Flow>> flows(int table, long cookie) {
    return onLoop(() -> session.flows(table, Optional.of(cookie)));
  }

  /** All meters that the switch holds. */
  public CompletableFuture<List<Message.MeterConfig>> meters() {
    return onLoop(session::meters);
  }

  /** Completes when everything sent before has taken effect. */
  public CompletableFuture<List<Message>> barrier() {
    return onLoop(session::barrier);
  }

  /** Applies changes in their order, in bundles of at most {@link #MAX_BUNDLE}. */
  public CompletableFuture<Void> apply(List<Message.FlowMod> mods) {
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (int from = 0; from < mods.size(); from += MAX_BUNDLE) {
      List<Message.FlowMod> part =
          new ArrayList<>(mods.subList(from, Math.min(mods.size(), from + MAX_BUNDLE)));
      done = done.thenCompose(_ -> onLoop(() -> session.bundle(part)).thenAccept(_ -> {}));
    }
    return done;
  }

  /** Sends messages that have no reply. */
  public void send(List<? extends Message> messages) {
    channel
        .eventLoop()
        .execute(
            () -> {
              messages.forEach(session::send);
              channel.flush();
            });
  }

  /** Completes with the reason when the connection has ended. */
  public CompletableFuture<String> closed() {
    return closed.copy();
  }

  @Override
  public void close() {
    channel.close();
  }

  private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> request) {
    CompletableFuture<T> result = new CompletableFuture<>();
    channel
        .eventLoop()
        .execute(
            () -> {
              request
                  .get()
                  .whenComplete(
                      (value, failure) -> {
                        if (failure == null) {
                          result.complete(value);
                        } else {
                          result.completeExceptionally(failure);
                        }
                      });
              channel.flush();
            });
    return result;
  }

  private void write(Frame frame) {
    ByteBuf out = channel.alloc().buffer();
    OpenFlowCodec.encode(frame, out);
    if (frame.message() instanceof Message.EchoReply || !channel.isWritable()) {
      channel.writeAndFlush(out);
    } else {
      channel.write(out);
    }
  }

  private void disconnected(String reason) {
    session.disconnected(reason);
    closed.complete(reason);
  }
}
