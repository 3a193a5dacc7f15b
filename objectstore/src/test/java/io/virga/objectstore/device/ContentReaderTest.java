package io.virga.objectstore.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.log.TestDisk;
import io.virga.objectstore.record.Block;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ContentReaderTest {

  private static final int LONG = 400_001;
  private static final int PIECE = Piece.BLOCKS * Block.DATA_BYTES;

  @TempDir Path home;

  private final FaultyDisk disk = new FaultyDisk();
  private final EventLoop loop = TestDisk.loop();
  private TestDevice device;

  @BeforeEach
  void open() throws IOException {
    device = TestDevice.open(home.resolve("d1"), disk, TestDevice.OPTIONS);
    device.makeContainer();
    device.put("long", LONG);
  }

  @AfterEach
  void close() throws IOException {
    device.close();
    assertThat(disk.readInto()).allMatch(buffer -> buffer.refCnt() == 0);
  }

  private static void take(ByteBuf part, ByteArrayOutputStream out) {
    out.writeBytes(ByteBufUtil.getBytes(part));
    part.release();
  }

  private byte[] read(Executor executor, long offset, long length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ContentReader.Opened opened = device.open("long", executor)) {
      opened.bytes(offset, length).doOnNext(part -> take(part, out)).blockLast();
    }
    return out.toByteArray();
  }

  private byte[] part(int offset, int length) {
    return Arrays.copyOfRange(TestDevice.bytes("long", LONG), offset, offset + length);
  }

  @Test
  void readsAnyRangeOnAnEventLoopAndOnThreads() {
    Random random = new Random(7);
    assertThat(read(loop, 0, LONG)).isEqualTo(part(0, LONG));
    for (int round = 0; round < 40; round++) {
      int offset = random.nextInt(LONG);
      int length = 1 + random.nextInt(LONG - offset);
      Executor executor = round % 2 == 0 ? loop : device.device.io();
      assertThat(read(executor, offset, length)).isEqualTo(part(offset, length));
    }
  }

  @Test
  void anEventLoopGetsWhatItReadsItself() {
    try (ContentReader.Opened opened = device.open("long", loop)) {
      opened
          .bytes(0, LONG)
          .subscribeOn(Schedulers.fromExecutor(loop))
          .doOnNext(ByteBuf::release)
          .doOnNext(part -> assertThat(loop.inEventLoop()).isTrue())
          .blockLast();
    }
    assertThat(disk.readInto()).hasSize(Math.ceilDiv(LONG, PIECE));
  }

  @Test
  void givesAsOneBufferWhatIsReadAtOnce() {
    int offset = 2 * Block.DATA_BYTES - 10;
    try (ContentReader.Opened opened = device.open("long", loop)) {
      Mono<ByteBuf> few = opened.whole(offset, 20).orElseThrow();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      take(few.blockOptional().orElseThrow(), out);
      assertThat(out.toByteArray()).isEqualTo(part(offset, 20));
      assertThat(opened.whole(0, PIECE)).isPresent();
      assertThat(opened.whole(0, PIECE + 1)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1024,0", "1025,1", "4096,1", "4097,1", "65536,1", "262144,1", "262145,2"})
  void readsASmallObjectAtMostOnce(int length, int reads) {
    device.put("o", length);
    try (ContentReader.Opened opened = device.open("o", loop)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      opened.bytes(0, length).doOnNext(part -> take(part, out)).blockLast();
      assertThat(out.toByteArray()).isEqualTo(TestDevice.bytes("o", length));
    }
    assertThat(disk.readInto()).hasSize(reads);
  }

  private Path data() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("d1/data"))) {
      return files.findFirst().orElseThrow();
    }
  }

  private void assertDamaged() {
    for (Executor executor : List.of(loop, device.device.io())) {
      assertThatThrownBy(() -> read(executor, 0, LONG))
          .isInstanceOf(StoreFailure.DamagedData.class);
      try (ContentReader.Opened opened = device.open("long", executor)) {
        Mono<ByteBuf> end = opened.whole(LONG - 10, 10).orElseThrow();
        assertThatThrownBy(end::block).isInstanceOf(StoreFailure.DamagedData.class);
      }
    }
  }

  @Test
  void noticesAFlippedBit() throws IOException {
    byte[] bytes = Files.readAllBytes(data());
    bytes[LONG] ^= 1;
    Files.write(data(), bytes);
    assertDamaged();
  }

  @Test
  void noticesASegmentThatWasCut() throws IOException {
    try (FileChannel file = FileChannel.open(data(), StandardOpenOption.WRITE)) {
      file.truncate(LONG);
    }
    assertDamaged();
  }

  @Test
  void noticesASectorThatCannotBeRead() {
    disk.failReads();
    assertDamaged();
  }

  private DataSegment sealed() {
    DataSegment first = device.device.segments().sealed().stream().findFirst().orElse(null);
    for (int i = 0; first == null; i++) {
      device.put("fill" + i, LONG);
      first = device.device.segments().sealed().stream().findFirst().orElse(null);
    }
    return first;
  }

  private void assertHeldUntilRead(DataSegment segment, Disposable reading) throws IOException {
    assertThat(disk.readInto()).isNotEmpty();
    reading.dispose();
    assertThat(device.device.segments().retire(segment)).isFalse();
    disk.resumeReads();
    assertThat(Optional.of(loop.submit(() -> {}).awaitUninterruptibly(10_000))).hasValue(true);
    for (int i = 0; i < 1000 && disk.readInto().stream().anyMatch(b -> b.refCnt() > 0); i++) {
      loop.submit(() -> {}).awaitUninterruptibly(10);
    }
    assertThat(disk.readInto()).allMatch(buffer -> buffer.refCnt() == 0);
    assertThat(device.device.segments().retire(segment)).isTrue();
  }

  @Test
  void releasesAllWhenAReaderGoesInTheMiddle() throws IOException {
    DataSegment segment = sealed();
    disk.pauseReads();
    try (ContentReader.Opened opened = device.open("long", loop)) {
      Disposable reading = opened.bytes(0, LONG).subscribe(ByteBuf::release);
      opened.close();
      assertHeldUntilRead(segment, reading);
    }
  }

  @Test
  void releasesAllWhenTheReaderOfOneBufferGoes() throws IOException {
    DataSegment segment = sealed();
    disk.pauseReads();
    try (ContentReader.Opened opened = device.open("long", loop)) {
      Disposable reading = opened.whole(0, 10).orElseThrow().subscribe(ByteBuf::release);
      opened.close();
      assertHeldUntilRead(segment, reading);
    }
  }

  @Test
  void refusesToReadWhatHasBeenClosed() {
    ContentReader.Opened opened = device.open("long", loop);
    opened.close();
    opened.close();
    Mono<ByteBuf> late = opened.whole(0, 10).orElseThrow();
    assertThatThrownBy(late::block).isInstanceOf(IllegalStateException.class);
  }
}
