package io.virga.computeagent.facts;

import io.virga.computeagent.domain.VirtType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether KVM works here. {@code /dev/kvm} alone does not tell: some machines have one under which
 * a guest hangs; the processor must show {@code vmx} or {@code svm} too.
 */
public final class VirtTypeDetection {

  private VirtTypeDetection() {}

  /** Of this machine. Blocks. */
  public static VirtType detect() throws IOException {
    return detect(Path.of("/dev/kvm"), Path.of("/proc/cpuinfo"));
  }

  static VirtType detect(Path device, Path cpuInformation) throws IOException {
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      return VirtType.QEMU;
    }
    try (Stream<String> lines = Files.lines(cpuInformation)) {
      boolean virtualizes =
          lines
              .filter(line -> line.startsWith("flags"))
              .map(line -> List.of(line.split("\\s+")))
              .anyMatch(flags -> flags.contains("vmx") || flags.contains("svm"));
      return virtualizes ? VirtType.KVM : VirtType.QEMU;
    }
  }
}
