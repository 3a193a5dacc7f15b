package io.virga.control.image.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.control.fault.ApiFault;
import io.virga.dataplane.desired.ImageMap;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

class ChunkUnpackerTest {

  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void givesBackWhatWasPacked(long seed) {
    Random random = new Random(seed);
    byte[] disk = disk(random);
    ChunkPacker packer = new ChunkPacker();
    List<ByteBuf> packed = new ArrayList<>(packer.accept(disk));
    packed.addAll(packer.finish());
    ImageMap map = packer.map();
    byte[] data = ByteBufUtil.getBytes(Unpooled.wrappedBuffer(packed.toArray(ByteBuf[]::new)));

    assertThat(all(ChunkUnpacker.of(disk.length, map.chunks(), cut(data, random)))).isEqualTo(disk);
    byte[] numbered = numbered(map, data);
    assertThat(all(ChunkUnpacker.ofNumbered(disk.length, cut(numbered, random)))).isEqualTo(disk);
  }

  private static byte[] disk(Random random) {
    byte[] disk = new byte[random.nextInt(9 * MIB)];
    for (int chunk = 0; chunk * MIB < disk.length; chunk++) {
      if (random.nextBoolean()) {
        disk[chunk * MIB + random.nextInt(Math.min(MIB, disk.length - chunk * MIB))] = 1;
      }
    }
    return disk;
  }

  private static byte[] numbered(ImageMap map, byte[] data) {
    ByteBuf all = Unpooled.buffer();
    for (int i = 0; i < map.chunks().size(); i++) {
      all.writeInt(map.chunks().get(i)).writeBytes(data, i * MIB, MIB);
    }
    return ByteBufUtil.getBytes(all);
  }

  /** In pieces of any length. */
  private static Flux<ByteBuf> cut(byte[] bytes, Random random) {
    List<ByteBuf> pieces = new ArrayList<>();
    for (int from = 0; from < bytes.length; ) {
      int most = random.nextBoolean() ? 7 : 2 * MIB;
      int length = Math.min(bytes.length - from, 1 + random.nextInt(most));
      pieces.add(Unpooled.copiedBuffer(bytes, from, length));
      from += length;
      if (pieces.size() > 5000) {
        pieces.add(Unpooled.copiedBuffer(bytes, from, bytes.length - from));
        break;
      }
    }
    return Flux.fromIterable(pieces);
  }

  private static byte[] all(Flux<byte[]> pieces) {
    return Objects.requireNonNull(
            pieces
                .doOnNext(piece -> assertThat(piece).hasSizeBetween(1, ChunkUnpacker.PIECE_BYTES))
                .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes)
                .block())
        .toByteArray();
  }

  @Test
  void aHugeHoleTakesNoRoom() {
    long size = 1L << 46;
    Iterator<byte[]> pieces =
        ChunkUnpacker.of(size, List.of(), Flux.empty()).toIterable(1).iterator();
    byte[] first = pieces.next();
    for (int i = 0; i < 1000; i++) {
      assertThat(pieces.next()).as("one array, over and over").isSameAs(first);
    }
  }

  @Test
  void refusesWhatIsNoDisk() {
    byte[] chunk = new byte[MIB];
    refused("more chunks", ChunkUnpacker.of(MIB, List.of(), Flux.just(bytes(chunk))));
    refused("out of its place", ChunkUnpacker.of(MIB, List.of(1), Flux.just(bytes(chunk))));
    refused(
        "out of its place",
        ChunkUnpacker.of(3 * MIB, List.of(1, 0), Flux.just(bytes(chunk), bytes(chunk))));
    refused("ends within", ChunkUnpacker.of(MIB, List.of(0), Flux.just(bytes(new byte[5]))));
    refused("out of its place", ChunkUnpacker.ofNumbered(MIB, Flux.just(Unpooled.copyInt(-1, 0))));
  }

  private static ByteBuf bytes(byte[] bytes) {
    return Unpooled.copiedBuffer(bytes);
  }

  private static void refused(String why, Flux<byte[]> disk) {
    assertThatThrownBy(() -> all(disk)).isInstanceOf(ApiFault.class).hasMessageContaining(why);
  }
}
