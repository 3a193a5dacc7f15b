package io.virga.blockstore;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.virga.blockstore.catalogue.RocksCatalogue;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.engine.PoolOpening;
import io.virga.blockstore.engine.PoolOptions;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.export.Loops;
import io.virga.blockstore.image.ImageSource;
import io.virga.blockstore.iscsi.ChapAccount;
import io.virga.blockstore.iscsi.Entries;
import io.virga.blockstore.iscsi.Entry;
import io.virga.blockstore.iscsi.IscsiServer;
import io.virga.blockstore.iscsi.Targets;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.blockstore.nbd.NbdServer;
import io.virga.blockstore.scsi.MemoryReservations;
import io.virga.blockstore.storage.DirectoryDisk;
import io.virga.blockstore.storage.Disk;
import io.virga.dataplane.desired.IscsiAccess;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A pool on a real directory behind a real NBD server, in this process. Every other connection has
 * its socket on another loop than the pool's.
 */
public final class TestNode implements AutoCloseable {

  /** What the node's host is called. */
  public static final String HOST = "here";

  private final Transport transport;
  private final AsyncFiles files;
  private final EventLoop loop;
  private final Pool pool;
  private final ExportTable exports = new ExportTable();
  private final Path socket;
  private final Channel unix;
  private final Channel tcp;
  private final Channel tls;
  private final Channel iscsi;
  private final Credentials credentials;

  private TestNode(
      Path directory, ImageSource images, PoolOptions options, UnaryOperator<Disk> fault)
      throws Exception {
    transport = Transport.open(TransportChoice.AUTO, 2, "test");
    files = AsyncFiles.of(transport, 2);
    loop = transport.loops().next();
    Path data = Files.createDirectories(directory.resolve("data"));
    pool =
        new PoolOpening(
                fault.apply(new DirectoryDisk(data, files, loop)),
                RocksCatalogue.open(directory.resolve("catalogue")),
                images,
                task -> files.blocking(loop, () -> run(task)),
                loop)
            .open(options);
    socket = directory.resolve("nbd.sock");
    Files.deleteIfExists(socket);
    credentials = new Credentials(Files.createDirectories(directory.resolve("pki")));
    Budget budget = Budget.standard();
    Loops loops = new Loops(loop, transport.loops());
    NbdServer server = new NbdServer(loops, exports, HOST, credentials.entrance(), budget);
    unix = server.listen(transport.channels().domainServer(), transport.domainAddress(socket));
    InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
    tcp = server.listen(transport.channels().server(), any);
    tls = server.listen(transport.channels().server(), any, true);
    iscsi =
        new IscsiServer(
                loops, new Targets(exports, new MemoryReservations(), TestNode::entry), budget)
            .listen(transport.channels().server(), any);
  }

  /**
   * Targets whose names end in "secret" are for {@code me} with the password {@code
   * hunter2hunter2}, others for everybody who has no account of his own.
   */
  private static Entry entry(Export export) {
    if (!export.name().endsWith("secret")) {
      return Entries.ofItsOwn(export).orElse(new Entry.Open());
    }
    return new Entry.Account(
        new ChapAccount(
            "me",
            secret("hunter2hunter2"),
            Optional.of(new ChapAccount.Mutual("target", secret("retnuhretnuh")))),
        Optional.empty());
  }

