package io.virga.control.operator.provision;

import io.virga.control.operator.client.Account;
import io.virga.control.operator.client.ClientFiles;
import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.ObjectNode;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.home.Secrets;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.home.SettingsFile;
import io.virga.control.operator.launch.DatabaseProcess;
import io.virga.control.operator.pki.CertificateAuthority;
import io.virga.control.operator.pki.SigningKeys;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes everything that a home needs, and on a home that is there brings it up to date. Every step
 * keeps what it finds, so a start that was cut off is simply run again.
 */
public final class Provisioning {

  /** The secret with which control makes the first accounts. */
  static final String BOOTSTRAP = "bootstrap.json";

  /** The secret that goes before every path that is hashed. */
  static final String HASH_PREFIX = "ring-hash-prefix";

  /** The secret of whoever may have processes do something at their operations listeners. */
  static final String OPERATIONS_TOKEN = "operations-token";

  private static final int TOKEN_BYTES = 32;
  private static final int HASH_PREFIX_BYTES = 16;
  private static final int ID_BYTES = 16;
  private static final int ACCESS_KEY_BYTES = 10;
  private static final int SECRET_KEY_BYTES = 20;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Home home;
  private final CloudConfiguration cloud;
  private final Secrets secrets;
  private final CertificateAuthority authority;
  private final Clock clock;
  private final SecureRandom random;

  public Provisioning(Home home, CloudConfiguration cloud, Clock clock, SecureRandom random) {
    this.home = home;
    this.cloud = cloud;
    this.clock = clock;
    this.random = random;
    this.secrets = new Secrets(home, random);
    this.authority = new CertificateAuthority(home.pki(), clock, random);
  }

  /** Reads what the operator chose earlier. The home {@linkplain Home#exists exists}. */
  public static CloudConfiguration configuration(Home home) {
    return Json.read(PrivateFiles.read(home.configuration()), CloudConfiguration.class);
  }

  /**
   * Refuses a configuration that would lose what the home holds, before anything is changed.
   *
   * @throws IllegalStateException with what is to be done first
   */
  public void refuseLoss() {
    if (home.exists()) {
      rings().refuseLoss();
    }
  }

  /** The certificate that an object store shows to tenants. */
  static String listener(String objectstore) {
    return objectstore + "-api";
  }

  private ObjectRings rings() {
    CloudConfiguration before = home.exists() ? configuration(home) : cloud;
    return new ObjectRings(home, cloud, before, clock.instant());
  }

  /** Does it all. The caller holds the supervisor's lock or is sure that nobody else runs. */
  public void run() {
    makeFolders();
    forgetAnEarlierBoot();
    cloud.moreHosts().forEach(host -> PrivateFiles.folder(home.of(host).run()));
    secrets.password(DatabaseProcess.PASSWORD);
    secrets.ensure(OPERATIONS_TOKEN, TOKEN_BYTES);
    authority.ensureAuthority();
    makeCertificates();
    SigningKeys.ensure(home.keys(), random);
    List<Account> accounts = List.of(account("admin"), account("demo"));
    String serviceProject = secrets.hexadecimal("service-project-id", ID_BYTES);
    new Bootstrap(ClientFiles.REGION, serviceProject, accounts).write(home);
    secrets.ensure(HASH_PREFIX, HASH_PREFIX_BYTES);
    rings().ensure();
    writeSettings();
    new ClientFiles(
            home,
            cloud.publicUrl(cloud.ports().control()),
            cloud.publicUrl(cloud.ports().objectstore()),
            cloud.publicTlsUrl(cloud.ports().objectstoreTls()))
        .write(accounts);
    writeConfiguration();
  }

