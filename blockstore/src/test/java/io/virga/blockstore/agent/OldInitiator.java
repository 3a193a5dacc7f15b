package io.virga.blockstore.agent;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A small iSCSI initiator (RFC 7143) that does what it likes with its connection. Blocks. */
final class OldInitiator implements Closeable {

  private static final int HEADER_BYTES = 48;
  private static final int LOGIN = 0x43;
  private static final int TEXT = 0x44;
  private static final int COMMAND = 0x01;
  private static final int FINAL = 0x80;
  private static final int WRITES = 0x20;
  private static final int SECURITY = 0;
  private static final int TO_FULL_FEATURE = FINAL | 3;
  private static final int BLOCK_BYTES = 4096;

  private final RawConnection raw;
  private final String name;
  private int commandSn = 1;
  private int statSn;

  private OldInitiator(RawConnection raw, String name) {
    this.raw = raw;
    this.name = name;
  }

  /** Connects to {@code address:port} under a name of an initiator. */
  static OldInitiator to(String portal, String name) throws IOException {
    int colon = portal.lastIndexOf(':');
    String host = portal.substring(0, colon);
    int port = Integer.parseInt(portal.substring(colon + 1));
    return new OldInitiator(RawConnection.to(new InetSocketAddress(host, port)), name);
  }

  /** An answer: its header, and its data. */
  private record Answer(ByteBuffer header, String text) {

    int loginStatus() {
      return header.getShort(36) & 0xffff;
    }

    int scsiStatus() {
      return header.get(3) & 0xff;
    }

    Map<String, String> keys() {
      Map<String, String> keys = new HashMap<>();
      for (String pair : text.split("\0", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          keys.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
      }
      return keys;
    }
  }

  /** Logs in by CHAP; answers the status: 0 for success. */
  int login(String target, String user, String secret) throws IOException {
    int status = prove(user, secret, "TargetName=" + target, "SessionType=Normal");
    if (status == 0) {
      testUnitReady();
    }
    return status;
  }

  /** The names of the targets that the account is told of; none if it cannot log in. */
  List<String> discover(String user, String secret) throws IOException {
    if (prove(user, secret, "SessionType=Discovery") != 0) {
      return List.of();
    }
    ByteBuffer header = header(TEXT, FINAL).putInt(20, -1).putInt(24, commandSn);
    Answer answer = exchange(header, bytes("SendTargets=All"));
    return List.of(answer.text().split("\0", -1)).stream()
        .filter(pair -> pair.startsWith("TargetName="))
        .map(pair -> pair.substring("TargetName=".length()))
        .toList();
  }

  private int prove(String user, String secret, String... asked) throws IOException {
    String first = "InitiatorName=" + name + "\0AuthMethod=CHAP\0" + String.join("\0", asked);
    Answer answer = login(SECURITY, first);
    if (answer.loginStatus() != 0) {
      return answer.loginStatus();
    }
    Map<String, String> challenge = login(SECURITY, "CHAP_A=5").keys();
    String response = response(challenge, secret);
    return login(TO_FULL_FEATURE, "CHAP_N=" + user + "\0CHAP_R=" + response).loginStatus();
  }

  private static String response(Map<String, String> challenge, String secret) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update((byte) Integer.parseInt(challenge.getOrDefault("CHAP_I", "0")));
      digest.update(secret.getBytes(StandardCharsets.UTF_8));
      String asked = challenge.getOrDefault("CHAP_C", "0x").substring(2);
      return "0x" + HexFormat.of().formatHex(digest.digest(HexFormat.of().parseHex(asked)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer login(int flags, String keys) throws IOException {
    ByteBuffer header = header(LOGIN, flags).putLong(8, 0x80L << 56).putInt(24, commandSn);
    return exchange(header, bytes(keys));
  }

  private void testUnitReady() throws IOException {
    ByteBuffer header = header(COMMAND, FINAL).putInt(24, commandSn++);
    exchange(header, new byte[0]);
  }

  /** Whether the target is still there and says that the write of a block was done. */
  boolean writes(long offset, byte value) {
    byte[] block = new byte[BLOCK_BYTES];
    Arrays.fill(block, value);
    ByteBuffer header = header(COMMAND, FINAL | WRITES).putInt(20, BLOCK_BYTES);
    header.putInt(24, commandSn++).put(32, (byte) 0x2a);
    header.putInt(34, (int) (offset / 512)).putShort(39, (short) (BLOCK_BYTES / 512));
    try {
      return exchange(header, block).scsiStatus() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private ByteBuffer header(int opcode, int flags) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    return header
        .put(0, (byte) opcode)
        .put(1, (byte) flags)
        .putInt(16, commandSn)
        .putInt(28, statSn);
  }

  private static byte[] bytes(String keys) {
    return (keys + "\0").getBytes(StandardCharsets.UTF_8);
  }

  private Answer exchange(ByteBuffer header, byte[] data) throws IOException {
    header.putInt(4, data.length);
    int padded = (data.length + 3) / 4 * 4;
    ByteBuffer all = ByteBuffer.allocate(HEADER_BYTES + padded);
    all.put(header.rewind()).put(data).position(0);
    raw.send(all);
    ByteBuffer answer = raw.receive(HEADER_BYTES);
    statSn = answer.getInt(24) + 1;
    int length = answer.getInt(4) & 0xffffff;
    ByteBuffer text = raw.receive((length + 3) / 4 * 4);
    return new Answer(answer, new String(text.array(), 0, length, StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }
}
