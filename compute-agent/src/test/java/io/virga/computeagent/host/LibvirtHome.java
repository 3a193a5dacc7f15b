package io.virga.computeagent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A libvirtd of the test's own, in a mount namespace of its own, as {@code ./virga up} starts one.
 * A libvirtd of the system's is not disturbed.
 */
public final class LibvirtHome implements AutoCloseable {

  private static final Path DRIVERS =
      Path.of("/usr/lib/x86_64-linux-gnu/libvirt/connection-driver");
  private static final String ENTER =
      """
      L=$1; run=$2; shift 2
      mount --bind "$L/etc" /etc/libvirt
      mount --bind "$L/lib" /var/lib/libvirt
      mount --bind "$L/log" /var/log/libvirt
      mount --bind "$L/cache" /var/cache/libvirt
      mount --bind "$run/libvirt" /run/libvirt
      mount --bind "$run/openvswitch" /run/openvswitch
      exec "$@"
      """;

  private final Path home;
  private @Nullable Process libvirtd;

  /** Prepares a home; nothing runs yet. */
  public LibvirtHome(Path home) throws IOException {
    this.home = home;
    Path data = home.resolve("libvirt");
    for (String folder : List.of("etc", "lib", "log", "cache", "drivers")) {
      Files.createDirectories(data.resolve(folder));
    }
    Files.createDirectories(home.resolve("run/libvirt"));
    Files.createDirectories(home.resolve("run/openvswitch"));
    for (String mountPoint :
        List.of("/run/libvirt", "/run/openvswitch", "/etc/libvirt", "/var/lib/libvirt")) {
      Files.createDirectories(Path.of(mountPoint));
    }
    for (String driver : List.of("libvirt_driver_qemu.so", "libvirt_driver_secret.so")) {
      Files.createSymbolicLink(data.resolve("drivers").resolve(driver), DRIVERS.resolve(driver));
    }
    Files.writeString(
        data.resolve("etc/libvirtd.conf"),
        """
        listen_tls = 0
        listen_tcp = 0
        unix_sock_ro_perms = "0600"
        unix_sock_rw_perms = "0600"
        unix_sock_admin_perms = "0600"
        auth_unix_ro = "none"
        auth_unix_rw = "none"
        host_uuid = "%s"
        log_outputs = "3:stderr"
        """
            .formatted(UUID.randomUUID()));
    Files.writeString(
        data.resolve("etc/qemu.conf"),
        """
        security_driver = "none"
        user = "root"
        group = "root"
        dynamic_ownership = 0
        remember_owner = 0
        namespaces = [ ]
        cgroup_controllers = [ ]
        stdio_handler = "file"
        max_core = 0
        """);
  }

  /** Starts libvirtd and waits until it listens. */
  public void start() throws IOException {
    libvirtd =
        Programs.start(
            home.resolve("libvirtd.log"),
            Map.of("LIBVIRT_DRIVER_DIR", home.resolve("libvirt/drivers").toString()),
            List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-eu",
                "-c",
                ENTER,
                "sh",
                home.resolve("libvirt").toString(),
                home.resolve("run").toString(),
                "/usr/sbin/libvirtd",
                "--config",
                "/etc/libvirt/libvirtd.conf",
                "--pid-file",
                "/run/libvirt/libvirtd.pid"));
    Programs.await("libvirtd", Duration.ofSeconds(30), () -> Files.exists(socket()));
  }

  /** kill -9. */
  public void kill() throws Exception {
    if (libvirtd != null) {
      Programs.kill(libvirtd);
    }
    Files.deleteIfExists(socket());
  }

  /** What the agent connects to. */
  public String uri() {
    return "qemu+unix:///system?socket=" + socket();
  }

  /** Where Open vSwitch is to have its sockets, for libvirt to find them. */
  public Path openVswitchDirectory() {
    return home.resolve("run/openvswitch");
  }

  /** The process of a guest's QEMU. */
  public long qemuPid(String instanceId) throws IOException {
    Path file = home.resolve("run/libvirt/qemu/virga-" + instanceId + ".pid");
    return Long.parseLong(Files.readString(file).strip());
  }

  private Path socket() {
    return home.resolve("run/libvirt/libvirt-sock");
  }

  @Override
  public void close() throws Exception {
    kill();
  }
}
