package io.virga.blockstore.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What came for a command is kept whole, and takes little more memory than it is long. */
class DataOutTest {

  private static final PooledByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

  private final DataOut dataOut = new DataOut();
  private final ByteBuf all = Unpooled.buffer();

  /** Something that came in the middle of a receive buffer. */
  private void receive(int bytes, int bufferBytes, Random random) {
    ByteBuf received = ALLOCATOR.directBuffer(bufferBytes, bufferBytes).writeZero(bufferBytes);
    byte[] data = new byte[bytes];
    random.nextBytes(data);
    received.setBytes(bufferBytes - bytes, data);
    all.writeBytes(data);
    dataOut.add(received.retainedSlice(bufferBytes - bytes, bytes));
    received.release();
  }

  private long heldBytes() {
    Set<ByteBuf> roots = Collections.newSetFromMap(new IdentityHashMap<>());
    for (ByteBuf slice : dataOut.slices()) {
      ByteBuf root = slice;
      while (root.unwrap() != null) {
        root = root.unwrap();
      }
      roots.add(root);
    }
    return roots.stream().mapToLong(ByteBuf::capacity).sum();
  }

  private void isWhole() {
    ByteBuf joined = dataOut.joined(0, all.readableBytes(), ALLOCATOR);
    assertThat(dataOut.lengthBytes()).isEqualTo(all.readableBytes());
    assertThat(ByteBufUtil.getBytes(joined)).isEqualTo(ByteBufUtil.getBytes(all));
    joined.release();
    dataOut.release();
  }

  @Test
  void singleBytesAreGathered() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      receive(1, 64, random);
    }

    assertThat(dataOut.slices().size()).isLessThan(10);
    assertThat(heldBytes()).isLessThan(128 << 10);
    isWhole();
  }

  @Test
  void smallPartsOfLargeBuffersDoNotKeepThem() {
    Random random = new Random(2);
    for (int i = 0; i < 64; i++) {
      receive(16 << 10, 1 << 20, random);
    }

    assertThat(heldBytes()).isLessThanOrEqualTo(2 << 20);
    isWhole();
  }

  @Test
  void largeAndSmallInTurnAreKeptInOrder() {
    long seed = 3;
    Random random = new Random(seed);
    for (int i = 0; i < 400; i++) {
      receive(1 + random.nextInt(i % 2 == 0 ? 100 : 40_000), 64 << 10, random);
    }

    assertThat(heldBytes()).isLessThan(8L * dataOut.lengthBytes());
    isWhole();
  }

  @Test
  void whatFillsItsBufferIsNotCopied() {
    receive(4 << 10, 16 << 10, new Random(4));
    receive(64 << 10, 64 << 10, new Random(5));

    assertThat(heldBytes()).isEqualTo(80 << 10);
    isWhole();
  }
}
