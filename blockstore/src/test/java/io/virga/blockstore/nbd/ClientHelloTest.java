package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClientHelloTest {

  private static final int AES_128_GCM = 0x1301;
  private static final int ECDHE_PSK_AES_128_CBC = 0xc037;
  private static final int KEY_SHARE = 51;
  private static final int PRE_SHARED_KEY = 41;

  @Test
  void seesASharedKeyByTheSuiteOrByTheExtension() {
    assertThat(ClientHello.offersSharedKey(hello(ECDHE_PSK_AES_128_CBC, KEY_SHARE))).isTrue();
    assertThat(ClientHello.offersSharedKey(hello(AES_128_GCM, PRE_SHARED_KEY))).isTrue();
    assertThat(ClientHello.offersSharedKey(hello(AES_128_GCM, KEY_SHARE))).isFalse();
  }

  @Test
  void readsNothingBehindTheEnd() {
    ByteBuf whole = hello(AES_128_GCM, PRE_SHARED_KEY);
    for (int length = 0; length < whole.readableBytes() - 4; length++) {
      assertThat(ClientHello.offersSharedKey(whole.slice(0, length))).isFalse();
    }
    Random random = new Random(1);
    byte[] bytes = new byte[200];
    for (int round = 0; round < 10_000; round++) {
      random.nextBytes(bytes);
      ClientHello.offersSharedKey(Unpooled.wrappedBuffer(bytes, 0, random.nextInt(bytes.length)));
    }
  }

  private static ByteBuf hello(int suite, int extension) {
    return Unpooled.buffer()
        .writeZero(34)
        .writeByte(2)
        .writeShort(7)
        .writeShort(4)
        .writeShort(AES_128_GCM)
        .writeShort(suite)
        .writeByte(1)
        .writeByte(0)
        .writeShort(15)
        .writeShort(10)
        .writeShort(3)
        .writeMedium(0)
        .writeShort(extension)
        .writeShort(0);
  }
}
