package io.virga.computeagent.configdrive;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.computeagent.domain.Instances;
import io.virga.computeagent.host.Programs;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ConfigDriveTest {

  private static final int VOLUME_LABEL = 16 * 2048 + 40;

  @TempDir Path folder;

  private static MetadataSpec metadata(Optional<String> userData) {
    return new MetadataSpec(
        Instances.ID,
        1,
        "project",
        "vm \"1\"",
        "vm-1",
        "nova",
        Map.of("key", "ssh-ed25519 AAAA"),
        Map.of("role", "web"),
        userData,
        List.of(),
        Map.of("root", "/dev/vda"));
  }

  private static JsonNode read(Map<String, byte[]> files, String path) {
    return Json.read(files.getOrDefault(path, new byte[0]), JsonNode.class);
  }

  @Test
  void tellsTheGuestWhoItIs() {
    Map<String, byte[]> files =
        ConfigDriveFiles.of(metadata(Optional.empty()), List.of(Instances.nic()));
    JsonNode data = read(files, "openstack/latest/meta_data.json");
    assertThat(data.path("uuid").asString("")).isEqualTo(Instances.ID);
    assertThat(data.path("name").asString("")).isEqualTo("vm \"1\"");
    assertThat(data.path("hostname").asString("")).isEqualTo("vm-1");
    assertThat(data.path("public_keys").path("key").asString("")).isEqualTo("ssh-ed25519 AAAA");
    assertThat(data.path("meta").path("role").asString("")).isEqualTo("web");
    JsonNode network = read(files, "openstack/latest/network_data.json");
    assertThat(network.path("links").path(0).path("ethernet_mac_address").asString(""))
        .isEqualTo(Instances.nic().mac());
    assertThat(files).doesNotContainKey("openstack/latest/user_data");
  }

  @Test
  void passesUserDataOnByteForByte() {
    byte[] bytes = {0, 1, (byte) 0xff, '\n'};
    Map<String, byte[]> files =
        ConfigDriveFiles.of(
            metadata(Optional.of(Base64.getEncoder().encodeToString(bytes))), List.of());
    assertThat(files.get("openstack/latest/user_data")).isEqualTo(bytes);
  }

  @Test
  @Tag("e2e")
  void writesAnImageThatOthersRead() throws Exception {
    Path image = folder.resolve("config-drive.iso");
    String userData = "#!/bin/sh\necho hello\n";
    ConfigDrive drive = new ConfigDrive(Path.of("/usr/bin/genisoimage"));
    drive.write(
        metadata(
            Optional.of(
                Base64.getEncoder().encodeToString(userData.getBytes(StandardCharsets.UTF_8)))),
        List.of(Instances.nic()),
        image);
    byte[] bytes = Files.readAllBytes(image);
    assertThat(new String(bytes, VOLUME_LABEL, 8, StandardCharsets.US_ASCII)).isEqualTo("config-2");
    Path listing = folder.resolve("listing.txt");
    Programs.run(listing, "isoinfo", "-J", "-x", "/openstack/latest/user_data", "-i", image + "");
    assertThat(listing).hasContent(userData.strip());
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(image, listing);
    }
  }
}
