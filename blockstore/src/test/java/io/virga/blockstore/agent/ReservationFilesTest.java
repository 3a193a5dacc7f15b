package io.virga.blockstore.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.virga.blockstore.device.Outcome;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of reservations on the disk. */
@Timeout(30)
class ReservationFilesTest {

  @TempDir Path directory;

  private final Transport transport = Transport.open(TransportChoice.AUTO, 1, "test");
  private final EventLoop loop = transport.loops().next();
  private final AsyncFiles files = AsyncFiles.of(transport, 2);

  @AfterEach
  void close() throws Exception {
    files.close();
    transport.close();
  }

  private ReservationFiles open() throws Exception {
    return ReservationFiles.open(directory, files, loop);
  }

  private CompletableFuture<Outcome> save(ReservationFiles store, String unit, byte[] state) {
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    loop.execute(() -> store.save(unit, state, done::complete));
    return done;
  }

  private static Outcome of(CompletableFuture<Outcome> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  @Test
  void theNewestOfManyIsThereAfterARestart() throws Exception {
    ReservationFiles store = open();
    CompletableFuture<Outcome> last = save(store, "v1", new byte[] {0});
    for (int i = 1; i <= 50; i++) {
      last = save(store, "v1", new byte[] {(byte) i});
    }
    CompletableFuture<Outcome> other = save(store, "v2", new byte[] {7});
    assertThat(of(last)).isEqualTo(Outcome.OK);
    assertThat(of(other)).isEqualTo(Outcome.OK);

    ReservationFiles again = open();

    assertThat(again.load("v1")).contains(new byte[] {50});
    assertThat(again.load("v2")).contains(new byte[] {7});
    assertThat(again.load("v3")).isEmpty();
  }

  @Test
  void nothingForgetsTheVolume() throws Exception {
    ReservationFiles store = open();
    assertThat(of(save(store, "v1", new byte[] {1}))).isEqualTo(Outcome.OK);
    assertThat(of(save(store, "v1", new byte[0]))).isEqualTo(Outcome.OK);

    assertThat(open().load("v1")).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aFileThatCannotBeRightIsNotTakenForNone() throws Exception {
    Files.write(directory.resolve("empty"), new byte[0]);
    Files.write(directory.resolve("long"), new byte[(1 << 20) + 1]);

    ReservationFiles store = open();

    assertThat(store.load("empty").orElseThrow()).isNotEmpty().hasSizeLessThan(6);
    assertThat(store.load("long").orElseThrow()).isNotEmpty().hasSizeLessThan(6);
  }

  @Test
  void aNameThatIsNoVolumesReachesNoPath() throws Exception {
    assertThat(of(save(open(), "../v1", new byte[] {1}))).isEqualTo(Outcome.IO_ERROR);
    assertThat(directory).isEmptyDirectory();
  }
}
