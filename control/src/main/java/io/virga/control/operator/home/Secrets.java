package io.virga.control.operator.home;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Supplier;

/** The random secrets of a home, one a file; each is made once and then kept. */
public final class Secrets {

  private static final int PASSWORD_BYTES = 18;

  private final Home home;
  private final SecureRandom random;

  public Secrets(Home home, SecureRandom random) {
    this.home = home;
    this.random = random;
  }

  /** A password of letters, digits, {@code -} and {@code _}: safe in shells, URLs and YAML. */
  public String password(String name) {
    return kept(home.secret(name), () -> "v" + urlSafe(PASSWORD_BYTES));
  }

  /** {@code bytes} random bytes in hexadecimal. */
  public String hexadecimal(String name, int bytes) {
    return kept(home.secret(name), () -> HexFormat.of().formatHex(random(bytes)));
  }

  /** Makes a secret of random bytes in hexadecimal, for a process to read. */
  public void ensure(String name, int bytes) {
    if (hexadecimal(name, bytes).isEmpty()) {
      throw new IllegalStateException(home.secret(name) + " is empty");
    }
  }

  private String urlSafe(int bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random(bytes));
  }

  private byte[] random(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return value;
  }

  private static String kept(Path file, Supplier<String> made) {
    if (!Files.exists(file)) {
      PrivateFiles.write(file, made.get() + "\n");
    }
    return PrivateFiles.read(file).strip();
  }
}
