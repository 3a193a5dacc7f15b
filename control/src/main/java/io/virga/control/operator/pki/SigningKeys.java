package io.virga.control.operator.pki;

import io.virga.control.operator.home.PrivateFiles;
import io.virga.dataplane.token.TokenKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The keys that sign tokens, in the folder where every data plane finds the public halves. */
public final class SigningKeys {

  private static final int ID_BYTES = 8;

  private SigningKeys() {}

  /** Makes the first key if the folder has none. The private half appears last. */
  public static void ensure(Path folder, SecureRandom random) {
    if (!privateKeyFiles(folder).isEmpty()) {
      return;
    }
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    String keyId = HexFormat.of().formatHex(id);
    try {
      Path unfinished = PrivateFiles.folder(folder.resolve("." + keyId));
      TokenKeys.generate(unfinished, keyId);
      for (String file : List.of(keyId + ".pub", keyId + ".key")) {
        Files.move(unfinished.resolve(file), folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.delete(unfinished);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a token signing key in " + folder, e);
    }
  }

  /** The key that signs: the one that was made last. */
  public static Path signingKeyFile(Path folder) {
    return privateKeyFiles(folder).getLast();
  }

  private static List<Path> privateKeyFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".key"))
          .sorted(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }
}
