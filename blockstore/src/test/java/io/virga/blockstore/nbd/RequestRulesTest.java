package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.virga.blockstore.device.MemoryDevice;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is asked of an export of 1 TiB. */
class RequestRulesTest {

  private static final long SIZE = 1L << 40;
  private static final long MOST_WRITTEN = (1L << 32) - 1;

  private final MemoryDevice device =
      new MemoryDevice(1 << 20) {
        @Override
        public long sizeBytes() {
          return SIZE;
        }
      };
  private final RequestRules rules =
      new RequestRules(
          device, new Transmission.Features(Headers.EXTENDED, Map.of()), Limits.DEFAULT);

  private int errorOfZeroes(int flags, long offset, long length) {
    return rules
        .check(new Request(flags, Wire.CMD_WRITE_ZEROES, 1, offset, length, Unpooled.EMPTY_BUFFER))
        .map(RequestRules.Refusal::error)
        .orElse(0);
  }

  @Test
  void zeroesThatAreHolesMayBeAsLongAsTheExport() {
    assertThat(errorOfZeroes(0, 0, SIZE)).isZero();
    assertThat(errorOfZeroes(0, 1, SIZE)).isEqualTo(Wire.ENOSPC);
  }

  @Test
  void zeroesThatAreWrittenAreNoLongerThanCompactHeadersCanSay() {
    assertThat(errorOfZeroes(Wire.CMD_FLAG_NO_HOLE, 512, MOST_WRITTEN)).isZero();
    assertThat(errorOfZeroes(Wire.CMD_FLAG_NO_HOLE, 512, MOST_WRITTEN + 1)).isEqualTo(Wire.EINVAL);
    assertThat(errorOfZeroes(Wire.CMD_FLAG_NO_HOLE, 1, SIZE)).isEqualTo(Wire.ENOSPC);
    assertThat(errorOfZeroes(Wire.CMD_FLAG_NO_HOLE, 0, -1)).isEqualTo(Wire.ENOSPC);
  }
}
