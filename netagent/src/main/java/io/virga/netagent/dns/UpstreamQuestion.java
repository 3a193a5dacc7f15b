package io.virga.netagent.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.virga.dataplane.transport.Transport;
import io.virga.netagent.dns.GuestDns.Way;
import io.virga.netagent.octets.Octets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One question to one resolver, over a socket of its own that is connected with it: nobody else is
 * heard, and the port is as hard to guess as the number.
 */
final class UpstreamQuestion extends SimpleChannelInboundHandler<ByteBuf> {

  private static final int PATIENCE_MILLIS = 2000;

  private final Octets query;
  private final CompletableFuture<Octets> answer;

  private UpstreamQuestion(Octets query, CompletableFuture<Octets> answer) {
    this.query = query;
    this.answer = answer;
  }

  /** The answer; fails after two seconds without one. */
  static CompletableFuture<Octets> ask(
      Transport transport, InetSocketAddress server, Octets query, Way way) {
    CompletableFuture<Octets> answer = new CompletableFuture<>();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(transport.loops())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    frame(channel, way);
                    channel.pipeline().addLast(new UpstreamQuestion(query, answer));
                  }
                });
    ChannelFuture connected =
        switch (way) {
          case DATAGRAM -> bootstrap.channel(transport.channels().datagram()).connect(server);
          case STREAM ->
              bootstrap
                  .channel(transport.channels().client())
                  .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, PATIENCE_MILLIS)
                  .connect(server);
        };
    Channel channel = connected.channel();
    answer
        .orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .whenComplete((_, _) -> channel.close());
    connected.addListener(
        done -> {
          if (!done.isSuccess()) {
            answer.completeExceptionally(done.cause());
          }
        });
    return answer;
  }

  private static void frame(Channel channel, Way way) {
    switch (way) {
      case DATAGRAM -> channel.pipeline().addLast(new Contents());
      case STREAM -> DnsMessages.frame(channel.pipeline());
    }
  }

  /** What is in datagrams. */
  private static final class Contents extends MessageToMessageDecoder<DatagramPacket> {

    @Override
    protected void decode(
        ChannelHandlerContext context, DatagramPacket packet, List<Object> contents) {
      contents.add(packet.content().retain());
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    ByteBuf out = context.alloc().buffer(query.length());
    query.writeTo(out);
    context.writeAndFlush(out);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
    Octets told = DnsMessages.octets(message);
    if (answers(told)) {
      answer.complete(told);
    }
  }

  /** Whether it has the question's number and is an answer. */
  private boolean answers(Octets told) {
    return DnsMessages.hasHeader(told)
        && DnsMessages.id(told).equals(DnsMessages.id(query))
        && DnsMessages.isAnswer(told);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    answer.completeExceptionally(new IOException("the resolver has closed the connection"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    answer.completeExceptionally(cause);
  }
}
