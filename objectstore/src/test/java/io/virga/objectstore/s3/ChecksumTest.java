package io.virga.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Check values of the catalogue of parametrised CRC algorithms, for {@code 123456789}. */
class ChecksumTest {

  private static String of(String algorithm) {
    Checksum checksum = Checksum.ofHeader("x-amz-checksum-" + algorithm).orElseThrow();
    checksum.update(ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII)));
    return HexFormat.of().formatHex(checksum.value());
  }

  @Test
  void givesThePublishedCheckValues() {
    assertThat(of("crc32")).isEqualTo("cbf43926");
    assertThat(of("crc32c")).isEqualTo("e3069283");
    assertThat(of("crc64nvme")).isEqualTo("ae8b14860a799888");
    assertThat(of("sha1")).isEqualTo("f7c3bc1d808e04732adf679965ccc34ca7ae3441");
    assertThat(Checksum.ofHeader("x-amz-checksum-md4")).isEmpty();
  }
}
