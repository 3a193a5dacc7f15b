package io.virga.dataplane.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.ServerDomainSocketChannel;
import io.virga.dataplane.Invariant;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Reactor Netty on the loops of a {@link Transport}; whoever owns those ends them. */
final class SharedLoopResources implements LoopResources {

  private final TransportKind kind;
  private final EventLoopGroup loops;

  SharedLoopResources(TransportKind kind, EventLoopGroup loops) {
    this.kind = kind;
    this.loops = loops;
  }

  @Override
  public EventLoopGroup onServer(boolean useNative) {
    return loops;
  }

  @Override
  public EventLoopGroup onServerSelect(boolean useNative) {
    return loops;
  }

  @Override
  public EventLoopGroup onClient(boolean useNative) {
    return loops;
  }

  @Override
  public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup group) {
    try {
      return onChannelClass(channelType, group).getDeclaredConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("cannot make a " + channelType, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + channelType, e);
    }
  }

  @Override
  public <C extends Channel> Class<? extends C> onChannelClass(
      Class<C> channelType, EventLoopGroup group) {
    Class<? extends Channel> found;
    if (channelType == SocketChannel.class) {
      found = kind.channels().client();
    } else if (channelType == ServerSocketChannel.class) {
      found = kind.channels().server();
    } else if (channelType == DatagramChannel.class) {
      found = kind.channels().datagram();
    } else if (channelType == DomainSocketChannel.class) {
      found = kind.channels().domainClient();
    } else {
      Invariant.check(
          channelType == ServerDomainSocketChannel.class, "a channel type of Reactor Netty");
      found = kind.channels().domainServer();
    }
    return found.asSubclass(channelType);
  }

  @Override
  public boolean daemon() {
    return true;
  }

  @Override
  public void dispose() {
    // The loops belong to the transport.
  }

  @Override
  public boolean isDisposed() {
    return loops.isShuttingDown();
  }

  @Override
  public Mono<Void> disposeLater() {
    return Mono.empty();
  }

  @Override
  public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
    return Mono.empty();
  }
}
