package io.virga.dataplane.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.virga.dataplane.transport.TransportKind.Channels;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.NonBlocking;
import reactor.netty.resources.LoopResources;

/**
 * The event loops of a process: one group, shared by plain Netty and Reactor Netty, so that a core
 * has one loop and a loop has one ring. Accepting is done on the same loops.
 */
public final class Transport implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Transport.class);

  private final TransportKind kind;
  private final String reason;
  private final EventLoopGroup loops;
  private final LoopResources loopResources;

  private Transport(TransportKind kind, String reason, EventLoopGroup loops) {
    this.kind = kind;
    this.reason = reason;
    this.loops = loops;
    this.loopResources = new SharedLoopResources(kind, loops);
  }

  private record Chosen(TransportKind kind, String reason) {}

  /**
   * Starts the loops.
   *
   * @param loopCount how many; one for each core is right where nothing else computes
   * @param name the prefix of the threads' names
   * @throws IllegalStateException if a transport was asked for by name and does not work here
   */
  public static Transport open(TransportChoice choice, int loopCount, String name) {
    Chosen chosen = choose(choice);
    log.info("transport {} with {} loops: {}", chosen.kind().label(), loopCount, chosen.reason());
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            loopCount, new LoopThreadFactory(name + "-loop"), chosen.kind().handlerFactory());
    return new Transport(chosen.kind(), chosen.reason(), loops);
  }

  private static Chosen choose(TransportChoice choice) {
    return switch (choice) {
      case AUTO -> chooseBest();
      case IO_URING -> {
        require(choice, IoUring.isAvailable(), IoUring.unavailabilityCause());
        yield new Chosen(TransportKind.IO_URING, "asked for");
      }
      case EPOLL -> {
        require(choice, Epoll.isAvailable(), Epoll.unavailabilityCause());
        yield new Chosen(TransportKind.EPOLL, "asked for");
      }
      case NIO -> new Chosen(TransportKind.NIO, "asked for");
    };
  }

  private static Chosen chooseBest() {
    if (IoUring.isAvailable()) {
      return new Chosen(TransportKind.IO_URING, "the best that works here");
    }
    String noRing = "io_uring does not work here (" + rootMessage(IoUring.unavailabilityCause());
    if (Epoll.isAvailable()) {
      return new Chosen(TransportKind.EPOLL, noRing + ")");
    }
    String noEpoll = ", nor does epoll (" + rootMessage(Epoll.unavailabilityCause());
    return new Chosen(TransportKind.NIO, noRing + ")" + noEpoll + ")");
  }

  private static void require(
      TransportChoice choice, boolean available, @Nullable Throwable unavailabilityCause) {
    if (!available) {
      throw new IllegalStateException(
          "transport %s was asked for and does not work here: %s"
              .formatted(choice, rootMessage(unavailabilityCause)),
          unavailabilityCause);
    }
  }

  private static String rootMessage(@Nullable Throwable cause) {
    Throwable root = cause;
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root);
  }

  public TransportKind kind() {
    return kind;
  }

  /** Why it is this kind, for the operator. */
  public String reason() {
    return reason;
  }

  /** For accepting and for serving alike. */
  public EventLoopGroup loops() {
    return loops;
  }

  /** The channel classes to bootstrap with. */
  public Channels channels() {
    return kind.channels();
  }

  /** For Reactor Netty's {@code runOn}; the same loops. Not to be disposed of. */
  public LoopResources loopResources() {
    return loopResources;
  }

  /** A unix socket's address as {@link #channels()} want it. */
  public SocketAddress domainAddress(Path socket) {
    return kind == TransportKind.NIO
        ? UnixDomainSocketAddress.of(socket)
        : new DomainSocketAddress(socket.toFile());
  }

  /** Stops the loops; waits at most five seconds. Not to be called on a loop. */
  @Override
  public void close() {
    boolean ended =
        loops.shutdownGracefully(0, 4, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    if (!ended) {
      log.warn("the event loops have not ended within five seconds");
    }
  }

  /** Threads on which Reactor refuses to block. */
  private static final class LoopThreadFactory extends DefaultThreadFactory {

    LoopThreadFactory(String name) {
      super(name, true);
    }

    @Override
    protected Thread newThread(Runnable task, String name) {
      return new LoopThread(task, name);
    }
  }

  private static final class LoopThread extends FastThreadLocalThread implements NonBlocking {

    LoopThread(Runnable task, String name) {
      super(task, name);
    }
  }
}
