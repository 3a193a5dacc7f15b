package io.virga.control.compute.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SshKeysTest {

  @TempDir private Path folder;

  /** The padding differs with the length of the comment. */
  @Test
  void makesPairsThatOpenSshReads() throws Exception {
    for (String comment : new String[] {"k", "key-1", "a longer comment", "Schlüssel"}) {
      SshKeys.Pair pair = SshKeys.generate(comment);
      Path file = Files.writeString(folder.resolve("key"), pair.privateKey().orElseThrow());
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      assertThat(publicHalf(file)).isEqualTo(pair.publicKey());
      assertThat(SshKeys.blob(pair.publicKey())).isPresent();
    }
  }

  private static String publicHalf(Path file) throws Exception {
    Process process =
        new ProcessBuilder("ssh-keygen", "-y", "-P", "", "-f", file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return output.strip();
  }
}
