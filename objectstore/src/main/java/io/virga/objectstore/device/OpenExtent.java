package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.Invariant;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.log.DataSegments;
import io.virga.objectstore.record.Block;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ExtentHeader;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An extent while it is being filled. The first block is written together with the header. */
final class OpenExtent {

  /** No extent: it is full from the start. */
  static final OpenExtent NONE = new OpenExtent();

  private final DataSegments.@Nullable Reservation reservation;
  private final @Nullable ExtentHeader header;
  private final long capacity;
  private long length;
  private int inBlock;
  private long blocks;

  private OpenExtent() {
    this.reservation = null;
    this.header = null;
    this.capacity = 0;
  }

  OpenExtent(DataSegments.Reservation reservation, ExtentHeader header, long capacity) {
    this.reservation = reservation;
    this.header = header;
    this.capacity = capacity;
  }

  boolean isFull() {
    return length == capacity;
  }

  long lengthBytes() {
    return length;
  }

  DataSegment segment() {
    return reservation().segment();
  }

  int roomInBlock() {
    return (int) Math.min(Block.DATA_BYTES - inBlock, capacity - length);
  }

  /** How large a buffer the block that begins now needs. */
  int blockCapacity() {
    int data = (int) Math.min(Block.DATA_BYTES, capacity - length);
    return data + Block.CHECKSUM_BYTES + (blocks == 0 ? header().storedBytes() : 0);
  }

  void beginBlock(ByteBuf block) {
    if (blocks == 0) {
      ByteBuffer space = ByteBuffer.allocate(header().storedBytes());
      header().encode(space);
      block.writeBytes(space.flip());
    }
  }

  void filled(int bytes) {
    inBlock += bytes;
    length += bytes;
  }

  boolean isBlockFull() {
    return inBlock == Block.DATA_BYTES || length == capacity;
  }

  /**
   * Adds the checksum.
   *
   * @return the offset in the segment where the buffer goes
   */
  long endBlock(ByteBuf block) {
    int start = blocks == 0 ? header().storedBytes() : 0;
    Invariant.check(block.readableBytes() == start + inBlock, "a block holds what was filled in");
    ByteBuffer data = block.nioBuffer(block.readerIndex() + start, inBlock);
    block.writeInt(Block.checksum(header().id(), blocks, data));
    long offset = blocks == 0 ? reservation().offset() : dataOffset() + blocks * Block.STORED_BYTES;
    blocks++;
    inBlock = 0;
    return offset;
  }

  private long dataOffset() {
    return reservation().offset() + header().storedBytes();
  }

  Extent toExtent() {
    return new Extent(segment().number(), header().id(), dataOffset(), length);
  }

  private DataSegments.Reservation reservation() {
    return Objects.requireNonNull(reservation, "an extent");
  }

  private ExtentHeader header() {
    return Objects.requireNonNull(header, "an extent");
  }
}