  private void makeCertificates() {
    for (Service service : Service.values()) {
      authority.ensureProcess(service.title(), peer(service, CloudHost.FIRST));
    }
    for (CloudHost host : cloud.moreHosts()) {
      for (Service service : Service.OF_EACH_HOST) {
        authority.ensureProcess(host.named(service.title()), peer(service, host));
      }
    }
    for (ObjectNode node : cloud.moreNodes()) {
      authority.ensureProcess(
          node.name(),
          new CertificateAuthority.Peer(
              Service.OBJECTSTORE.title(), node.host(cloud.host()), List.of()));
      authority.ensureListener(listener(node.name()), cloud.host(), node.address());
    }
    authority.ensureListener(
        listener(Service.OBJECTSTORE.title()), cloud.host(), cloud.advertise());
  }

  private void writeSettings() {
    ServiceSettings settings = new ServiceSettings(home, cloud);
    for (Service service : Service.values()) {
      new SettingsFile(home.settings(service.title())).update(settings.of(service));
    }
    for (ObjectNode node : cloud.moreNodes()) {
      new SettingsFile(home.settings(node.name())).update(settings.of(node));
    }
    for (CloudHost host : cloud.moreHosts()) {
      for (Service service : Service.OF_EACH_HOST) {
        new SettingsFile(home.of(host).settings(service)).update(settings.of(host, service));
      }
    }
  }

  /** Where there is an underlay, the others know a process by its host's address. */
  private CertificateAuthority.Peer peer(Service service, CloudHost host) {
    return new CertificateAuthority.Peer(
        service.title(),
        cloud.name(host),
        cloud.hasUnderlay() ? List.of(cloud.underlay().management(host)) : List.of());
  }

  private Account account(String name) {
    return new Account(
        name,
        name,
        name,
        secrets.password(name + "-password"),
        secrets.hexadecimal(name + "-access-key", ACCESS_KEY_BYTES),
        secrets.hexadecimal(name + "-secret-key", SECRET_KEY_BYTES));
  }

  private void makeFolders() {
    PrivateFiles.folder(home.root());
    for (Path folder :
        List.of(home.config(), home.pki(), home.keys(), home.secrets(), home.data(), home.log())) {
      PrivateFiles.folder(folder);
    }
    PrivateFiles.folder(home.aot());
    PrivateFiles.folder(home.programs());
    PrivateFiles.folder(home.rings());
    PrivateFiles.folder(home.run());
    linkRun(home.root().resolve("run"));
    for (Service service : Service.values()) {
      PrivateFiles.folder(home.data().resolve(service.title()));
    }
    for (ObjectNode node : cloud.moreNodes()) {
      PrivateFiles.folder(home.data().resolve(node.name()));
    }
    for (CloudHost host : cloud.moreHosts()) {
      PrivateFiles.folder(home.of(host).data());
      for (Service service : Service.OF_EACH_HOST) {
        PrivateFiles.folder(home.of(host).data().resolve(service.title()));
      }
    }
  }

  /** The sockets may lie elsewhere, but are always found from the home. */
  private void linkRun(Path link) {
    try {
      if (!link.equals(home.run()) && !Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, home.run());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot link " + link, e);
    }
  }

  /** After a reboot, pid files and libvirt's live state name processes that are not ours. */
  private void forgetAnEarlierBoot() {
    Path noted = home.run().resolve("boot");
    String now = PrivateFiles.read(BOOT_ID);
    if (Files.exists(noted) && PrivateFiles.read(noted).equals(now)) {
      return;
    }
    try {
      Files.walkFileTree(home.run(), new Emptying(home.run()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot empty " + home.run(), e);
    }
    PrivateFiles.write(noted, now);
  }

  private void writeConfiguration() {
    String text = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(cloud) + "\n";
    if (!home.exists() || !PrivateFiles.read(home.configuration()).equals(text)) {
      PrivateFiles.write(home.configuration(), text);
    }
  }

  /** Removes all in a folder but the folder and the lock of whoever empties it. */
  private static final class Emptying extends SimpleFileVisitor<Path> {
    private final Path kept;

    Emptying(Path kept) {
      this.kept = kept;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!file.endsWith("supervisor.lock")) {
        Files.delete(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      if (!folder.equals(kept)) {
        Files.delete(folder);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
