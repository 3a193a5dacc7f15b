package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.LabHost;
import io.virga.netagent.lab.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guests that look up names at their host: real packets, and a resolver of the host. */
@Tag("e2e")
@Timeout(120)
class DnsTest {

  private static final String SERVER = "169.254.169.254";
  private static final PortSpec FIRST = Desired.port(1, Desired.OPEN);
  private static final PortSpec SECOND = Desired.port(2, Desired.OPEN);
  private static final PortSpec FOREIGN = Desired.inOtherNetwork(4, Desired.OPEN);

  /** Says of every name that it has the address 192.0.2.99. */
  private static final String RESOLVER =
      """
      import socket, sys
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.bind(('127.0.0.1', 5300))
      print('ready', flush=True)
      while True:
          q, who = s.recvfrom(4096)
          end = 12
          while q[end]: end += q[end] + 1
          head = q[:2] + b'\\x81\\x80\\0\\1\\0\\1\\0\\0\\0\\0'
          s.sendto(head + q[12:end + 5] + b'\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x3c\\0\\4\\xc0\\0\\2\\x63', who)
      """;

  /** Asks for a name over UDP without EDNS, or over TCP; prints the flags and how many answers. */
  private static final String QUESTION =
      """
      import socket, struct, sys
      way, name = sys.argv[1], sys.argv[2]
      labels = b''.join(bytes([len(l)]) + l.encode() for l in name.split('.'))
      q = b'\\x12\\x34\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0' + labels + b'\\0\\0\\1\\0\\1'
      if way == 'udp':
          s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
          s.settimeout(3)
          s.sendto(q, ('169.254.169.254', 53))
          a = s.recv(4096)
      else:
          s = socket.create_connection(('169.254.169.254', 53), 3)
          s.sendall(struct.pack('>H', len(q)) + q)
          f = s.makefile('rb')
          a = f.read(struct.unpack('>H', f.read(2))[0])
      flags, _, answers = struct.unpack('>HHH', a[2:8])
      print('id=%x truncated=%d code=%d answers=%d' % (a[0] << 8 | a[1], flags >> 9 & 1, flags & 15, answers))
      """;

  /** Asks two thousand times as fast as it can; prints how many answers came within a second. */
  private static final String FLOOD =
      """
      import socket, time
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      q = b'\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\7guest-2\\0\\0\\1\\0\\1'
      for i in range(2000): s.sendto(bytes([i >> 8, i & 255]) + q, ('169.254.169.254', 53))
      end, n = time.time() + 1, 0
      while time.time() < end:
          s.settimeout(max(0.01, end - time.time()))
          try:
              s.recv(4096)
              n += 1
          except TimeoutError: pass
      print('answers=%d' % n)
      """;

  private static final String SCRIPT =
      """
      #!/bin/sh
      [ "$1" = bound ] && echo "dns=$dns domain=$domain"
      """;

  @TempDir static Path directory;

  private static Lab lab;
  private static Process resolver;
  private static Guest first;
  private static Guest second;
  private static Guest foreign;

