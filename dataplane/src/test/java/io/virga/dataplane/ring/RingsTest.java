package io.virga.dataplane.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingsTest {

  @TempDir Path directory;

  @BeforeEach
  void make() throws IOException {
    InitialRing.ensureAll(directory, List.of("127.0.0.1"), 8710, "d1");
  }

  @Test
  void opensWhatANewCloudBeginsWith() throws IOException {
    Rings rings = Rings.open(directory);
    assertThat(rings.policies()).isEqualTo(StoragePolicies.INITIAL);
    for (Ring ring : List.of(rings.account(), rings.container(), rings.object(0))) {
      assertThat(ring.devices())
          .containsExactly(new RingDevice(0, 1, 1, "127.0.0.1", 8710, "d1", 100));
      assertThat(ring.replicas()).isEqualTo(1);
    }
    assertThatThrownBy(() -> rings.object(1)).hasMessage("there is no storage policy 1");
    assertThat(directory.resolve("policies.json")).content().contains("\"default\" : true");
  }

  @Test
  void takesWhatChangedAndKeepsTheRest() throws IOException {
    Rings rings = Rings.open(directory);
    assertThat(rings.reload()).isFalse();
    RingBuilder builder = RingBuilder.of(rings.container());
    builder.add(1, 2, "h2", 8710, "d1", 100);
    RingFile.write(builder.rebalance(Instant.EPOCH).ring(), directory.resolve("container.ring"));
    assertThat(rings.reload()).isTrue();
    assertThat(rings.container().devices()).hasSize(2);
    assertThat(rings.account().devices()).hasSize(1);
    assertThat(rings.reload()).isFalse();
  }

  @Test
  void tellsOfANewRingBeforeItIsInUse() throws IOException {
    Rings rings = Rings.open(directory);
    List<Long> inUse = new ArrayList<>();
    rings.beforeChange(() -> inUse.add(rings.container().version()));
    RingBuilder builder = RingBuilder.of(rings.container());
    builder.add(1, 2, "h2", 8710, "d1", 100);
    RingFile.write(builder.rebalance(Instant.EPOCH).ring(), directory.resolve("container.ring"));
    rings.reload();
    rings.reload();
    assertThat(inUse).containsExactly(1L);
    assertThat(rings.container().version()).isEqualTo(2);
  }

  @Test
  void aNewPolicyBringsItsRing() throws IOException {
    Rings rings = Rings.open(directory);
    StoragePolicies policies =
        new StoragePolicies(
            List.of(
                new StoragePolicy(7, "gold", true, false),
                new StoragePolicy(0, "default", false, true)));
    policies.write(directory.resolve("policies.json"));
    assertThatThrownBy(rings::reload).isInstanceOf(IOException.class);
    assertThat(rings.policies()).isEqualTo(StoragePolicies.INITIAL);
    InitialRing.ensure(directory.resolve("object-7.ring"), List.of("h7"), 8710, "d7");
    assertThat(rings.reload()).isTrue();
    assertThat(rings.policies().byDefault().name()).isEqualTo("gold");
    assertThat(rings.policies().byName("GOLD")).isEqualTo(rings.policies().byIndex(7));
    assertThat(rings.policies().byIndex(0).orElseThrow().deprecated()).isTrue();
    assertThat(rings.object(7).devices()).extracting(RingDevice::host).containsExactly("h7");
  }

  @Test
  void aDamagedFileStopsNoOtherAndLeavesItsRingInUse() throws IOException {
    Rings rings = Rings.open(directory);
    Files.writeString(directory.resolve("account.ring"), "no ring at all");
    RingBuilder builder = RingBuilder.of(rings.object(0));
    builder.add(1, 2, "h2", 8710, "d1", 100);
    RingFile.write(builder.rebalance(Instant.EPOCH).ring(), directory.resolve("object.ring"));
    assertThatThrownBy(rings::reload).hasMessageContaining("account.ring is damaged");
    assertThat(rings.account().devices()).hasSize(1);
    assertThat(rings.object(0).devices()).hasSize(2);
  }

  @Test
  void refusesPoliciesThatCannotBe() {
    assertRefused("{}", "no storage policies");
    assertRefused("[]", "no storage policy with the index 0");
    assertRefused("[{\"index\": 0, \"name\": \"a\"}]", "exactly one");
    assertRefused("[{\"index\": 0}]", "an index and a name");
    assertRefused(
        "[{\"index\":0,\"name\":\"a\",\"default\":true,\"deprecated\":true}]", "and deprecated");
    assertRefused("[{\"index\":0,\"name\":\"a b\",\"default\":true}]", "'a b'");
    assertRefused("[{\"index\":1000,\"name\":\"a\",\"default\":true}]", "1000");
    assertRefused(
        "[{\"index\":0,\"name\":\"a\",\"default\":true},{\"index\":1,\"name\":\"A\"}]",
        "apart from case");
    assertRefused(
        "[{\"index\":0,\"name\":\"a\",\"default\":true},{\"index\":0,\"name\":\"b\"}]",
        "two storage policies have the index 0");
  }

  private void assertRefused(String json, String problem) {
    Path file = directory.resolve("policies.json");
    assertThatThrownBy(
            () -> {
              Files.writeString(file, json);
              StoragePolicies.read(file);
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining(problem);
  }
}
