package io.virga.control.image.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.fault.ApiFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the first bytes of an image are refused for; the files are qemu-img's own. */
final class HeadCheckTest {

  private static final long MAX = 1L << 30;
  private static final int SECTOR = 512;
  private static final String WHOLE = "monolithicSparse";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "qcow2, qcow2, ",
    "vmdk, vmdk, ",
    "vmdk, vmdk, subformat=streamOptimized",
    "vdi, vdi, ",
    "vpc, vhd, ",
    "vhdx, vhdx, "
  })
  void takesWholeImagesInWhateverPiecesTheyCome(String driver, String format, String options)
      throws Exception {
    byte[] image = made(driver, options);
    assertThatCode(() -> check(format, image, image.length)).doesNotThrowAnyException();
    assertThatCode(() -> check(format, Arrays.copyOf(image, 70_000), 1)).doesNotThrowAnyException();
    for (String other : Stream.of("raw", "iso", "qcow2", "vdi", "ami").toList()) {
      if (!other.equals(format)) {
        refused(other, image, "is in the format " + format + ", not " + other);
        assertThatThrownBy(() -> check(other, image, 3)).isInstanceOf(ApiFault.class);
      }
    }
  }

  @Test
  void takesAnythingThatIsInNoKnownFormat() {
    byte[] random = new byte[200_000];
    new Random(3).nextBytes(random);
    for (String format : List.of("raw", "iso", "vdi", "vmdk", "vhd", "vhdx", "aki")) {
      assertThatCode(() -> check(format, random, 10_000)).doesNotThrowAnyException();
      assertThatCode(() -> check(format, new byte[0], 1)).doesNotThrowAnyException();
    }
    refused("qcow2", random, "not in the format qcow2");
    refused("qcow2", new byte[0], "not in the format qcow2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"})
  void refusesVmdksOfSeveralFiles(String type) throws Exception {
    made("vmdk", "subformat=" + type);
    byte[] descriptor = Files.readAllBytes(folder.resolve("disk.vmdk"));
    refused("vmdk", descriptor, "names other files");
    refused("raw", descriptor, "is in the format vmdk, not raw");
  }

  @ParameterizedTest
  @CsvSource({
    "createType=\"monolithicSparse\", createType=\"monolithicFlat\", of the type",
    "createType=\"monolithicSparse\", createType=\"custom\", of the type",
    "createType=\"monolithicSparse\", xreateType=\"monolithicSparse\", of the type",
    "SPARSE \"disk.vmdk\", FLAT \"disk.vmdk\", other extents",
    "SPARSE \"disk.vmdk\", SPARSE \"/etc/shd\", other extents",
    "SPARSE \"disk.vmdk\", SPARSE \"../d.vmd\", other extents",
    "parentCID=ffffffff, parentCID=12345678, with a parent"
  })
  void refusesDescriptorsThatNameOtherFiles(String honest, String forged, String why)
      throws Exception {
    byte[] image = made("vmdk", "subformat=" + WHOLE);
    assertThat(new String(image, ISO_8859_1)).contains(honest);
    refused("vmdk", replaced(image, honest, forged), why);
  }

  @Test
  void refusesASecondExtentOrASecondType() throws Exception {
    byte[] image = made("vmdk", "subformat=" + WHOLE);
    String text = new String(image, ISO_8859_1);
    int end = text.indexOf('\0', text.indexOf("# The Disk Data Base"));
    refused("vmdk", inserted(image, end, "\nRW 1 FLAT \"/etc/shadow\" 0\n"), "other extents");
    refused("vmdk", inserted(image, end, "\nRW 1\nFLAT\n\"/etc/shadow\" 0\n"), "other extents");
    refused("vmdk", inserted(image, end, "\ncreateType=\"vmfs\"\n"), "of the type");
    refused("vmdk", inserted(image, end, "\nparentFileNameHint=\"/x\"\n"), "with a parent");
  }

  /** The descriptor is the tenant's: it must not take more time than its length says. */
  @Test
  @Timeout(5)
  void looksAtADescriptorOnce() throws Exception {
    byte[] image = made("vmdk", "subformat=" + WHOLE);
    int begin = new String(image, ISO_8859_1).indexOf("# Disk DescriptorFile");
    int length = 100 << 10;
    byte[] lines = Arrays.copyOf(image, begin + length);
    String text = "version=1\ncreateType=\"%s\"\n".formatted(WHOLE);
    Arrays.fill(lines, begin, lines.length, (byte) '\n');
    System.arraycopy(text.getBytes(ISO_8859_1), 0, lines, begin, text.length());
    ByteBuffer.wrap(lines).order(ByteOrder.LITTLE_ENDIAN).putLong(36, length / SECTOR);
    refused("vmdk", lines, "other extents");
  }

  @Test
  void refusesAVmdkWithoutADiskOfItsOwn() throws Exception {
    byte[] image = made("vmdk", "subformat=" + WHOLE);
    refused("vmdk", with(image, 12, 0), "disk of 0 bytes");
    refused("vmdk", with(image, 12, MAX / SECTOR + 1), "accepted are 1 to");
    refused("vmdk", with(image, 12, Long.MIN_VALUE), "accepted are 1 to");
    refused("vmdk", with(image, 28, 0), "without a descriptor");
    refused("vmdk", with(image, 28, 1L << 40), "without a descriptor");
    refused("vmdk", with(image, 36, Long.MAX_VALUE), "without a descriptor");
    refused("vmdk", Arrays.copyOf(image, 20), "disk of 0 bytes");
  }

  @Test
  void refusesDifferencesToOtherDisks() throws Exception {
    byte[] vdi = made("vdi", null);
    refused("vdi", with(vdi, 0x4c, 4, Integer.BYTES), "VDI of the type 4");
    refused("vdi", with(vdi, 0x170, MAX + 1), "accepted are 1 to");
    refused("vdi", Arrays.copyOf(vdi, 0x60), "VDI of the type 0");
    byte[] vhd = made("vpc", null);
    byte[] difference = vhd.clone();
    ByteBuffer.wrap(difference).putInt(60, 4);
    refused("vhd", difference, "VHD of the type 4");
    byte[] huge = vhd.clone();
    ByteBuffer.wrap(huge).putLong(48, MAX + 1);
    refused("vhd", huge, "accepted are 1 to");
  }

  @Test
  void neverFailsOtherwiseOnWhateverBytes() throws Exception {
    Random random = new Random(11);
    byte[] image = made("vmdk", "subformat=" + WHOLE);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = Arrays.copyOf(image, 1 + random.nextInt(20 * SECTOR));
      for (int n = random.nextInt(40); n > 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        check("vmdk", damaged, 1 + random.nextInt(5000));
      } catch (ApiFault e) {
        assertThat(e.message()).startsWith("The image");
      }
    }
  }

  private static void refused(String declared, byte[] image, String why) {
    assertThatThrownBy(() -> check(declared, image, 4096))
        .isInstanceOf(ApiFault.class)
        .hasMessageContaining(why);
  }

  private static void check(String declared, byte[] image, int pieceBytes) {
    HeadCheck check = new HeadCheck(declared, MAX);
    for (int from = 0; from < image.length; from += pieceBytes) {
      check.accept(Arrays.copyOfRange(image, from, Math.min(image.length, from + pieceBytes)));
    }
    check.finish();
  }

  private static byte[] replaced(byte[] image, String from, String to) {
    String padded = to + " ".repeat(from.length() - to.length());
    return new String(image, ISO_8859_1).replace(from, padded).getBytes(ISO_8859_1);
  }

  private static byte[] inserted(byte[] image, int at, String text) {
    byte[] changed = image.clone();
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, changed, at, bytes.length);
    return changed;
  }

  private static byte[] with(byte[] image, int offset, long value) {
    return with(image, offset, value, Long.BYTES);
  }

  private static byte[] with(byte[] image, int offset, long value, int length) {
    byte[] changed = image.clone();
    ByteBuffer bytes = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    if (length == Long.BYTES) {
      bytes.putLong(offset, value);
    } else {
      bytes.putInt(offset, (int) value);
    }
    return changed;
  }

  private byte[] made(String driver, @Nullable String options) throws Exception {
    Path file = folder.resolve("disk." + driver);
    Stream<String> format = Stream.of("qemu-img", "create", "-q", "-f", driver);
    Stream<String> chosen = options == null ? Stream.of() : Stream.of("-o", options);
    Stream<String> what = Stream.of(file.toString(), "4M");
    Process process =
        new ProcessBuilder(Stream.of(format, chosen, what).flatMap(words -> words).toList())
            .redirectErrorStream(true)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(new String(process.getInputStream().readAllBytes(), ISO_8859_1))
        .isZero();
    return Files.readAllBytes(file);
  }
}
