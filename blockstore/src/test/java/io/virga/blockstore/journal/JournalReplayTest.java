package io.virga.blockstore.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What a start takes from a journal, and what it takes for damage. */
class JournalReplayTest {

  private static final int FILE_BYTES = 8192;
  private static final int FRAME_BYTES = FrameCodec.HEADER_BYTES + 9;
  private static final int FIRST = FrameCodec.FILE_HEADER_BYTES;

  private final Files disk = new Files();

  /** A file with frames from the sequence on, each of them a batch of its own. */
  private static byte[] file(long firstSequence, int frames) {
    ByteBuf header = Unpooled.buffer();
    FrameCodec.encodeFileHeader(firstSequence, header);
    ByteBuf out = Unpooled.buffer(FILE_BYTES).writeBytes(header);
    for (long sequence = firstSequence; sequence < firstSequence + frames; sequence++) {
      FrameCodec.encodeFrame(sequence, sequence - 1, record(sequence), out);
    }
    return ByteBufUtil.getBytes(out.writeZero(FILE_BYTES - out.readableBytes()));
  }

  private static ByteBuf record(long volumeId) {
    ByteBuf record = Unpooled.buffer();
    RecordCodec.encode(new JournalRecord.Delete(volumeId), record);
    return record;
  }

  private List<JournalRecord> replay(long checkpoint) throws IOException {
    List<JournalRecord> records = new ArrayList<>();
    JournalReplay.run(disk, checkpoint, records::add);
    return records;
  }

  @Test
  void aLastBatchThatIsTornIsLeftOut() throws Exception {
    disk.put("journal-0000", file(1, 5));
    for (int at = 0; at < FRAME_BYTES; at++) {
      disk.flip("journal-0000", FIRST + 4 * FRAME_BYTES + at);
      assertThat(replay(0)).as("byte %d", at).hasSize(4);
      disk.flip("journal-0000", FIRST + 4 * FRAME_BYTES + at);
    }
    assertThat(replay(0)).hasSize(5);
  }

  @Test
  void anyDamageBeforeADurableFrameIsRefused() {
    disk.put("journal-0000", file(1, 5));
    for (int at = 0; at < 4 * FRAME_BYTES; at++) {
      int flipped = FIRST + at;
      disk.flip("journal-0000", flipped);
      assertThatThrownBy(() -> replay(0))
          .as("byte %d", flipped)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("frame %d, which should be in journal-0000", at / FRAME_BYTES + 1);
      disk.flip("journal-0000", flipped);
    }
  }

  @Test
  void damageIsNoMatterInWhatACheckpointHolds() throws Exception {
    disk.put("journal-0000", file(1, 3));
    disk.put("journal-0001", file(4, 2));
    disk.flip("journal-0000", FIRST + FRAME_BYTES + 20);
    assertThat(replay(3)).hasSize(2);
  }

  @Test
  void readsNoFileThatACheckpointHolds() throws Exception {
    disk.put("journal-0000", file(9, 2));
    disk.put("journal-0001", file(1, 4));
    disk.put("journal-0002", file(5, 4));
    disk.put("journal-0003", new byte[FILE_BYTES]);
    assertThat(replay(8)).hasSize(2);
    assertThat(disk.whole).containsExactly("journal-0003", "journal-0000");
    disk.whole.clear();
    assertThat(replay(7)).hasSize(3);
    assertThat(disk.whole).containsExactly("journal-0003", "journal-0002", "journal-0000");
  }

  @Test
  void aFileThatIsMissingOrHasNoHeaderIsDamageToo() {
    disk.put("journal-0000", file(1, 3));
    disk.put("journal-0001", file(4, 3));
    disk.put("journal-0002", file(7, 2));
    disk.flip("journal-0001", 13);
    assertThatThrownBy(() -> replay(0)).hasMessageContaining("frame 4");
    disk.remove("journal-0001");
    assertThatThrownBy(() -> replay(0)).hasMessageContaining("journal-0002 says");
    disk.remove("journal-0002");
    disk.put("journal-0001", file(4, 2));
    disk.flip("journal-0001", 13);
    assertThatThrownBy(() -> replay(0)).hasMessageContaining("frame 4");
  }

  @Test
  void aBatchThatNeverBecameDurableIsNoDamage() throws Exception {
    ByteBuf out = Unpooled.buffer(FILE_BYTES).writeBytes(file(1, 2), 0, FIRST + 2 * FRAME_BYTES);
    out.writeZero(FRAME_BYTES);
    FrameCodec.encodeFrame(4, 2, record(4), out);
    disk.put("journal-0000", ByteBufUtil.getBytes(out));
    assertThat(replay(0)).hasSize(2);
    assertThat(JournalReplay.run(disk, 0, record -> {})).isGreaterThan(4);
  }

  @Test
  void readsFilesOfTheFirstVersion() throws Exception {
    ByteBuf out = Unpooled.buffer();
    FrameCodec.encodeFileHeader(1, out);
    out.setInt(8, 1);
    for (long sequence = 1; sequence <= 3; sequence++) {
      ByteBuf covered = Unpooled.buffer().writeLong(sequence).writeBytes(record(sequence));
      out.writeInt(covered.readableBytes() - 8).writeInt(crc(covered.nioBuffer()));
      out.writeBytes(covered);
    }
    disk.put("journal-0000", ByteBufUtil.getBytes(out.writeZero(100)));
    disk.put("journal-0001", file(4, 2));
    assertThat(replay(0)).hasSize(5);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static final class Files implements Disk {
    private final TreeMap<String, byte[]> contents = new TreeMap<>();
    private final List<String> whole = new ArrayList<>();

    void put(String name, byte[] content) {
      contents.put(name, content);
    }

    void remove(String name) {
      contents.remove(name);
    }

    void flip(String name, int at) {
      all(name)[at] ^= 0x10;
    }

    @Override
    public StorageFile open(String name) {
      throw new IllegalArgumentException(name);
    }

    @Override
    public List<String> list(String prefix) {
      return contents.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    @Override
    public long usableBytes() {
      return 0;
    }

    @Override
    public byte[] content(String name, int maximumBytes) {
      byte[] content = all(name);
      if (maximumBytes >= content.length) {
        whole.add(name);
      }
      return Arrays.copyOf(content, Math.min(content.length, maximumBytes));
    }

    private byte[] all(String name) {
      byte[] content = contents.get(name);
      if (content == null) {
        throw new IllegalArgumentException(name);
      }
      return content;
    }
  }
}
