package io.virga.netagent.dns;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.ScheduledFuture;
import io.virga.dataplane.transport.Transport;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers guests over TCP (RFC 7766): those whose answer was too long for a datagram. Who asks is
 * told by the sender's address, which the switch has set. Connections beyond the bounds and those
 * of anybody else are closed, and so is one of which nothing has come, or whose answer was not
 * taken, for ten seconds. Used by one thread.
 */
public final class DnsStreamServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DnsStreamServer.class);
  private static final int BIND_SECONDS = 5;
  private static final int BACKLOG = 64;

  private final Transport transport;
  private final Guests guests;
  private final Turns connections;
  private final Duration patience;
  private final List<Channel> listening = new ArrayList<>();

  /** Who may ask, and what is said; any thread. */
  public interface Guests {

    /** The port of a sender; empty if it is nobody's. */
    Optional<Integer> portOf(IpAddress sender);

    /** The answer to a message from a port; empty if there is none. */
    CompletableFuture<Optional<Octets>> answer(int ofport, Octets message);
  }

  /**
   * What guests may take. A connection may hold a message that has not come whole and what one
   * receive has brought behind it, some 128 KiB.
   *
   * @param connections at once, of all
   * @param connectionsOfPort at once
   * @param patience with a connection on which nothing goes on
   */
  record Bounds(int connections, int connectionsOfPort, Duration patience) {

    static final Bounds USUAL = new Bounds(512, 8, Duration.ofSeconds(10));
  }

  /** One that does not listen yet. */
  public DnsStreamServer(Transport transport, Guests guests) {
    this(transport, guests, Bounds.USUAL);
  }

  DnsStreamServer(Transport transport, Guests guests, Bounds bounds) {
    this.transport = transport;
    this.guests = guests;
    this.connections = new Turns(bounds.connections(), bounds.connectionsOfPort());
    this.patience = bounds.patience();
  }

  /**
   * Listens on one more address of this host.
   *
   * @return where that is, if the system was to choose a port
   * @throws IOException if the address is taken, is not this host's or is not ready in time
   */
  public InetSocketAddress listen(InetSocketAddress address) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(transport.loops())
            .channel(transport.channels().server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel guest) {
                    DnsMessages.frame(guest.pipeline());
                    guest.pipeline().addLast(new FlowControlHandler(), new Connection());
                  }
                })
            .bind(address);
    if (!bound.awaitUninterruptibly(BIND_SECONDS, TimeUnit.SECONDS) || !bound.isSuccess()) {
      bound.channel().close();
      throw new IOException("cannot answer DNS on " + address, bound.cause());
    }
    listening.add(bound.channel());
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /** Takes the next message when the answer to the one before has been taken. */
  private final class Connection extends SimpleChannelInboundHandler<ByteBuf> {

    private Optional<Integer> ofport = Optional.empty();
    private @Nullable ScheduledFuture<?> deadline;
    private boolean reading;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      ofport = sender(context.channel()).filter(connections::take);
      if (ofport.isEmpty()) {
        context.close();
        return;
      }
      awaitProgress(context);
      read(context);
    }

    private Optional<Integer> sender(Channel channel) {
      return channel.remoteAddress() instanceof InetSocketAddress sender
          ? guests.portOf(IpAddress.of(sender.getAddress()))
          : Optional.empty();
    }

    private void read(ChannelHandlerContext context) {
      reading = true;
      context.read();
    }

    /** What has come was no whole message. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (reading) {
        context.read();
      }
    }

    private void awaitProgress(ChannelHandlerContext context) {
      deadline =
          context
              .executor()
              .schedule(() -> context.close(), patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void endWait() {
      if (deadline != null) {
        deadline.cancel(false);
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
      reading = false;
      endWait();
      guests
          .answer(ofport.orElseThrow(), DnsMessages.octets(message))
          .exceptionally(DnsStreamServer::failed)
          .thenAcceptAsync(answer -> answered(context, answer), context.executor());
    }

    private void answered(ChannelHandlerContext context, Optional<Octets> answer) {
      if (answer.isEmpty() || !context.channel().isActive()) {
        context.close();
        return;
      }
      ByteBuf out = context.alloc().buffer(answer.get().length());
      answer.get().writeTo(out);
      awaitProgress(context);
      context.writeAndFlush(out).addListener(written -> written(context, written.isSuccess()));
    }

    private void written(ChannelHandlerContext context, boolean taken) {
      if (taken) {
        read(context);
      } else {
        context.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      endWait();
      ofport.ifPresent(connections::giveBack);
      ofport = Optional.empty();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof IOException) {
        LOG.debug("a guest's connection is lost", cause);
      } else {
        LOG.error("a guest's connection is closed on an unexpected failure", cause);
      }
      context.close();
    }
  }

  private static Optional<Octets> failed(Throwable failure) {
    LOG.error("a guest's question failed", failure);
    return Optional.empty();
  }

  /** Listens no more. */
  @Override
  public void close() {
    listening.forEach(Channel::close);
  }
}
