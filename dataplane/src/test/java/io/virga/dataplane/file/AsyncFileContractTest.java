package io.virga.dataplane.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same promises on the ring, and on the pool beneath epoll and NIO. */
class AsyncFileContractTest {

  private static final Map<TransportChoice, Transport> TRANSPORTS =
      new EnumMap<>(TransportChoice.class);
  private static final Map<TransportChoice, AsyncFiles> FILES =
      new EnumMap<>(TransportChoice.class);
  private static final Set<FileOption> NEW = EnumSet.of(FileOption.WRITE, FileOption.CREATE_NEW);

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    for (TransportChoice choice :
        List.of(TransportChoice.IO_URING, TransportChoice.EPOLL, TransportChoice.NIO)) {
      Transport transport = Transport.open(choice, 2, "test");
      TRANSPORTS.put(choice, transport);
      FILES.put(choice, AsyncFiles.of(transport, 2));
    }
  }

  @AfterAll
  static void stop() {
    FILES.values().forEach(AsyncFiles::close);
    TRANSPORTS.values().forEach(Transport::close);
  }

  private AsyncFile open(TransportChoice choice, String name, Set<FileOption> options)
      throws IOException {
    return files(choice).open(directory.resolve(name), options, loop(choice));
  }

  private static AsyncFiles files(TransportChoice choice) {
    return Objects.requireNonNull(FILES.get(choice));
  }

  private static EventLoop loop(TransportChoice choice) {
    return Objects.requireNonNull(TRANSPORTS.get(choice)).loops().next();
  }

  private static <T> T await(Future<T> future) throws Exception {
    assertThat(future.await(10, TimeUnit.SECONDS)).isTrue();
    if (future.cause() instanceof Exception e) {
      throw e;
    }
    return future.getNow();
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void readsBackWhatWasWrittenAtAnOffset(TransportChoice choice) throws Exception {
    byte[] bytes = random(300_000, 1);
    ByteBuf source = Unpooled.directBuffer().writeBytes(bytes);
    ByteBuf target = ByteBufAllocator.DEFAULT.directBuffer(400_000);
    try (AsyncFile file = open(choice, "f", NEW)) {
      await(file.write(12_345, source));
      await(file.dataSync());
      assertThat(await(file.read(12_345, target, 300_000))).isEqualTo(300_000);
      assertThat(file.size()).isEqualTo(312_345);
      assertThat(source.readableBytes()).isEqualTo(300_000);
      byte[] got = new byte[target.readableBytes()];
      target.readBytes(got);
      assertThat(got).isEqualTo(bytes);
      byte[] all = Files.readAllBytes(directory.resolve("f"));
      assertThat(Arrays.copyOfRange(all, 12_345, all.length)).isEqualTo(bytes);
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("f"))))
          .isEqualTo("rw-------");
    } finally {
      source.release();
      target.release();
    }
  }

  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void readsFewerBytesOnlyAtTheEnd(TransportChoice choice) throws Exception {
    Files.write(directory.resolve("f"), random(1000, 2));
    ByteBuf target = ByteBufAllocator.DEFAULT.directBuffer(4096);
    try (AsyncFile file = open(choice, "f", Set.of())) {
      assertThat(await(file.read(900, target, 4096))).isEqualTo(100);
      assertThat(target.readableBytes()).isEqualTo(100);
      assertThat(await(file.read(5000, target, 100))).isZero();
    } finally {
      target.release();
    }
  }

  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void takesHeapAndCompositeBuffers(TransportChoice choice) throws Exception {
    byte[] bytes = random(10_000, 3);
    CompositeByteBuf source = Unpooled.compositeBuffer();
    source.addComponent(true, Unpooled.directBuffer().writeBytes(bytes, 0, 4000));
    source.addComponent(true, Unpooled.buffer().writeBytes(bytes, 4000, 6000));
    ByteBuf target = Unpooled.buffer(10_000);
    try (AsyncFile file = open(choice, "f", NEW)) {
      await(file.write(0, source));
      assertThat(await(file.read(0, target, 10_000))).isEqualTo(10_000);
      assertThat(target.array()).isEqualTo(bytes);
    } finally {
      source.release();
      target.release();
    }
  }

  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void completesOnTheLoopOfTheFileAndManyAtOnce(TransportChoice choice) throws Exception {
    int count = 3000;
    byte[] bytes = random(4096, 4);
    ByteBuf source = Unpooled.directBuffer().writeBytes(bytes);
    try (AsyncFile first = open(choice, "f", NEW)) {
      AsyncFile second = first.on(loop(choice));
      List<Future<Void>> writes = new ArrayList<>();
      List<Boolean> onLoop = Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < count; i++) {
        AsyncFile file = i % 2 == 0 ? first : second;
        writes.add(
            file.write(i * 4096L, source)
                .addListener(done -> onLoop.add(file.loop().inEventLoop())));
      }
      for (Future<Void> write : writes) {
        await(write);
      }
      await(first.dataSync());
      assertThat(first.size()).isEqualTo(count * 4096L);
      assertThat(onLoop).doesNotContain(false);
      byte[] all = Files.readAllBytes(directory.resolve("f"));
      for (int i = 0; i < count; i++) {
        assertThat(Arrays.equals(all, i * 4096, i * 4096 + 4096, bytes, 0, 4096)).isTrue();
      }
    } finally {
      source.release();
    }
  }

  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void namesTheFileWhenItFails(TransportChoice choice) throws Exception {
    assertThatThrownBy(() -> open(choice, "absent", Set.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("absent");
    Files.write(directory.resolve("f"), new byte[10]);
    assertThatThrownBy(() -> open(choice, "f", NEW)).isInstanceOf(IOException.class);
    ByteBuf source = Unpooled.directBuffer().writeBytes(new byte[100]);
    try (AsyncFile file = open(choice, "f", Set.of())) {
      assertThatThrownBy(() -> await(file.write(0, source)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(directory.resolve("f").toString());
      assertThatThrownBy(() -> await(file.read(0, source, 1_000_000)))
          .isInstanceOf(Exception.class);
      assertThat(source.refCnt()).isEqualTo(1);
    } finally {
      source.release();
    }
  }

  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void failsOperationsAfterClose(TransportChoice choice) throws Exception {
    AsyncFile file = open(choice, "f", NEW);
    Future<Void> last = file.dataSync();
    file.close();
    file.close();
    await(last);
    assertThatThrownBy(() -> await(file.dataSync()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("EBADF");
    assertThatThrownBy(file::size).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void goesPastThePageCache(TransportChoice choice) throws Exception {
    byte[] bytes = random(8192, 5);
    ByteBuf whole = Unpooled.directBuffer(16_384);
    long address = whole.memoryAddress();
    int aligned = (int) ((4096 - address % 4096) % 4096);
    ByteBuf source = whole.retainedSlice(aligned, 8192);
    source.setBytes(0, bytes);
    try (AsyncFile file =
        open(choice, "f", EnumSet.of(FileOption.WRITE, FileOption.CREATE, FileOption.DIRECT))) {
      await(file.write(4096, source));
      source.setZero(0, 8192);
      assertThat(await(file.read(4096, source.writerIndex(0), 8192))).isEqualTo(8192);
      byte[] got = new byte[8192];
      source.getBytes(0, got);
      assertThat(got).isEqualTo(bytes);
    } finally {
      source.release();
      whole.release();
    }
  }

  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void saysThatTheDeviceIsFull(TransportChoice choice) throws Exception {
    ByteBuf source = Unpooled.directBuffer().writeBytes(new byte[100]);
    try (AsyncFile full =
        files(choice).open(Path.of("/dev/full"), EnumSet.of(FileOption.WRITE), loop(choice))) {
      assertThatThrownBy(() -> await(full.write(0, source)))
          .isInstanceOf(IOException.class)
          .hasMessage("/dev/full: ENOSPC");
    } finally {
      source.release();
    }
  }
}