  private static ChapAccount.Secret secret(String text) {
    return new ChapAccount.Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean run(Runnable task) {
    task.run();
    return true;
  }

  /** Opens what is in the directory, or a new pool of so many MiB. */
  public static TestNode open(Path directory, ImageSource images, int limitSlots) throws Exception {
    return new TestNode(directory, images, options(limitSlots), disk -> disk);
  }

  /** A node that has no images, on a disk with faults. */
  public static TestNode open(Path directory, UnaryOperator<Disk> fault) throws Exception {
    return new TestNode(directory, new NoImages(), options(256), fault);
  }

  private static PoolOptions options(int limitSlots) {
    return new PoolOptions(limitSlots, 32, 4 << 20, 1 << 20, Duration.ofSeconds(1));
  }

  /** A node that has no images. */
  public static TestNode open(Path directory, int limitSlots) throws Exception {
    return open(directory, new NoImages(), limitSlots);
  }

  public Pool pool() {
    return pool;
  }

  public ExportTable exports() {
    return exports;
  }

  public EventLoop loop() {
    return loop;
  }

  public int port() {
    return ((InetSocketAddress) tcp.localAddress()).getPort();
  }

  /** Opens an export of the volume under the name. */
  public void export(VolumeKind kind, String volume, String name) {
    export(kind, volume, name, HOST);
  }

  /** Likewise, for the peers of another host. */
  public void export(VolumeKind kind, String volume, String name, String host) {
    loop.submit(
            () -> {
              CheckedBlockDevice device =
                  new CheckedBlockDevice(pool.device(kind, volume).orElseThrow(), loop, false);
              exports.open(new Export(name, volume, device, host));
            })
        .syncUninterruptibly();
  }

  /** Makes a volume of zeros and exports it under its name. */
  public void blank(String name, long sizeBytes) throws Exception {
    expectOk(pool.create(name, sizeBytes));
    export(VolumeKind.VOLUME, name, name);
  }

  /** Waits for the outcome. */
  public static void expectOk(CompletableFuture<Outcome> future) throws Exception {
    Outcome outcome = future.get(30, TimeUnit.SECONDS);
    if (outcome != Outcome.OK) {
      throw new IllegalStateException("the outcome was " + outcome);
    }
  }

  /** The NBD URI of the export over the unix socket. */
  public String unixUri(String name) {
    return "nbd+unix:///" + name + "?socket=" + socket;
  }

  public String tcpUri(String name) {
    return "nbd://127.0.0.1:" + port() + "/" + name;
  }

  /** Where nothing is told without TLS. */
  public int tlsPort() {
    return ((InetSocketAddress) tls.localAddress()).getPort();
  }

  public Credentials credentials() {
    return credentials;
  }

  /** The NBD URI over TLS, with the certificate of a service of a host. */
  public String tlsUri(String name, String service, String host) throws IOException {
    Path folder = credentials.clientFolder(service, host);
    return "nbds://localhost:" + tlsPort() + "/" + name + "?tls-certificates=" + folder;
  }

  /** The NBD URI over TLS, with the key that is shared with a host. */
  public String sharedKeyUri(String name, String host) throws IOException {
    return "nbds://%s@localhost:%d/%s?tls-psk-file=%s"
        .formatted(host, tlsPort(), name, credentials.sharedKeys());
  }

  /** Where initiators log in. */
  public String portal() {
    return "127.0.0.1:" + ((InetSocketAddress) iscsi.localAddress()).getPort();
  }

  /** The iSCSI URL of the export. */
  public String iscsiUrl(String name) {
    return "iscsi://" + portal() + "/" + IscsiAccess.target(name) + "/0";
  }

  @Override
  public void close() throws Exception {
    close(Outcome.OK);
  }

  /** Closes a pool that may have broken. */
  public void close(Outcome expected) throws Exception {
    unix.close().syncUninterruptibly();
    tcp.close().syncUninterruptibly();
    tls.close().syncUninterruptibly();
    iscsi.close().syncUninterruptibly();
    loop.submit(() -> exports.names().forEach(exports::close)).syncUninterruptibly();
    Outcome outcome = pool.close().get(30, TimeUnit.SECONDS);
    files.close();
    transport.close();
    if (outcome != expected) {
      throw new IllegalStateException("closing ended with " + outcome);
    }
  }

  private static final class NoImages implements ImageSource {
    @Override
    public CompletableFuture<io.virga.dataplane.desired.ImageMap> map(String objectPath) {
      return CompletableFuture.failedFuture(new IllegalStateException("no images here"));
    }

    @Override
    public CompletableFuture<io.netty.buffer.ByteBuf> chunk(String objectPath, long index) {
      return CompletableFuture.failedFuture(new IllegalStateException("no images here"));
    }
  }
}
