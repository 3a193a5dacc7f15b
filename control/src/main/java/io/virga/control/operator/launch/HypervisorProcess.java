package io.virga.control.operator.launch;

import io.virga.control.operator.home.HostHome;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.supervise.Plan;
import io.virga.control.operator.supervise.SocketProbe;
import io.virga.control.operator.underlay.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A libvirtd of a host's own, in a mount namespace where its folders lie over the system's: the
 * system's libvirtd, if there is one, is left alone. Guests outlive it.
 */
public final class HypervisorProcess {

  public static final String NAME = "libvirtd";

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);
  private static final Path DRIVERS =
      Path.of("/usr/lib/x86_64-linux-gnu/libvirt/connection-driver");

  /** Secrets of disks over iSCSI are kept by a driver of their own. */
  private static final List<String> DRIVER_FILES =
      List.of("libvirt_driver_qemu.so", "libvirt_driver_secret.so");

  /** Where QEMU finds what it shows to the block stores of other hosts. */
  private static final String TLS = "tls";

  private static final String CERTIFICATES = "nbd_tls_x509_cert_dir";

  private static final List<String> MOUNT_POINTS =
      List.of(
          "/run/libvirt",
          "/run/openvswitch",
          "/etc/libvirt",
          "/var/lib/libvirt",
          "/var/log/libvirt",
          "/var/cache/libvirt");
  private static final String MOUNT_AND_BECOME =
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

  private final HostHome home;
  private final NetworkNamespace namespace;
  private final Machine machine;
  private final Path data;

  public HypervisorProcess(HostHome home, NetworkNamespace namespace, Machine machine) {
    this.home = home;
    this.namespace = namespace;
    this.machine = machine;
    this.data = home.data().resolve("libvirt");
  }

  /** What libvirt's clients connect to. */
  public static String uri(HostHome home) {
    return "qemu+unix:///system?socket=" + socket(home);
  }

  public Plan plan() {
    return new Plan(
        home.host().named(NAME),
        new Plan.Start(
            this::prepare,
            this::command,
            Map.of("LIBVIRT_DRIVER_DIR", data.resolve("drivers").toString())),
        new SocketProbe(socket(home)),
        new Plan.Order(List.of(), List.of(home.host().named(SwitchProcesses.SWITCH))),
        Plan.Stop.within(STOP_TIMEOUT));
  }

  private static Path socket(HostHome home) {
    return home.run().resolve("libvirt").resolve("libvirt-sock");
  }

  private void prepare() {
    try {
      for (String folder : List.of("etc", "lib", "log", "cache", "drivers", TLS)) {
        Files.createDirectories(data.resolve(folder));
      }
      String agent = home.host().named(Service.COMPUTE_AGENT.title());
      Path pki = home.home().pki();
      link(data.resolve(TLS).resolve("ca-cert.pem"), pki.resolve("ca.crt"));
      link(data.resolve(TLS).resolve("client-cert.pem"), pki.resolve(agent + ".crt"));
      link(data.resolve(TLS).resolve("client-key.pem"), pki.resolve(agent + ".key"));
      PrivateFiles.folder(home.run().resolve("libvirt"));
      PrivateFiles.folder(home.switchRun());
      for (String file : DRIVER_FILES) {
        link(data.resolve("drivers").resolve(file), DRIVERS.resolve(file));
      }
      for (String point : MOUNT_POINTS) {
        Files.createDirectories(Path.of(point));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare libvirt: " + e.getMessage(), e);
    }
    writeOnce(data.resolve("etc").resolve("libvirtd.conf"), daemonConfiguration());
    Path qemu = data.resolve("etc").resolve("qemu.conf");
    writeOnce(qemu, qemuConfiguration());
    addOnce(qemu, CERTIFICATES, data.resolve(TLS).toString());
  }

  private static void link(Path link, Path target) throws IOException {
    if (!Files.isSymbolicLink(link)) {
      Files.createSymbolicLink(link, target);
    }
  }

  private List<String> command() {
    String libvirtd = machine.program(NAME).map(Path::toString).orElse(NAME);
    return namespace.command(
        List.of(
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-eu",
            "-c",
            MOUNT_AND_BECOME,
            "sh",
            data.toString(),
            home.run().toString(),
            libvirtd,
            "--config",
            "/etc/libvirt/libvirtd.conf",
            "--pid-file",
            "/run/libvirt/libvirtd.pid"));
  }

  private static void writeOnce(Path file, String text) {
    if (!Files.exists(file)) {
      PrivateFiles.write(file, text);
    }
  }

  /** A home that is older than the setting has the file without it. */
  private static void addOnce(Path file, String key, String value) {
    try {
      String text = Files.readString(file);
      if (text.lines().noneMatch(line -> line.startsWith(key))) {
        PrivateFiles.write(file, text + key + " = \"" + value + "\"\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static String daemonConfiguration() {
    return """
        listen_tls = 0
        listen_tcp = 0
        unix_sock_group = "root"
        unix_sock_ro_perms = "0600"
        unix_sock_rw_perms = "0600"
        unix_sock_admin_perms = "0600"
        auth_unix_ro = "none"
        auth_unix_rw = "none"
        host_uuid = "%s"
        log_outputs = "3:stderr"
        """
        .formatted(UUID.randomUUID());
  }

  private static String qemuConfiguration() {
    return """
        security_driver = "none"
        user = "root"
        group = "root"
        dynamic_ownership = 0
        remember_owner = 0
        namespaces = [ ]
        cgroup_controllers = [ ]
        stdio_handler = "file"
        max_core = 0
        """;
  }
}
