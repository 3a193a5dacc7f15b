package io.virga.dataplane.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** What a process does its I/O with. */
public enum TransportKind {
  IO_URING(
      "io_uring",
      new Channels(
          IoUringServerSocketChannel.class,
          IoUringSocketChannel.class,
          IoUringDatagramChannel.class,
          IoUringServerDomainSocketChannel.class,
          IoUringDomainSocketChannel.class)),
  EPOLL(
      "epoll",
      new Channels(
          EpollServerSocketChannel.class,
          EpollSocketChannel.class,
          EpollDatagramChannel.class,
          EpollServerDomainSocketChannel.class,
          EpollDomainSocketChannel.class)),
  NIO(
      "nio",
      new Channels(
          NioServerSocketChannel.class,
          NioSocketChannel.class,
          NioDatagramChannel.class,
          NioServerDomainSocketChannel.class,
          NioDomainSocketChannel.class));

  private static final int RING_ENTRIES = 1024;
  private static final int COMPLETION_ENTRIES = 8192;

  private final String label;
  private final Channels channels;

  TransportKind(String label, Channels channels) {
    this.label = label;
    this.channels = channels;
  }

  /** The channel classes of one kind. */
  public record Channels(
      Class<? extends ServerSocketChannel> server,
      Class<? extends SocketChannel> client,
      Class<? extends DatagramChannel> datagram,
      Class<? extends ServerChannel> domainServer,
      Class<? extends Channel> domainClient) {}

  /** As it is written in settings, logs and metrics. */
  public String label() {
    return label;
  }

  public Channels channels() {
    return channels;
  }

  IoHandlerFactory handlerFactory() {
    return switch (this) {
      case IO_URING ->
          IoUringIoHandler.newFactory(
              new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES).setCqSize(COMPLETION_ENTRIES));
      case EPOLL -> EpollIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }
}
