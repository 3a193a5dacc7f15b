package io.virga.blockstore;

import io.netty.handler.ssl.SslContext;
import io.virga.blockstore.nbd.PresharedKeys;
import io.virga.blockstore.nbd.TlsEntrance;
import io.virga.dataplane.tls.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Certificates of one CA, in the files that clients of others look for. */
public final class Credentials {

  private static final String SHARED_KEYS =
      """
      here:00112233445566778899aabbccddeeff
      there:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      """;

  private final Path directory;
  private final TestAuthority authority;
  private final SslContext serverContext;

  Credentials(Path directory) {
    this.directory = directory;
    this.authority = new TestAuthority(directory);
    this.serverContext = authority.identity("blockstore", TestNode.HOST).serverContext();
  }

  /** Opens to certificates, and to keys shared with this host and another, {@code there}. */
  TlsEntrance entrance() {
    return new TlsEntrance(serverContext, Optional.of(PresharedKeys.parse(SHARED_KEYS)));
  }

  /** The file of the shared keys. */
  public Path sharedKeys() throws IOException {
    return Files.writeString(directory.resolve("keys.psk"), SHARED_KEYS);
  }

  /** A folder with {@code ca-cert.pem}, {@code client-cert.pem} and {@code client-key.pem}. */
  public Path clientFolder(String service, String host) throws IOException {
    String name = service + "-" + host;
    Path folder = directory.resolve(name);
    if (!Files.exists(folder)) {
      authority.identity(service, host);
      Files.createDirectories(folder);
      Files.copy(directory.resolve("ca.crt"), folder.resolve("ca-cert.pem"));
      Files.copy(directory.resolve(name + ".crt"), folder.resolve("client-cert.pem"));
      Files.copy(directory.resolve(name + ".key"), folder.resolve("client-key.pem"));
    }
    return folder;
  }
}
