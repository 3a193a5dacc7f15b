package io.virga.dataplane.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The text form of keys and certificates (RFC 7468). */
public final class Pem {

  private static final int MAX_BYTES = 64 << 10;

  private Pem() {}

  /** One block of PEM, with its line feed. */
  public static String text(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /**
   * The contents of all blocks with the label, of which there is at least one, in a file of at most
   * 64 KiB. Blocks.
   */
  public static List<byte[]> read(String label, Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is too long for PEM");
    }
    String text = Files.readString(file);
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    List<byte[]> blocks = new ArrayList<>();
    int from = text.indexOf(begin);
    while (from >= 0) {
      int to = text.indexOf(end, from);
      if (to < 0) {
        throw new IOException(file + " ends within a PEM block \"" + label + "\"");
      }
      blocks.add(decode(file, text.substring(from + begin.length(), to)));
      from = text.indexOf(begin, to);
    }
    if (blocks.isEmpty()) {
      throw new IOException(file + " holds no PEM block \"" + label + "\"");
    }
    return blocks;
  }

  private static byte[] decode(Path file, String base64) throws IOException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is not base64 between its PEM lines", e);
    }
  }
}
