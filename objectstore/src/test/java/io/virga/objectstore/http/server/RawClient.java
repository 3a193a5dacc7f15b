package io.virga.objectstore.http.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A socket with a little HTTP. */
final class RawClient implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * A reply.
   *
   * @param head in small letters, each line with its end
   */
  record Answer(String head, String body) {

    int status() {
      return Integer.parseInt(head.substring(9, 12));
    }

    boolean has(String line) {
      return head.contains("\r\n" + line + "\r\n");
    }
  }

  /** Sends requests, to each of which it adds the host that every request needs. */
  RawClient send(String text) throws IOException {
    String hosted = text.replace(" HTTP/1.1\r\n", " HTTP/1.1\r\nHost: loopback\r\n");
    return send(hosted.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** A reply of a stated length. */
  Answer answer() throws IOException {
    String head = head();
    int at = head.indexOf("\r\ncontent-length: ");
    int length =
        at < 0 ? 0 : Integer.parseInt(head.substring(at + 18, head.indexOf('\r', at + 18)));
    return new Answer(head, text(in.readNBytes(length)));
  }

  /** The next head, to its empty line. */
  String head() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!text(bytes.toByteArray()).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended after: " + text(bytes.toByteArray()));
      }
      bytes.write(next);
    }
    return text(bytes.toByteArray()).toLowerCase(Locale.ROOT);
  }

  String read(int count) throws IOException {
    return text(in.readNBytes(count));
  }

  /** Counts what comes until the end; fails if the connection is reset. */
  long drain() throws IOException {
    return in.transferTo(OutputStream.nullOutputStream());
  }

  /** All to the end. */
  String rest() throws IOException {
    return text(in.readAllBytes());
  }

  /** Whether nothing comes for a while. */
  boolean isQuiet(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      in.mark(1);
      int next = in.read();
      in.reset();
      return next < 0;
    } catch (SocketTimeoutException quiet) {
      return true;
    } finally {
      socket.setSoTimeout(TIMEOUT_MILLIS);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
