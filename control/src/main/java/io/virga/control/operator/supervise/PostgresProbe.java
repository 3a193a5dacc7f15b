package io.virga.control.operator.supervise;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * PostgreSQL is up once it asks for a password; while it recovers it refuses with an error
 * (PostgreSQL 18, "Message Formats", StartupMessage).
 */
public final class PostgresProbe implements Probe {

  private static final int TIMEOUT_MILLIS = 2000;
  private static final int PROTOCOL_3_0 = 196_608;
  private static final byte AUTHENTICATION = 'R';

  private final InetSocketAddress address;
  private final byte[] parameters;

  public PostgresProbe(int port, String user, String database) {
    this.address = new InetSocketAddress("127.0.0.1", port);
    this.parameters =
        "user\0%s\0database\0%s\0\0".formatted(user, database).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Health check() {
    try (Socket socket = new Socket()) {
      socket.connect(address, TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(2 * Integer.BYTES + parameters.length);
      out.writeInt(PROTOCOL_3_0);
      out.write(parameters);
      out.flush();
      byte type = new DataInputStream(socket.getInputStream()).readByte();
      return type == AUTHENTICATION ? Health.up() : Health.down("is recovering");
    } catch (IOException e) {
      return Health.down("does not answer yet");
    }
  }
}
