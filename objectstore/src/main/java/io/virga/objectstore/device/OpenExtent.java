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

/**
 * An extent while it is being filled, in runs of blocks that are written at once. The first run
 * begins with the header.
 */
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

  /** How long a run of at most so many blocks is that begins now. */
  int runBytes(int atMost) {
    long data = Math.min((long) atMost * Block.DATA_BYTES, capacity - length);
    return (int) Block.storedBytes(data) + (blocks == 0 ? header().storedBytes() : 0);
  }

  /**
   * Begins a run.
   *
   * @return the offset in the segment where it goes
   */
  long beginRun(ByteBuf run) {
    if (blocks > 0) {
      return dataOffset() + blocks * Block.STORED_BYTES;
    }
    ByteBuffer space = ByteBuffer.allocate(header().storedBytes());
    header().encode(space);
    run.writeBytes(space.flip());
    return reservation().offset();
  }

  void filled(int bytes) {
    inBlock += bytes;
    length += bytes;
  }

  boolean isBlockFull() {
    return inBlock == Block.DATA_BYTES || length == capacity;
  }

  boolean isInBlock() {
    return inBlock > 0;
  }

  /** Adds the checksum of what was filled in last. */
  void endBlock(ByteBuf run) {
    Invariant.check(run.readableBytes() >= inBlock, "a run holds what was filled in");
    ByteBuffer data = run.nioBuffer(run.writerIndex() - inBlock, inBlock);
    run.writeInt(Block.checksum(header().id(), blocks, data));
    blocks++;
    inBlock = 0;
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
