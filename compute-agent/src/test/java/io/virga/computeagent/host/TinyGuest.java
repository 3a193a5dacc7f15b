package io.virga.computeagent.host;

import java.nio.file.Files;
import java.nio.file.Path;

/** The bootable disk of {@code tiny-guest.sh}, made once and kept in {@code target}. */
public final class TinyGuest {

  private TinyGuest() {}

  /** Its image. */
  public static Path image() throws Exception {
    Path folder = Path.of("target/tiny-guest").toAbsolutePath();
    Path image = folder.resolve("disk.img");
    if (!Files.exists(image)) {
      Files.createDirectories(folder);
      Programs.run(
          folder.resolve("make.log"), "sh", "src/test/resources/tiny-guest.sh", folder.toString());
    }
    return image;
  }
}
