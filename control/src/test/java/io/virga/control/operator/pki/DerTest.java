package io.virga.control.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class DerTest {

  @Test
  void writesLengthsInAsFewBytesAsTheyNeed() {
    assertThat(header(0x7f)).isEqualTo("047f");
    assertThat(header(0x80)).isEqualTo("048180");
    assertThat(header(0xff)).isEqualTo("0481ff");
    assertThat(header(0x100)).isEqualTo("04820100");
  }

  @Test
  void writesIdentifiersInGroupsOfSevenBits() {
    assertThat(hex(Der.identifier("2.5.29.15"))).isEqualTo("0603551d0f");
    assertThat(hex(Der.identifier("1.2.840.10045.4.3.2"))).isEqualTo("06082a8648ce3d040302");
    assertThat(hex(Der.identifier("1.3.6.1.4.1.0.128"))).isEqualTo("06082b06010401008100");
  }

  @Test
  void endsNamedBitsWithTheLastOne() {
    assertThat(hex(Der.namedBits(0))).isEqualTo("03020780");
    assertThat(hex(Der.namedBits(5, 6))).isEqualTo("03020106");
  }

  @Test
  void writesYearsFrom2050OnInFull() {
    assertThat(hex(Der.time(Instant.parse("2049-12-31T23:59:59Z"))))
        .isEqualTo("170d" + hex(Der.ascii("491231235959Z")));
    assertThat(hex(Der.time(Instant.parse("2050-01-01T00:00:00Z"))))
        .isEqualTo("180f" + hex(Der.ascii("20500101000000Z")));
  }

  private static String header(int length) {
    String all = hex(Der.octets(new byte[length]));
    return all.substring(0, all.length() - 2 * length);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
