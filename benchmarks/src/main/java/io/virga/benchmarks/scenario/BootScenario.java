package io.virga.benchmarks.scenario;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.cloud.Shell;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * From the request for a server to the guest's first line in user space, for a small and for a
 * large image.
 */
public final class BootScenario implements Scenario {

  private static final int BASE_PORT = 19700;
  private static final String FIRST_LINE = "virga-guest: up";
  private static final double LARGER_BY_AT_MOST_SECONDS = 1;
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);
  private static final Duration UPLOAD_LIMIT = Duration.ofMinutes(10);
  private static final Duration BOOT_LIMIT = Duration.ofMinutes(2);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);

  @Override
  public String name() {
    return "boot";
  }

  @Override
  public String summary() {
    return "server create to the guest's first user-space line, 64 MiB and 4 GiB images";
  }

  @Override
  public Findings run(Setting setting) {
    Path directory = setting.directory();
    int rounds = setting.quick() ? 1 : 3;
    try (Cloud cloud = new Cloud(setting.root(), directory.resolve("home"))) {
      cloud.up(BASE_PORT);
      Shell demo = cloud.demo();
      demo.run("openstack", "network", "create", "net");
      demo.run(
          ("openstack subnet create --network net --subnet-range 10.20.0.0/24 subnet").split(" "));
      upload(cloud, directory, "small", "64M");
      upload(cloud, directory, "large", "4G");
      double small = medianSeconds(cloud, "small", rounds);
      double large = medianSeconds(cloud, "large", rounds);
      return Findings.of(
          Figure.plain("server create to first user-space line, 64 MiB image", small, "s"),
          Figure.plain("server create to first user-space line, 4 GiB image", large, "s"),
          Figure.atMost(
              "what the larger image costs", large - small, "s", LARGER_BY_AT_MOST_SECONDS));
    }
  }

  private static void upload(Cloud cloud, Path directory, String name, String size) {
    Path file = directory.resolve(name + ".raw");
    cloud.imageBuild(BUILD_LIMIT, file, "--format", "raw", "--size", size, "--fill");
    cloud
        .demo()
        .attempt(
            UPLOAD_LIMIT,
            ("openstack image create --disk-format raw --container-format bare --file "
                    + file
                    + " "
                    + name)
                .split(" "))
        .orFail();
  }

  private static double medianSeconds(Cloud cloud, String image, int rounds) {
    List<Double> seconds = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      seconds.add(secondsToFirstLine(cloud, image, image + round));
    }
    seconds.sort(null);
    return seconds.get(rounds / 2);
  }

  /** The client's own start is in it, as it is for whoever types the command. */
  private static double secondsToFirstLine(Cloud cloud, String image, String name) {
    long before = System.nanoTime();
    String id =
        cloud
            .demo()
            .run(
                ("openstack server create --image "
                        + image
                        + " --flavor m1.small --network net -f value -c id "
                        + name)
                    .split(" "))
            .strip();
    Path console = cloud.consoleLog(Arrays.asList(id.split("\n")).getLast());
    Patience.await(
        "the first line of " + name,
        BOOT_LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(Cloud.contains(console, FIRST_LINE)).filter(seen -> seen));
    double seconds = (System.nanoTime() - before) / 1e9;
    cloud.demo().run("openstack", "server", "delete", "--wait", name);
    return seconds;
  }
}
