package io.virga.blockstore.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets on several loops, handlers on one. */
@Timeout(30)
class LoopsTest {

  private static final int CONNECTIONS = 4;
  private static final int MESSAGES = 2000;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final EventLoop engine = group.next();
  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

  private record Seen(boolean onEngine, EventLoop socket) {}

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Gives back each byte that it is sent, one more; each on the engine's loop. */
  private final class Server extends ChannelInboundHandlerAdapter {

    @Override
    public void channelActive(ChannelHandlerContext context) {
      seen.add(new Seen(engine.inEventLoop(), context.channel().eventLoop()));
      context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      ByteBuf answer = context.alloc().buffer(bytes.readableBytes());
      while (bytes.isReadable()) {
        answer.writeByte(engine.inEventLoop() ? bytes.readByte() + 1 : -1);
      }
      bytes.release();
      context.write(answer, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
      context.read();
    }
  }

  @Test
  void handlersRunOnTheEnginesLoopWhereverTheirSocketIs() throws Exception {
    Channel server =
        Listening.on(new Loops(engine, group), NioServerSocketChannel.class, Server::new)
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    InetSocketAddress address = (InetSocketAddress) server.localAddress();
    List<EventLoop> sockets = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      try (Socket client = new Socket(address.getAddress(), address.getPort())) {
        Seen one = seen.take();
        assertThat(one.onEngine).isTrue();
        sockets.add(one.socket);
        talk(client);
      }
    }
    assertThat(sockets).contains(engine);
    assertThat(sockets.stream().distinct().count()).isEqualTo(2);
    server.close().sync();
  }

  private static void talk(Socket client) throws IOException {
    byte[] sent = new byte[MESSAGES];
    byte[] expected = new byte[MESSAGES];
    for (int i = 0; i < MESSAGES; i++) {
      sent[i] = (byte) (i % 100);
      expected[i] = (byte) (i % 100 + 1);
    }
    client.getOutputStream().write(sent);
    byte[] answers = new DataInputStream(client.getInputStream()).readNBytes(MESSAGES);
    assertThat(answers).isEqualTo(expected);
  }
}
