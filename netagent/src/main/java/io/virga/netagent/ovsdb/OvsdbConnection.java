package io.virga.netagent.ovsdb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Decoded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A connection with a database server over its unix socket. Calls block, at most {@link
 * #TIMEOUT_SECONDS}; any thread but an event loop may make them. Notifications come on the
 * connection's own reading thread.
 */
public final class OvsdbConnection implements AutoCloseable {

  private static final int TIMEOUT_SECONDS = 10;
  private static final int READ_BYTES = 64 << 10;
  private static final int MAX_PENDING = 256;

  private final UnixSocketChannel channel;
  private final Consumer<OvsdbMessage.Notification> notifications;
  private final Map<Long, CompletableFuture<OvsdbMessage.Response>> pending =
      new ConcurrentHashMap<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicLong lastId = new AtomicLong();

  private OvsdbConnection(
      UnixSocketChannel channel, Consumer<OvsdbMessage.Notification> notifications) {
    this.channel = channel;
    this.notifications = notifications;
  }

  /** Connects to the server's socket. */
  public static OvsdbConnection open(Path socket, Consumer<OvsdbMessage.Notification> notifications)
      throws IOException {
    if (!Files.exists(socket)) {
      throw new OvsdbException("no socket " + socket + ": is ovsdb-server running?");
    }
    UnixSocketChannel channel = UnixSocketChannel.open(new UnixSocketAddress(socket.toFile()));
    OvsdbConnection connection = new OvsdbConnection(channel, notifications);
    Thread.ofPlatform().daemon().name("ovsdb-read").start(connection::read);
    return connection;
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws OvsdbException if the server refuses, does not answer in time or goes away
   */
  public JsonNode call(String method, JsonNode params) throws OvsdbException {
    long id = lastId.incrementAndGet();
    CompletableFuture<OvsdbMessage.Response> answer = new CompletableFuture<>();
    if (pending.size() >= MAX_PENDING) {
      throw new OvsdbException("more than " + MAX_PENDING + " requests wait");
    }
    pending.put(id, answer);
    try {
      if (closed.isDone()) {
        throw new OvsdbException("the database is gone: " + closed.join());
      }
      send(new OvsdbMessage.Request(method, params, JsonNodeFactory.instance.numberNode(id)));
      OvsdbMessage.Response response = answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!response.error().isNull()) {
        throw new OvsdbException(method + " was refused: " + response.error());
      }
      return response.result();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new OvsdbException(method + " was interrupted", interrupted);
    } catch (ExecutionException | TimeoutException | IOException failure) {
      throw failure instanceof OvsdbException known
          ? known
          : new OvsdbException(method + " failed: " + failure, failure);
    } finally {
      pending.remove(id);
    }
  }

  /** Completes with the reason when the connection has ended. */
  public CompletableFuture<String> closed() {
    return closed.copy();
  }

  @Override
  public void close() throws IOException {
    // Wakes the reading thread, which a plain close would leave in its system call.
    channel.shutdownInput();
    channel.close();
  }

  private void send(OvsdbMessage message) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(OvsdbCodec.encode(message));
    writing.lock();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      writing.unlock();
    }
  }

  private void read() {
    ByteBuf received = Unpooled.buffer(READ_BYTES);
    ByteBuffer chunk = ByteBuffer.allocate(READ_BYTES);
    String reason = "closed";
    try {
      while (channel.read(chunk) >= 0) {
        received.writeBytes(chunk.flip());
        chunk.clear();
        consume(received);
        received.discardReadBytes();
      }
    } catch (IOException failure) {
      reason = String.valueOf(failure.getMessage());
    } finally {
      received.release();
      closed.complete(reason);
      OvsdbException gone = new OvsdbException("the database is gone: " + reason);
      pending.values().forEach(answer -> answer.completeExceptionally(gone));
    }
  }

  private void consume(ByteBuf received) throws IOException {
    boolean more = true;
    while (more) {
      switch (OvsdbCodec.decode(received)) {
        case Decoded.Complete<OvsdbMessage> complete -> handle(complete.value());
        case Decoded.NeedMore<OvsdbMessage> _ -> more = false;
        case Decoded.Malformed<OvsdbMessage> malformed ->
            throw new OvsdbException(malformed.reason());
      }
    }
  }

  private void handle(OvsdbMessage message) throws IOException {
    switch (message) {
      case OvsdbMessage.Request request when request.method().equals("echo") ->
          send(
              new OvsdbMessage.Response(
                  request.params(), JsonNodeFactory.instance.nullNode(), request.id()));
      case OvsdbMessage.Request request ->
          send(
              new OvsdbMessage.Response(
                  JsonNodeFactory.instance.nullNode(),
                  JsonNodeFactory.instance.stringNode("unknown method " + request.method()),
                  request.id()));
      case OvsdbMessage.Notification notification -> notifications.accept(notification);
      case OvsdbMessage.Response response -> {
        CompletableFuture<OvsdbMessage.Response> answer = pending.get(response.id().asLong(0));
        if (answer != null) {
          answer.complete(response);
        }
      }
    }
  }
}
