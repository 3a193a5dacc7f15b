package io.virga.benchmarks.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two guests of the demo tenant on one network, made with the stock client. The first, {@code vm1},
 * keeps counting on a data volume and prints {@code wrote N} once a second; the second, {@code
 * vm2}, logs in to the first by SSH, prints what it said, and then pings it once a second and
 * prints {@code pinged N} or {@code lost N}. Beside that it counts on a volume over iSCSI: what was
 * there when it came ({@code came with N}), and each second {@code puts N}, then {@code kept N}, or
 * {@code spoilt N} if that is not what it reads back.
 */
public final class Guests {

  private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);
  private static final Duration BOOT_LIMIT = Duration.ofMinutes(3);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);

  private static final String COUNT_ON_THE_VOLUME =
      """
      #!/bin/sh
      while [ ! -b /dev/vdb ]; do sleep 1; done
      mkdir -p /mnt
      if mount /dev/vdb /mnt 2>/dev/null; then
        echo "found $(cat /mnt/witness)"
      else
        mkfs.ext4 -q /dev/vdb 2>&1 && mount /dev/vdb /mnt && echo "left by vm1" > /mnt/witness && sync
        echo "formatted"
      fi
      i=$(cat /mnt/count 2>/dev/null || echo 0)
      echo "starts from $i"
      while :; do
        i=$((i+1))
        if echo $i > /mnt/count && sync; then echo "wrote $i"; else echo "failed $i"; fi
        sleep 1
      done
      """;

  private static final String PING_THE_FIRST =
      """
      #!/bin/sh
      cat > /tmp/key <<END
      %s
      END
      chmod 600 /tmp/key
      dropbearconvert openssh dropbear /tmp/key /tmp/id 2>/dev/null
      (
        while :; do
          until [ -b /dev/vdb ]; do sleep 1; done
          n=$(dd if=/dev/vdb bs=512 count=1 2>/dev/null | tr -dc 0-9)
          n=${n:-0}
          echo "came with $n"
          while [ -b /dev/vdb ]; do
            n=$((n+1))
            echo "puts $n"
            printf '%%-511s\\n' $n | dd of=/dev/vdb conv=notrunc,fsync 2>/dev/null
            echo 3 > /proc/sys/vm/drop_caches
            r=$(dd if=/dev/vdb bs=512 count=1 2>/dev/null | tr -dc 0-9)
            if [ "$r" = $n ]; then echo "kept $n"; elif [ -b /dev/vdb ]; then echo "spoilt $n"; fi
            sleep 1
          done
        done
      ) &
      until ping -c 1 -W 1 %s >/dev/null 2>&1; do echo "waits for the first guest"; sleep 1; done
      echo "ssh said: $(ssh -y -i /tmp/id root@%s hostname 2>&1 | tail -n 1)"
      i=0
      while :; do
        i=$((i+1))
        if ping -c 1 -W 2 %s >/dev/null 2>&1; then echo "pinged $i"; else echo "lost $i"; fi
        sleep 1
      done
      """;

  private final Cloud cloud;
  private final Path directory;
  private boolean tried;
  private @Nullable RuntimeException failure;

  /**
   * @param directory for the image and keys; need not exist
   */
  public Guests(Cloud cloud, Path directory) {
    this.cloud = cloud;
    this.directory = directory;
  }

  /** Boots both the first time, and says again what went wrong every later time. */
  public void bootOnce() {
    if (!tried) {
      tried = true;
      try {
        boot();
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw new IllegalStateException("the guests did not come up", failure);
    }
  }

  /** The console of a server, as the stock client shows it. */
  public String console(String server) {
    return cloud.demo().run("openstack", "console", "log", "show", server);
  }

  /**
   * Waits until the console of a server has a line that contains {@code text}, and returns the
   * newest such line.
   */
  public String awaitLine(String server, String text) {
    try {
      return Patience.await(
          "'" + text + "' on the console of " + server,
          BOOT_LIMIT,
          LOOK_INTERVAL,
          () -> lastLine(server, text));
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + "; the console:\n" + console(server), e);
    }
  }

  /** The newest line on a server's console that contains {@code text}. */
  public Optional<String> lastLine(String server, String text) {
    List<String> lines =
        cloud.printed(cloud.demo(), server).lines().filter(line -> line.contains(text)).toList();
    return lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast());
  }

  /** The number that ends the newest line that contains {@code text}, 0 without such a line. */
  public long lastNumber(String server, String text) {
    return lastLine(server, text)
        .map(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1).strip()))
        .orElse(0L);
  }

  /**
   * Waits until the number behind {@code text} has grown by {@code more}: proof that the guest goes
   * on.
   */
  public void awaitProgress(String server, String text, long more) {
    long before = lastNumber(server, text);
    Patience.await(
        server + " to get from '" + text + "' " + before + " on by " + more,
        BOOT_LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(lastNumber(server, text)).filter(now -> now >= before + more));
  }

  /** The address of a server on the tenant's network. */
  public String address(String server) {
    String addresses =
        cloud.demo().run("openstack", "server", "show", server, "-f", "json", "-c", "addresses");
    int start = addresses.indexOf("10.20.0.");
    int end = start;
    while (end < addresses.length() && "0123456789.".indexOf(addresses.charAt(end)) >= 0) {
      end++;
    }
    return addresses.substring(start, end);
  }

  private void boot() {
    Shell demo = cloud.demo();
    Path image = directory.resolve("guest.qcow2");
    Path key = directory.resolve("id_ed25519");
    try {
      Files.createDirectories(directory);
      cloud.imageBuild(BUILD_LIMIT, image);
      demo.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "e2e", "-f", key.toString());
      openstack(
          "image create --disk-format qcow2 --container-format bare --file " + image + " guest");
      openstack("network create net1");
      openstack("subnet create --network net1 --subnet-range 10.20.0.0/24 subnet1");
      openstack("keypair create --public-key " + key + ".pub key1");
      openstack("security group create reachable");
      openstack("security group rule create --protocol icmp reachable");
      openstack("security group rule create --protocol tcp --dst-port 22 reachable");
      openstack("volume create --size 1 data");
      Path count = Files.writeString(directory.resolve("count.sh"), COUNT_ON_THE_VOLUME);
      create("vm1", count);
      openstack("server add volume vm1 data");
      String first = address("vm1");
      Path ping =
          Files.writeString(
              directory.resolve("ping.sh"),
              PING_THE_FIRST.formatted(Files.readString(key).strip(), first, first, first));
      create("vm2", ping);
      cloud
          .admin()
          .run(
              "openstack volume type create --property storage_protocol=iSCSI over-iscsi"
                  .split(" "));
      openstack("volume create --size 1 --type over-iscsi counted");
      openstack("server add volume vm2 counted");
      awaitLine("vm1", "wrote ");
      awaitLine("vm2", "pinged ");
      awaitLine("vm2", "kept ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void create(String name, Path userData) {
    openstack(
        "server create --image guest --flavor m1.tiny --network net1 --key-name key1"
            + " --security-group reachable --wait --user-data "
            + userData
            + " "
            + name);
  }

  private void openstack(String arguments) {
    cloud.demo().run(("openstack " + arguments).split(" "));
  }
}
