package io.virga.control.image.format;

import io.virga.control.fault.ApiFault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The descriptor of a VMDK (VMware, Virtual Disk Format 5.0, "The Descriptor File"): which files
 * the disk is made of. One that is a file of its own always names others; one within a sparse
 * extent may name that one alone.
 */
record VmdkDescriptor(String text) implements DiskHeader {

  private static final int MAX_LENGTH = 64 << 10;
  private static final Set<String> WHOLE = Set.of("monolithicSparse", "streamOptimized");
  private static final Pattern CREATE_TYPE = Pattern.compile("createType\\s*=\\s*\"([^\"]*)\"");

  /** Wherever one may begin: what QEMU reads goes over the ends of lines. */
  private static final Pattern EXTENT =
      Pattern.compile("(?<!\\S)(?:RW|RDONLY|NOACCESS)\\s++\\d++\\s++(\\S++)(?:\\s++\"([^\"]*)\")?");

  private static final Pattern PARENT = Pattern.compile("(?i)parentCID\\s*=\\s*(\\S+)");
  private static final String NO_PARENT = "ffffffff";

  /** As QEMU tells one: behind comments and empty lines comes the version. */
  static Optional<VmdkDescriptor> of(ByteBuffer head) {
    byte[] bytes = new byte[Math.min(head.limit(), MAX_LENGTH)];
    head.get(0, bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("version="))
        .map(line -> new VmdkDescriptor(text));
  }

  @Override
  public String format() {
    return "vmdk";
  }

  @Override
  public void check(long maxVirtualBytes) {
    throw ApiFault.badRequest(
        "The image is the descriptor of a VMDK, which names other files; an image must be whole.");
  }

  /** Refuses one within an extent that names anything but that. */
  void checkEmbedded() {
    List<String> types = all(CREATE_TYPE).limit(2).map(match -> match.group(1)).toList();
    if (types.size() != 1 || !WHOLE.containsAll(types)) {
      throw ApiFault.badRequest(
          "The image is a VMDK of the type %s; accepted are %s."
              .formatted(types, String.join(", ", WHOLE.stream().sorted().toList())));
    }
    List<MatchResult> extents = all(EXTENT).limit(2).toList();
    if (extents.size() != 1 || !isItself(extents.getFirst())) {
      throw ApiFault.badRequest(
          "The image is a VMDK of other extents than itself; an image must be whole.");
    }
    boolean parent =
        text.contains("parentFileNameHint")
            || all(PARENT).anyMatch(match -> !match.group(1).equalsIgnoreCase(NO_PARENT));
    if (parent) {
      throw ApiFault.badRequest("The image is a VMDK with a parent; an image must be whole.");
    }
  }

  private static boolean isItself(MatchResult extent) {
    String name = Optional.ofNullable(extent.group(2)).orElse("");
    return extent.group(1).equals("SPARSE") && !name.isEmpty() && !name.matches(".*[/\\\\:].*");
  }

  private Stream<MatchResult> all(Pattern pattern) {
    return pattern.matcher(text).results();
  }
}
