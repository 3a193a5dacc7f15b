package io.virga.jmh;

import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.Frame;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** The row of an object as bytes and back, and the journal frame that makes 4 KiB durable. */
public class RecordCodecBenchmark extends HotFunction {

  private static final int BODY_BYTES = 4096;
  private static final long SEGMENT = 1;

  private final ByteBuffer out = ByteBuffer.allocateDirect(Frame.storedBytes(BODY_BYTES));
  private final ByteBuffer payload = ByteBuffer.allocate(BODY_BYTES);
  private ObjectRow row;
  private byte[] encodedRow;
  private ByteBuffer encodedFrame;

  @Setup
  public void encode() {
    Timestamp at = new Timestamp(1_795_000_000_000_000L);
    row =
        new ObjectRow(
            0,
            new ObjectPath("AUTH_0123456789abcdef", "photos", "2026/11/29/0001.jpg"),
            at,
            at,
            false,
            1 << 20,
            "9e107d9d372bb6826bd81d3542a419d6",
            "image/jpeg",
            Map.of("x-object-meta-mtime", "1795000000.0"),
            new Content.Extents(List.of(new Extent(7, 8, 9, 1 << 20))));
    encodedRow = row.encode();
    encodedFrame = ByteBuffer.allocateDirect(Frame.storedBytes(BODY_BYTES));
    Frame.encode(SEGMENT, new Timestamp(1), 0, payload.clear(), encodedFrame);
    encodedFrame.flip();
  }

  @Benchmark
  public byte[] encodeRow() {
    return row.encode();
  }

  @Benchmark
  public Optional<ObjectRow> decodeRow() {
    return ObjectRow.decode(encodedRow);
  }

  @Benchmark
  public ByteBuffer encodeFrame() {
    Frame.encode(SEGMENT, new Timestamp(1), 0, payload.clear(), out.clear());
    return out;
  }

  @Benchmark
  public Frame.Decoded decodeFrame() {
    return Frame.decode(encodedFrame, 0, SEGMENT);
  }
}
