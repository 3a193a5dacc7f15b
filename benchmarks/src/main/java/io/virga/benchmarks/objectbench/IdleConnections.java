package io.virga.benchmarks.objectbench;

import io.virga.benchmarks.store.StoreServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that have asked something once and are kept open. */
public final class IdleConnections implements AutoCloseable {

  private static final int LIMIT_MILLIS = 10_000;

  private final List<Socket> sockets = new ArrayList<>();

  /** Opens {@code count} of them; each has been answered. */
  public IdleConnections(StoreServer server, int count) {
    StringBuilder request =
        new StringBuilder("HEAD " + server.dialect().root().replaceAll("/$", "") + " HTTP/1.1\r\n");
    server
        .dialect()
        .headers()
        .forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
    byte[] bytes = request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    try {
      for (int i = 0; i < count; i++) {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.connect(server.address(), LIMIT_MILLIS);
        socket.getOutputStream().write(bytes);
        if (socket.getInputStream().read() != 'H') {
          throw new IOException("connection " + i + " was not answered");
        }
      }
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    }
  }

  public int count() {
    return sockets.size();
  }

  @Override
  public void close() {
    try {
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
