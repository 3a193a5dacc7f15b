package io.virga.control.operator.command;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.provision.Provisioning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Runs by tempest the tests that the OpenStack interop guideline names, and those of networks and
 * volumes and images that are ours to pass; tempest's own summary is shown.
 */
final class Interoperability {

  private static final String NO_NETWORK =
      "external network public: openstack network create --external public";

  private static final String INSTALL = "apt-get install tempest";

  /** As tempest init has it: where tests are, and that those of a class run one after another. */
  private static final String DISCOVERY =
      """
      [DEFAULT]
      test_path=/usr/lib/python3/dist-packages/tempest/test_discover
      top_dir=/usr/lib/python3/dist-packages
      group_regex=([^\\.]*\\.)*
      """;

  private static final String NO_IMAGE =
      "active image: ./virga image build, then openstack image create guest";

  private final Home home;
  private final CommandLine line;

  Interoperability(Home home, CommandLine line) {
    this.home = home;
    this.line = line;
  }

  int run(String list) throws IOException, InterruptedException {
    Optional<Path> tempest = Machine.local().program("tempest");
    if (tempest.isEmpty()) {
      line.getErr().println("virga: tempest is not installed; to have it: " + INSTALL);
      return CommandLine.ExitCode.SOFTWARE;
    }
    Optional<String> resources =
        switch (list) {
          case "compute" -> resources().map(Resources::configuration);
          case "network" -> network();
          case "volume" -> image();
          default -> Optional.of("");
        };
    if (resources.isEmpty()) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    Path workspace = workspace(resources.get());
    Path tests = workspace.resolve(list + ".tests");
    PrivateFiles.write(
        tests, patterns(Installation.current().root().resolve("docs/interop/" + list + ".txt")));
    List<String> command =
        List.of(
            tempest.get().toString(),
            "run",
            "--config-file",
            workspace.resolve("etc").resolve("tempest.conf").toString(),
            "--include-list",
            tests.toString(),
            "--concurrency",
            "2");
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.directory(workspace.toFile());
    builder.environment().putAll(Map.of("PYTHONWARNINGS", "ignore"));
    return builder.start().waitFor();
  }

  /** Patterns of the tests that a list names: tempest appends a test's id to its name. */
  private static String patterns(Path list) throws IOException {
    return Files.readAllLines(list).stream()
        .distinct()
        .map(name -> "^" + name.replace(".", "\\.") + "(\\[|$)\n")
        .collect(Collectors.joining());
  }

  /**
   * What the tests of instances are to use; empty, and said why, if the cloud has not all of it.
   */
  private Optional<Resources> resources() throws IOException, InterruptedException {
    Map<String, String> urls = new Endpoints(home, Provisioning.configuration(home)).urls();
    try (RunningCloud cloud = new RunningCloud(urls, adminPassword())) {
      Optional<String> image = cloud.guestImage();
      Optional<String> otherImage = cloud.imageBeside(image.orElse(""));
      Optional<String> flavor = cloud.flavor("m1.tiny");
      Optional<String> otherFlavor = cloud.flavor("m1.small");
      Optional<String> network = cloud.publicNetwork();
      missing(image, NO_IMAGE);
      missing(otherImage, "second active image: openstack image create guest-2");
      missing(flavor, "flavor m1.tiny: openstack flavor create m1.tiny");
      missing(otherFlavor, "flavor m1.small: openstack flavor create m1.small");
      missing(network, NO_NETWORK);
      if (Stream.of(image, otherImage, flavor, otherFlavor, network).anyMatch(Optional::isEmpty)) {
        return Optional.empty();
      }
      return Optional.of(
          new Resources(
              image.get(), otherImage.get(), flavor.get(), otherFlavor.get(), network.get()));
    }
  }

  /** The network that leads outside, which tests of routers need; empty, and said so, if none. */
  private Optional<String> network() throws IOException, InterruptedException {
    Map<String, String> urls = new Endpoints(home, Provisioning.configuration(home)).urls();
    try (RunningCloud cloud = new RunningCloud(urls, adminPassword())) {
      Optional<String> network = cloud.publicNetwork();
      missing(network, NO_NETWORK);
      return network.map(
          id ->
              """
              [network]
              public_network_id = %s
              [network-feature-enabled]
              ipv6_subnet_attributes = true
              """
                  .formatted(id));
    }
  }

  /** The image that tests make volumes of; empty, and said so, if none. */
  private Optional<String> image() throws IOException, InterruptedException {
    Map<String, String> urls = new Endpoints(home, Provisioning.configuration(home)).urls();
    try (RunningCloud cloud = new RunningCloud(urls, adminPassword())) {
      Optional<String> image = cloud.guestImage();
      missing(image, NO_IMAGE);
      return image.map(
          id ->
              """
              [compute]
              image_ref = %s
              """
                  .formatted(id));
    }
  }

  private void missing(Optional<String> found, String what) {
    if (found.isEmpty()) {
      line.getErr().println("virga: the cloud has no " + what);
    }
  }

  private String adminPassword() {
    return PrivateFiles.read(home.secret("admin-password")).strip();
  }

  private Path workspace(String resources) throws IOException {
    Path workspace = PrivateFiles.folder(home.data().resolve("tempest"));
    PrivateFiles.folder(workspace.resolve("etc"));
    PrivateFiles.folder(workspace.resolve("lock"));
    PrivateFiles.write(
        workspace.resolve("etc").resolve("tempest.conf"), configuration(workspace) + resources);
    PrivateFiles.write(workspace.resolve(".stestr.conf"), DISCOVERY);
    return workspace;
  }

  private String configuration(Path workspace) {
    CloudConfiguration cloud = Provisioning.configuration(home);
    return """
    [DEFAULT]
    log_file = %1$s/tempest.log
    [oslo_concurrency]
    lock_path = %1$s/lock
    [auth]
    use_dynamic_credentials = true
    admin_username = admin
    admin_password = %2$s
    admin_project_name = admin
    admin_domain_name = Default
    [identity]
    uri_v3 = %3$s/identity/v3
    auth_version = v3
    v3_endpoint_type = public
    [identity-feature-enabled]
    api_v2 = false
    api_v2_admin = false
    [service_available]
    neutron = true
    horizon = false
    swift = true
    [object-storage]
    operator_role = member
    reseller_admin_role = admin
    [validation]
    run_validation = false
    [volume]
    max_microversion = 3.60
    vendor_name = Virga
    [volume-feature-enabled]
    backup = false
    [image]
    container_formats = bare
    disk_formats = raw,iso,vdi,vmdk,vhd,vhdx
    [image-feature-enabled]
    import_image = true
    os_glance_reserved = true
    [compute-feature-enabled]
    resize = true
    xenapi_apis = true
    """
        .formatted(workspace, adminPassword(), cloud.publicUrl(cloud.ports().control()));
  }

  /** The ids of what the tests boot, and of the network that leads outside. */
  private record Resources(
      String image, String otherImage, String flavor, String otherFlavor, String network) {

    String configuration() {
      return """
      [compute]
      max_microversion = 2.73
      image_ref = %s
      image_ref_alt = %s
      flavor_ref = %s
      flavor_ref_alt = %s
      [network]
      public_network_id = %s
      """
          .formatted(image, otherImage, flavor, otherFlavor, network);
    }
  }
}
