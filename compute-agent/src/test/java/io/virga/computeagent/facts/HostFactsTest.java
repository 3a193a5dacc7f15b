package io.virga.computeagent.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.computeagent.domain.VirtType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {

  @TempDir Path folder;

  private VirtType detect(boolean device, String cpuInformation) throws IOException {
    Path kvm = folder.resolve("kvm");
    if (device) {
      Files.createFile(kvm);
    }
    return VirtTypeDetection.detect(
        kvm, Files.writeString(folder.resolve("cpuinfo"), cpuInformation));
  }

  @Test
  void usesKvmWhereTheDeviceIsAndTheProcessorVirtualizes() throws IOException {
    assertThat(detect(true, "model name\t: x\nflags\t\t: fpu svm sse\n")).isEqualTo(VirtType.KVM);
  }

  @Test
  void distrustsADeviceWithoutAProcessorThatVirtualizes() throws IOException {
    assertThat(detect(true, "flags\t\t: fpu svm_lock vmxoff\nbugs\t: vmx\n"))
        .isEqualTo(VirtType.QEMU);
  }

  @Test
  void emulatesWithoutTheDevice() throws IOException {
    assertThat(detect(false, "flags\t\t: vmx\n")).isEqualTo(VirtType.QEMU);
  }

  @Test
  void readsTheMemoryInKibibytes() throws IOException {
    Path file = folder.resolve("meminfo");
    Files.writeString(file, "MemFree:  1 kB\nMemTotal:       24684084 kB\n");
    assertThat(HostCapacity.memoryBytes(file)).isEqualTo(24684084L * 1024);
  }

  @Test
  void measuresThisMachine() throws IOException {
    HostCapacity capacity = HostCapacity.measure(folder, 1);
    assertThat(HostCapacity.measure(folder, 4).memoryBytes()).isEqualTo(capacity.memoryBytes() / 4);
    assertThat(capacity.vcpus()).isPositive();
    assertThat(capacity.memoryBytes()).isGreaterThan(64L << 20);
    assertThat(capacity.diskBytes()).isPositive();
  }
}
