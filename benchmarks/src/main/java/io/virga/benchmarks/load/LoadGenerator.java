package io.virga.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a server over keep-alive connections, all on one thread. */
public final class LoadGenerator implements AutoCloseable {

  private static final int LARGEST_READ_BYTES = 256 << 10;
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  private final Transport transport = Transport.open(TransportChoice.EPOLL, 1, "load");
  private final EventLoop loop = transport.loops().next();

  /**
   * Runs a load to its end. Blocks.
   *
   * @param connections each asks again as soon as it is answered
   * @throws IllegalStateException if it does not end in its time
   */
  public LoadResult run(
      InetSocketAddress server, int connections, Workload workload, LoadPlan plan) {
    LoadRun run = new LoadRun(loop, bootstrap(server), workload);
    run.start(connections, plan);
    try {
      long longest =
          plan.warmUp().plus(plan.duration()).plus(plan.patience()).plusSeconds(30).toSeconds();
      return run.result().get(longest, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted under load", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the load on " + server + " did not end", e);
    }
  }

  private Bootstrap bootstrap(InetSocketAddress server) {
    Class<? extends Channel> channel = transport.channels().client();
    return new Bootstrap()
        .channel(channel)
        .remoteAddress(server)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        .option(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(2048, 16_384, LARGEST_READ_BYTES));
  }

  @Override
  public void close() {
    transport.close();
  }
}
