package io.virga.dataplane.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.UnixChannel;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SocketBurstTest {

  private static final int LENGTH = 64 << 20;
  private static final int OFFSET = 4097;
  private static final byte[] PING = "ping".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path directory;

  /** Tells of each connection, and says back what comes. */
  private static final class Echo extends ChannelInboundHandlerAdapter {

    private final BlockingQueue<Channel> connections;

    Echo(BlockingQueue<Channel> connections) {
      this.connections = connections;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      connections.add(context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.writeAndFlush(message);
    }
  }

  private static int send(Channel channel, AsyncFile file, long offset, int length)
      throws Exception {
    return channel
        .eventLoop()
        .submit(
            () -> {
              try (SocketBurst burst = SocketBurst.to((UnixChannel) channel)) {
                return file.send(burst, offset, length);
              }
            })
        .get(20, TimeUnit.SECONDS);
  }

  @Test
  void aSocketTakesWhatItHasRoomForAndIsUsedAsBefore() throws Exception {
    byte[] bytes = new byte[OFFSET + LENGTH];
    new Random(3).nextBytes(bytes);
    Path path = Files.write(directory.resolve("f"), bytes);
    BlockingQueue<Channel> connections = new LinkedBlockingQueue<>();
    try (Transport transport = Transport.open(TransportChoice.IO_URING, 1, "burst");
        AsyncFiles files = AsyncFiles.of(transport, 1)) {
      Channel listener =
          new ServerBootstrap()
              .group(transport.loops())
              .channel(transport.channels().server())
              .childHandler(new Echo(connections))
              .bind(InetAddress.getLoopbackAddress(), 0)
              .sync()
              .channel();
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
          AsyncFile file = files.open(path, Set.of(), transport.loops().next())) {
        Channel channel = connections.take();
        int taken = send(channel, file, OFFSET, LENGTH);
        assertThat(taken).isPositive().isLessThan(LENGTH);
        byte[] got = client.getInputStream().readNBytes(taken);
        assertThat(got).isEqualTo(Arrays.copyOfRange(bytes, OFFSET, OFFSET + taken));
        client.getOutputStream().write(PING);
        assertThat(client.getInputStream().readNBytes(PING.length)).isEqualTo(PING);
        assertThat(send(channel, file, OFFSET + LENGTH, 1)).isZero();
        file.close();
        assertThat(send(channel, file, OFFSET, 1)).isZero();
      }
      listener.close().sync();
    }
  }

  @Test
  void aFileThatIsNotOnARingSendsNothing() throws Exception {
    Path path = Files.write(directory.resolve("f"), PING);
    try (Transport transport = Transport.open(TransportChoice.EPOLL, 1, "burst");
        AsyncFiles files = AsyncFiles.of(transport, 1);
        AsyncFile file = files.open(path, Set.of(), transport.loops().next())) {
      Channel channel = transport.channels().client().getDeclaredConstructor().newInstance();
      transport.loops().register(channel).sync();
      assertThat(send(channel, file, 0, PING.length)).isZero();
      channel.close().sync();
    }
  }
}
