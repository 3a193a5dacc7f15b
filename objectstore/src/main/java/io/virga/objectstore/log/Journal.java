package io.virga.objectstore.log;

import io.virga.dataplane.Invariant;
import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.record.Frame;
import io.virga.objectstore.record.SegmentHeader;
import io.virga.objectstore.record.Timestamp;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The journal of a device: frames are added, then made durable together with one sync. For one
 * thread, but {@link #currentSegment}.
 */
public final class Journal {

  private static final int BUFFER_BYTES = Frame.storedBytes(Frame.MAXIMUM_PAYLOAD_BYTES);

  private final JournalFiles files;
  private final ByteBuffer added = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private volatile DataSegment segment;

  private Journal(JournalFiles files, JournalPosition previous) throws IOException {
    this.files = files;
    this.segment = files.begin(previous);
  }

  /**
   * Begins a new segment behind what was replayed.
   *
   * @param previous where the valid frames end
   */
  public static Journal begin(JournalFiles files, JournalPosition previous) throws IOException {
    return new Journal(files, previous);
  }

  /** The longest payload that a segment has room for. */
  public int maximumPayloadBytes() {
    long room = files.segmentBytes() - SegmentHeader.STORED_BYTES;
    return (int) Math.min(Frame.MAXIMUM_PAYLOAD_BYTES, room - room / 64 - 64);
  }

  /** Behind the last frame that is durable. */
  public JournalPosition position() {
    return new JournalPosition(currentSegment(), segment.reservedBytes());
  }

  /** The segment that is being written; may be asked from any thread. */
  public long currentSegment() {
    return -segment.number();
  }

  /** Whether a frame can be made durable together with those that were added. */
  public boolean hasRoom(int payloadBytes) {
    int stored = Frame.storedBytes(payloadBytes);
    return stored <= added.remaining()
        && segment.reservedBytes() + added.position() + stored <= files.segmentBytes();
  }

  /**
   * Adds a frame, in the next segment if there is no room in this one.
   *
   * @param payload its remaining bytes; those that there is no room for go behind a {@link #sync}
   * @return where the payload will stand
   * @throws NoSpaceException if no segment could be made; nothing has been added
   */
  public JournalPosition add(ByteBuffer payload, Timestamp timestamp) throws NoSpaceException {
    int length = payload.remaining();
    if (!hasRoom(length)) {
      Invariant.check(added.position() == 0, "a segment is left when all in it is durable");
      roll();
    }
    long end = segment.reservedBytes();
    Frame.encode(currentSegment(), timestamp, end, payload, added);
    return new JournalPosition(currentSegment(), end + added.position() - length);
  }

  /**
   * Makes what was added durable.
   *
   * @throws IOException if it is not known what has been written; the journal must not be used
   *     again
   */
  public void sync() throws IOException {
    added.flip();
    segment.write(added, segment.reserve(added.remaining()));
    segment.sync();
    added.clear();
  }

  private void roll() throws NoSpaceException {
    try {
      segment = files.begin(position());
    } catch (IOException e) {
      throw new NoSpaceException("no journal segment could be made: " + e.getMessage(), e);
    }
  }
}
