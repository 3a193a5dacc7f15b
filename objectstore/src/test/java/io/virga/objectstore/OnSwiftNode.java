package io.virga.objectstore;

import io.virga.objectstore.device.DeviceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests that send requests to a node of their own, which also has users of a file. */
abstract class OnSwiftNode {

  @TempDir static Path home;

  static TestNode node;
  static SwiftClient swift;

  @BeforeAll
  static void start() throws IOException {
    Path users =
        Files.writeString(home.resolve("users"), "old:boss = secret .admin\nold:guest = pw\n");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
    node =
        TestNode.start(
            home, 0, DeviceOptions.defaults().withSegments(4 << 20, 1 << 20).withMinimumFree(0));
    swift = new SwiftClient(node.port());
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }
}
