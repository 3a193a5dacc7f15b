package io.virga.computeagent.host;

import java.nio.file.Files;
import java.nio.file.Path;

/** The bootable disk of {@code tiny-guest.sh}, made once for it and kept in {@code target}. */
public final class TinyGuest {

  private TinyGuest() {}

  /** Its image. */
  public static Path image() throws Exception {
    Path folder = Path.of("target/tiny-guest").toAbsolutePath();
    Path image = folder.resolve("disk.img");
    Path script = Path.of("src/test/resources/tiny-guest.sh");
    boolean made =
        Files.exists(image)
            && Files.getLastModifiedTime(image).compareTo(Files.getLastModifiedTime(script)) > 0;
    if (!made) {
      Files.createDirectories(folder);
      Programs.run(folder.resolve("make.log"), "sh", script.toString(), folder.toString());
    }
    return image;
  }
}
