package io.virga.objectstore.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunBuffersTest {

  private static final int MANY = 100;
  private static final int BYTES = 300_000;

  @TempDir Path home;

  private final RunBuffers buffers = new RunBuffers();

  @Test
  void givesLongRunsWhileFewUploadsAreUnderWay() {
    List<RunBuffers.Lease> leases = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      leases.add(buffers.new Lease());
    }
    assertThat(leases.stream().map(RunBuffers.Lease::blocks).filter(n -> n == 4)).hasSize(64);
    assertThat(leases.stream().map(RunBuffers.Lease::blocks).filter(n -> n == 1)).hasSize(36);
    leases.getLast().close();
    assertThat(buffers.new Lease().blocks()).isEqualTo(1);
    leases.getFirst().close();
    leases.getFirst().close();
    assertThat(buffers.new Lease().blocks()).isEqualTo(4);
    assertThat(buffers.new Lease().blocks()).isEqualTo(1);
  }

  @Test
  void usesMemoryAgainThatIsLongEnough() {
    RunBuffers.Lease lease = buffers.new Lease();
    ByteBuf first = lease.take(1000);
    lease.give(first.writeZero(1000));
    ByteBuf again = lease.take(900);
    assertThat(again).isSameAs(first);
    assertThat(again.isReadable()).isFalse();
    lease.give(again);
    ByteBuf longer = lease.take(5000);
    assertThat(longer.writableBytes()).isGreaterThanOrEqualTo(5000);
    assertThat(first.refCnt()).isZero();
    lease.give(longer);
    lease.close();
    assertThat(longer.refCnt()).isZero();
  }

  @Test
  void manyUploadsAtOnceAreWrittenWhole() throws IOException {
    try (TestDevice device = TestDevice.open(home.resolve("d1"))) {
      device.makeContainer();
      List<Upload> underWay = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        Upload upload =
            device.device.upload(TestDevice.CONTAINER.object("u" + i), OptionalLong.of(BYTES));
        upload.write(Unpooled.wrappedBuffer(new byte[100_000])).join();
        underWay.add(upload);
      }
      device.put("short runs", BYTES);
      underWay.forEach(Upload::close);
      device.put("long runs", BYTES);
      for (String name : List.of("short runs", "long runs")) {
        assertThat(device.read(name))
            .hasValueSatisfying(
                bytes -> assertThat(bytes).isEqualTo(TestDevice.bytes(name, BYTES)));
      }
    }
  }
}
