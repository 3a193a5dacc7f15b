package io.virga.objectstore.s3.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Check values of the catalogue of parametrised CRC algorithms, for {@code 123456789}. */
class ChecksumTest {

  private static String of(String algorithm) {
    Checksum checksum = ChecksumAlgorithm.of(algorithm).orElseThrow().start();
    checksum.update(ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII)));
    return HexFormat.of().formatHex(checksum.value());
  }

  @Test
  void givesThePublishedCheckValues() {
    assertThat(of("crc32")).isEqualTo("cbf43926");
    assertThat(of("crc32c")).isEqualTo("e3069283");
    assertThat(of("crc64nvme")).isEqualTo("ae8b14860a799888");
    assertThat(of("sha1")).isEqualTo("f7c3bc1d808e04732adf679965ccc34ca7ae3441");
    assertThat(ChecksumAlgorithm.ofHeader("x-amz-checksum-md4")).isEmpty();
  }

  @Test
  void combinesTheChecksumsOfPartsToThatOfTheWhole() {
    Random random = new Random(11);
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      if (!algorithm.isLinear()) {
        continue;
      }
      for (int i = 0; i < 50; i++) {
        byte[] bytes = new byte[random.nextInt(5000)];
        random.nextBytes(bytes);
        int cut = random.nextInt(bytes.length + 1);
        byte[] combined =
            algorithm.combine(
                sum(algorithm, bytes, 0, cut),
                sum(algorithm, bytes, cut, bytes.length),
                bytes.length - cut);
        assertThat(combined).isEqualTo(sum(algorithm, bytes, 0, bytes.length));
      }
    }
  }

  private static byte[] sum(ChecksumAlgorithm algorithm, byte[] bytes, int from, int to) {
    Checksum checksum = algorithm.start();
    checksum.update(ByteBuffer.wrap(bytes, from, to - from));
    return checksum.value();
  }
}
