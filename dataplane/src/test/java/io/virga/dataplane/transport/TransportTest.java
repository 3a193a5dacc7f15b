package io.virga.dataplane.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

class TransportTest {

  @TempDir Path directory;

  @ChannelHandler.Sharable
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.writeAndFlush(message);
    }
  }

  private static final class Collect extends SimpleChannelInboundHandler<ByteBuf> {
    private final LinkedBlockingQueue<String> received;

    Collect(LinkedBlockingQueue<String> received) {
      this.received = received;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      received.add(bytes.toString(StandardCharsets.UTF_8));
    }
  }

  private static Channel opened(ChannelFuture future) {
    assertThat(future.awaitUninterruptibly(10, TimeUnit.SECONDS)).isTrue();
    assertThat(future.cause()).isNull();
    return future.channel();
  }

  private static String echo(Transport transport, boolean domain, SocketAddress address)
      throws Exception {
    LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
    ServerBootstrap server =
        new ServerBootstrap()
            .group(transport.loops())
            .channel(domain ? transport.channels().domainServer() : transport.channels().server())
            .childHandler(new Echo());
    Bootstrap client =
        new Bootstrap()
            .group(transport.loops())
            .channel(domain ? transport.channels().domainClient() : transport.channels().client())
            .handler(new Collect(received));
    Channel listening = opened(server.bind(address));
    Channel connected = opened(client.connect(domain ? address : listening.localAddress()));
    connected.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8));
    String answer = received.poll(10, TimeUnit.SECONDS);
    connected.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    listening.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    return String.valueOf(answer);
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void carriesTcpAndUnixSockets(TransportChoice choice) throws Exception {
    try (Transport transport = Transport.open(choice, 1, "test")) {
      assertThat(echo(transport, false, new InetSocketAddress("127.0.0.1", 0))).isEqualTo("hello");
      SocketAddress socket = transport.domainAddress(directory.resolve(choice + ".sock"));
      assertThat(echo(transport, true, socket)).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void carriesReactorNettyOnTheSameLoops(TransportChoice choice) {
    try (Transport transport = Transport.open(choice, 1, "shared")) {
      DisposableServer server =
          HttpServer.create()
              .runOn(transport.loopResources())
              .host("127.0.0.1")
              .port(0)
              .handle(
                  (request, response) ->
                      response.sendString(
                          Mono.fromSupplier(() -> Thread.currentThread().getName())))
              .bindNow();
      String thread =
          HttpClient.newConnection()
              .runOn(transport.loopResources())
              .get()
              .uri("http://localhost:" + server.port() + "/")
              .responseContent()
              .aggregate()
              .asString()
              .block(Duration.ofSeconds(10));
      assertThat(thread).startsWith("shared-loop");
      server.disposeNow(Duration.ofSeconds(5));
    }
  }

  @Test
  void saysWhyItIsWhatItIs() {
    try (Transport transport = Transport.open(TransportChoice.NIO, 1, "test")) {
      assertThat(transport.kind()).isEqualTo(TransportKind.NIO);
      assertThat(transport.reason()).isEqualTo("asked for");
      assertThat(transport.kind().label()).isEqualTo("nio");
    }
  }
}
