package io.virga.control.operator.command;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.supervise.ChildState;
import io.virga.control.operator.supervise.CloudState;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Says where the cloud is and what to type next. */
final class Endpoints {

  private final Home home;
  private final CloudConfiguration cloud;

  Endpoints(Home home, CloudConfiguration cloud) {
    this.home = home;
    this.cloud = cloud;
  }

  /** The public URLs by what they serve. */
  Map<String, String> urls() {
    String control = cloud.publicUrl(cloud.ports().control());
    String objects = cloud.publicUrl(cloud.ports().objectstore());
    Map<String, String> urls = new LinkedHashMap<>();
    urls.put("identity", control + "/identity/v3");
    urls.put("compute", control + "/compute/v2.1");
    urls.put("image", control + "/image");
    urls.put("volume", control + "/volume/v3");
    urls.put("network", control + "/network");
    urls.put("swift", objects + "/v1");
    urls.put("s3", objects);
    return urls;
  }

  void announce(PrintWriter out, CloudState state, long millis) {
    out.printf("%nAll healthy after %.1f s.%n%n", millis / 1000.0);
    urls().forEach((name, url) -> out.printf("  %-10s %s%n", name, url));
    state.off().forEach((name, reason) -> out.printf("  off: %s (%s)%n", name, reason));
    out.printf("%nNext:%n  . %s && openstack token issue%n", shown("openrc-demo"));
    out.printf("  . %s && aws s3 mb s3://first%n", shown("s3.env"));
    out.flush();
  }

  void complain(PrintWriter err, Optional<CloudState> state) {
    if (state.isEmpty()) {
      err.println("virga: the supervisor did not start; see " + home.output("supervisor"));
      return;
    }
    state.get().processes().stream()
        .filter(process -> process.state() != ChildState.UP)
        .forEach(
            process ->
                err.printf(
                    "virga: %s is not healthy (%s); see ./virga logs %s%n",
                    process.name(), ProgressView.text(process), process.name()));
  }

  private String shown(String file) {
    Path here = Path.of("").toAbsolutePath();
    Path path = home.root().resolve(file);
    return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
  }
}
