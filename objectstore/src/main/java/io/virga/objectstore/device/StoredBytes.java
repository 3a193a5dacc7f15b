package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.virga.dataplane.file.SocketBurst;
import io.virga.objectstore.flow.PageCached;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.record.Block;

/** What is wanted of blocks that have been read and checked; holds their segment. */
final class StoredBytes extends CompositeByteBuf implements PageCached {

  private final DataSegment segment;
  private final Piece piece;

  /**
   * Takes both over.
   *
   * @param stored the blocks of the piece, with their checksums
   * @param segment held
   */
  StoredBytes(Piece piece, ByteBuf stored, DataSegment segment) {
    super(stored.alloc(), true, Piece.BLOCKS);
    this.segment = segment;
    this.piece = piece;
    int end = piece.skipBytes() + piece.lengthBytes();
    for (int from = piece.skipBytes(); from < end; ) {
      int length = Math.min(end - from, Block.DATA_BYTES - from % Block.DATA_BYTES);
      addComponent(true, stored.retainedSlice(storedIndex(from), length));
      from += length;
    }
    stored.release();
  }

  /** Where a byte of the blocks' data is among the blocks with their checksums. */
  private static int storedIndex(int index) {
    return index + index / Block.DATA_BYTES * Block.CHECKSUM_BYTES;
  }

  @Override
  public void send(SocketBurst burst) {
    boolean takes = true;
    while (takes && isReadable()) {
      int from = piece.skipBytes() + readerIndex();
      int length = Math.min(readableBytes(), Block.DATA_BYTES - from % Block.DATA_BYTES);
      int sent = segment.send(burst, piece.storedOffset() + storedIndex(from), length);
      skipBytes(sent);
      takes = sent == length;
    }
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    segment.release();
  }
}
