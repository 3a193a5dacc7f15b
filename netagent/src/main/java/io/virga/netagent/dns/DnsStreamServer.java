package io.virga.netagent.dns;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.virga.dataplane.transport.Transport;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/**
 * Answers guests over TCP (RFC 7766): those whose answer was too long for a datagram. Who asks is
 * told by the sender's address, which the switch has set; a connection of anybody else is closed.
 */
public final class DnsStreamServer implements AutoCloseable {

  private static final int IDLE_SECONDS = 10;
  private static final int BIND_SECONDS = 5;
  private static final int BACKLOG = 64;

  private final Channel channel;

  private DnsStreamServer(Channel channel) {
    this.channel = channel;
  }

  /** What is said to a message of a sender; nothing to one that is not known. */
  @FunctionalInterface
  public interface Answers
      extends BiFunction<IpAddress, Octets, CompletableFuture<Optional<Octets>>> {}

  /**
   * Listens on one address of this host.
   *
   * @throws IOException if the address is taken, is not this host's or is not ready in time
   */
  public static DnsStreamServer start(
      Transport transport, InetSocketAddress address, Answers answers) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(transport.loops())
            .channel(transport.channels().server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel guest) {
                    guest
                        .pipeline()
                        .addLast(
                            new ReadTimeoutHandler(IDLE_SECONDS),
                            new LengthFieldBasedFrameDecoder(
                                UpstreamQuestion.MOST_BYTES,
                                0,
                                UpstreamQuestion.LENGTH_BYTES,
                                0,
                                UpstreamQuestion.LENGTH_BYTES),
                            new LengthFieldPrepender(UpstreamQuestion.LENGTH_BYTES),
                            new Guest(answers));
                  }
                })
            .bind(address);
    if (!bound.awaitUninterruptibly(BIND_SECONDS, TimeUnit.SECONDS) || !bound.isSuccess()) {
      bound.channel().close();
      throw new IOException("cannot answer DNS on " + address, bound.cause());
    }
    return new DnsStreamServer(bound.channel());
  }

  /** One connection; reads the next message when the one before is answered. */
  private static final class Guest extends SimpleChannelInboundHandler<ByteBuf> {

    private final Answers answers;
    private CompletableFuture<Void> before = CompletableFuture.allOf();

    Guest(Answers answers) {
      this.answers = answers;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
      byte[] bytes = new byte[message.readableBytes()];
      message.readBytes(bytes);
      if (!(context.channel().remoteAddress() instanceof InetSocketAddress sender)) {
        context.close();
        return;
      }
      IpAddress guest = IpAddress.of(sender.getAddress());
      context.channel().config().setAutoRead(false);
      before =
          before
              .thenCompose(_ -> answers.apply(guest, Octets.copyOf(bytes)))
              .exceptionally(_ -> Optional.empty())
              .thenAccept(answer -> answered(context, answer));
    }

    private static void answered(ChannelHandlerContext context, Optional<Octets> answer) {
      if (answer.isEmpty()) {
        context.close();
        return;
      }
      ByteBuf out = context.alloc().buffer(answer.get().length());
      answer.get().writeTo(out);
      context.writeAndFlush(out);
      context.channel().config().setAutoRead(true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
