package io.virga.control.operator.home;

import io.virga.dataplane.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where everything of one cloud lives ({@code docs/ARCHITECTURE.md} §10).
 *
 * @param root absolute
 * @param run unix sockets and pid files; {@code root/run}, which links to a short folder outside
 *     where the path of a socket would be too long for the kernel
 */
public record Home(Path root, Path run) {

  /** The kernel takes 107 bytes; the longest name below {@code run} has 44. */
  private static final int LONGEST_RUN_PATH = 60;

  /** The home at a path, whether or not it is there yet. */
  public static Home at(Path path) {
    Path root = path.toAbsolutePath().normalize();
    Path run = root.resolve("run");
    int length = run.toString().getBytes(StandardCharsets.UTF_8).length;
    return new Home(root, length <= LONGEST_RUN_PATH ? run : shortRun(root));
  }

  /** Whether a first start has finished here. */
  public boolean exists() {
    return Files.isRegularFile(configuration());
  }

  /** What is a host's own. */
  public HostHome of(CloudHost host) {
    return new HostHome(this, host);
  }

  public Path configuration() {
    return config().resolve("supervisor.json");
  }

  public Path config() {
    return root.resolve("config");
  }

  public Path settings(String service) {
    return config().resolve(service + ".properties");
  }

  public Path pki() {
    return root.resolve("pki");
  }

  public Path keys() {
    return root.resolve("keys");
  }

  public Path secrets() {
    return root.resolve("secrets");
  }

  public Path secret(String name) {
    return secrets().resolve(name);
  }

  public Path data() {
    return root.resolve("data");
  }

  public Path log() {
    return root.resolve("log");
  }

  public Path log(String service) {
    return log().resolve(service + ".log");
  }

  /** What a process says before its log is set up, and what a foreign program logs. */
  public Path output(String service) {
    return log().resolve(service + ".out");
  }

  public Path aot() {
    return root.resolve("aot");
  }

  /** The rings, their builders and the storage policies. */
  public Path rings() {
    return root.resolve("ring");
  }

  /** Programs that are unpacked on first use. */
  public Path programs() {
    return root.resolve("lib");
  }

  private static Path shortRun(Path root) {
    Path parent =
        Files.isWritable(Path.of("/run"))
            ? Path.of("/run")
            : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    return parent.resolve("virga-" + Sha256.hex(root.toString()).substring(0, 12));
  }
}