  private static NetworkSpec withoutServers(NetworkSpec network) {
    NetworkSpec.SubnetSpec subnet = network.subnets().getFirst();
    return Desired.with(
        network,
        Map.of(
            "subnets",
            List.of(
                new NetworkSpec.SubnetSpec(
                    subnet.id(),
                    subnet.cidr(),
                    subnet.gatewayIp(),
                    true,
                    List.of(),
                    List.of(),
                    subnet.raMode(),
                    subnet.addressMode()))));
  }

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 1);
    lab.say(
        withoutServers(Desired.network()),
        withoutServers(Desired.otherNetwork()),
        Desired.open(),
        FIRST,
        SECOND,
        FOREIGN);
    LabHost host = lab.host(0).set("virga.netagent.dns-resolvers", "127.0.0.1:5300");
    Files.writeString(directory.resolve("resolver.py"), RESOLVER);
    Files.writeString(directory.resolve("question.py"), QUESTION);
    Files.writeString(directory.resolve("flood.py"), FLOOD);
    Path ready = directory.resolve("resolver.out");
    resolver =
        new Guest(host.ovs().namespace())
            .start(ready, "python3 " + directory.resolve("resolver.py"));
    Eventually.isTrue("the resolver is there", () -> holds(() -> Files.readString(ready), "ready"));
    lab.startAgents();
    first = host.plug(FIRST).configure("10.0.0.11/24", "10.0.0.1");
    second = host.plug(SECOND).configure("10.0.0.12/24", "10.0.0.1");
    foreign = host.plug(FOREIGN).configure("10.0.0.14/24", "10.0.0.1");
    lab.awaitWired(FIRST, SECOND, FOREIGN);
  }

  @AfterAll
  static void stop() throws Exception {
    resolver.destroy();
    lab.close();
  }

  private static boolean holds(Callable<String> said, String text) {
    try {
      return said.call().contains(text);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static Shell.Result lookUp(Guest guest, String words) throws Exception {
    return guest.run("busybox nslookup " + words + " " + SERVER);
  }

  private static String ask(String way, String name) throws Exception {
    return first.must("python3 %s %s %s".formatted(directory.resolve("question.py"), way, name));
  }

  @Test
  void findsPortsOfItsNetworkByNameAndByAddress() throws Exception {
    assertThat(lookUp(first, "-type=a guest-2.openstacklocal").output()).contains("10.0.0.12");
    assertThat(lookUp(first, "10.0.0.12").output()).contains("name = guest-2.openstacklocal");
    assertThat(lookUp(second, "-type=a guest-1.openstacklocal").output()).contains("10.0.0.11");
  }

  @Test
  void findsNothingOfOtherNetworks() throws Exception {
    assertThat(lookUp(first, "-type=a guest-4").output()).contains("NXDOMAIN");
    assertThat(lookUp(foreign, "-type=a guest-4").output()).contains("10.0.0.14");
    assertThat(lookUp(foreign, "-type=a guest-1").output()).contains("NXDOMAIN");
  }

  @Test
  void findsAPortAsSoonAsItsHostIsTold() throws Exception {
    PortSpec later = Desired.on("host-b", Desired.port(7, Desired.OPEN));
    assertThat(lookUp(first, "-type=a guest-7").output()).contains("NXDOMAIN");
    lab.say(later);
    Eventually.isTrue(
        "the new name is found",
        () -> holds(() -> lookUp(first, "-type=a guest-7").output(), "10.0.0.17"));
  }

  @Test
  void otherNamesAreAskedOfTheResolversOfTheHost() throws Exception {
    assertThat(lookUp(first, "-type=a www.example.com").output()).contains("192.0.2.99");
  }

  @Test
  void whatIsTooLongForADatagramComesByTcp() throws Exception {
    List<PortSpec.FixedAddress> addresses =
        IntStream.range(100, 150)
            .mapToObj(number -> new PortSpec.FixedAddress(Desired.SUBNET, "10.0.0." + number))
            .toList();
    lab.say(Desired.on("host-b", Desired.with(Desired.port(8), Map.of("addresses", addresses))));
    Eventually.isTrue("the new name is found", () -> holds(() -> ask("udp", "guest-8"), "code=0"));
    assertThat(ask("udp", "guest-8")).contains("id=1234 truncated=1 code=0 answers=0");
    assertThat(ask("tcp", "guest-8")).contains("id=1234 truncated=0 code=0 answers=50");
    assertThat(ask("tcp", "www.example.com")).as("the resolver has no TCP").contains("code=2");
  }

  @Test
  void oneGuestDoesNotKeepTheOthersFromBeingAnswered() throws Exception {
    String flood = first.must("python3 " + directory.resolve("flood.py"));
    int answers = Integer.parseInt(flood.strip().substring("answers=".length()));
    assertThat(answers).as("of 2000 within a second").isBetween(1, 400);
    assertThat(lookUp(second, "-type=a guest-1").output()).contains("10.0.0.11");
  }

  @Test
  void dhcpNamesTheHostAndTheDomain() throws Exception {
    Path script = directory.resolve("udhcpc.script");
    Files.writeString(script, SCRIPT);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    assertThat(
            second.run("busybox udhcpc -f -q -n -t 5 -T 1 -i eth0 -O domain -s " + script).output())
        .contains("dns=169.254.169.254 domain=openstacklocal");
  }
}
