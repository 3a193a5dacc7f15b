package io.virga.control.operator.external;

import io.virga.control.network.address.IpPrefix;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.host.Programs;
import io.virga.control.operator.host.Routes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Guests leave under this machine's address. It is one nftables table of the home's own, and the
 * forwarding of the bridge and of the interfaces of the default route, which is noted and undone.
 * Where forwarding was off before, the machine passes on nothing but what belongs to connections of
 * guests: it does not become a router of its neighbours.
 */
final class Masquerade {

  private static final String PROGRAM = "nft";
  private static final Path INTERFACES = Path.of("/proc/sys/net/ipv4/conf");

  private final Path rules;
  private final Path note;
  private final String table;
  private final String bridge;
  private final IpPrefix range;
  private boolean done;

  /**
   * @param run a folder that is empty after a restart of the machine
   */
  Masquerade(Path run, int basePort, String bridge, IpPrefix range) {
    this.rules = run.resolve("masquerade.nft");
    this.note = run.resolve("forwarding");
    this.table = "virga" + basePort;
    this.bridge = bridge;
    this.range = range;
  }

  /** Why it cannot be had on this machine, if it cannot. */
  static Optional<String> obstacle(Machine machine) {
    if (machine.program(PROGRAM).isEmpty()) {
      return Optional.of("missing: " + Machine.installCommand(List.of("nftables")));
    }
    return Files.isWritable(INTERFACES.resolve("all").resolve("forwarding"))
        ? Optional.empty()
        : Optional.of("the kernel's settings cannot be written here: " + INTERFACES);
  }

  /** Makes it once in the life of this process. */
  synchronized void ensure() {
    if (done) {
      return;
    }
    List<String> off =
        Stream.concat(Stream.of(bridge), Routes.now().uplinks().stream())
            .filter(name -> !forwards(name))
            .toList();
    noteAlso(off);
    PrivateFiles.writeForThisBoot(rules, text(noted()));
    Programs.run(List.of(PROGRAM, "-f", rules.toString()));
    off.forEach(name -> set(name, "1"));
    done = true;
  }

  synchronized void remove() {
    done = false;
    undoForwarding();
    if (Files.exists(rules)) {
      PrivateFiles.writeForThisBoot(
          rules, "table ip %s\ndelete table ip %s\n".formatted(table, table));
      Programs.run(List.of(PROGRAM, "-f", rules.toString()));
    }
    try {
      Files.deleteIfExists(rules);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + rules, e);
    }
  }

  /** Not where somebody else has switched forwarding on for all interfaces since. */
  private void undoForwarding() {
    if (!forwards("all")) {
      noted().stream().filter(name -> Files.exists(forwarding(name))).forEach(n -> set(n, "0"));
    }
    try {
      Files.deleteIfExists(note);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + note, e);
    }
  }

  /**
   * A table is named first, so that it is there to be emptied.
   *
   * @param opened the interfaces that forward for this table alone
   */
  String text(List<String> opened) {
    String closed =
        opened.stream()
            .filter(name -> !name.equals(bridge))
            .map("    iifname \"%s\" drop\n"::formatted)
            .collect(Collectors.joining());
    return """
        table ip %1$s
        delete table ip %1$s
        table ip %1$s {
          chain postrouting {
            type nat hook postrouting priority srcnat; policy accept;
            ip saddr %2$s oifname != "%3$s" masquerade
          }
          chain forward {
            type filter hook forward priority filter; policy accept;
            iifname "%3$s" ip saddr != %2$s drop
            ct state established,related accept
        %4$s  }
        }
        """
        .formatted(table, range, bridge, closed);
  }

  /** Before anything is changed, so that a process that is killed leaves nothing unknown. */
  private void noteAlso(List<String> names) {
    TreeSet<String> all = new TreeSet<>(noted());
    all.addAll(names);
    PrivateFiles.writeForThisBoot(note, String.join("\n", all));
  }

  private List<String> noted() {
    if (!Files.exists(note)) {
      return List.of();
    }
    return new ArrayList<>(PrivateFiles.read(note).lines().filter(l -> !l.isBlank()).toList());
  }

  private static boolean forwards(String name) {
    return PrivateFiles.read(forwarding(name)).strip().equals("1");
  }

  private static Path forwarding(String name) {
    return INTERFACES.resolve(name).resolve("forwarding");
  }

  private static void set(String name, String value) {
    try {
      Files.writeString(forwarding(name), value);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + forwarding(name), e);
    }
  }
}
