package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Shell;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad input gets the right status, in the protocol's own form, and a message that says what was
 * wrong.
 */
@EndToEnd
class BadInputTest {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** A request that must be refused, and what its answer must name. */
  private record Bad(String service, String path, String body, String named) {}

  private static List<Bad> badRequests() {
    String subnet = "{'subnet':{'network_id':'%s','ip_version':4,'cidr':'10.0.0.0/99'}}";
    return List.of(
        new Bad("compute", "/servers", "{'server':", "badRequest"),
        new Bad("compute", "/servers", "{'server':{'name':'x','imageRef':'no'}}", "flavorRef"),
        new Bad("volumev3", "/volumes", "{'volume':{'size':-1}}", "-1"),
        new Bad("volumev3", "/volumes", "{'volume':{'size':'one'}}", "size"),
        new Bad("network", "/v2.0/subnets", subnet.formatted(UUID.randomUUID()), "10.0.0.0/99"),
        new Bad("network", "/v2.0/networks", "[]", "NeutronError"),
        new Bad("image", "/v2/images", "{'disk_format':'floppy'}", "floppy"));
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void refusesWithAClearMessage(Bad bad, Cloud cloud) throws IOException, InterruptedException {
    String body = bad.body().replace('\'', '"');
    HttpResponse<String> response = post(cloud, bad.service(), bad.path(), body, cloud.demoToken());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains(bad.named()).doesNotContain("\tat ", "Exception");
  }

  @Test
  void refusesANameThatIsTooLong(Cloud cloud) throws IOException, InterruptedException {
    String body = "{\"network\":{\"name\":\"" + "n".repeat(256) + "\"}}";
    HttpResponse<String> response =
        post(cloud, "network", "/v2.0/networks", body, cloud.demoToken());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("255");
  }

  @Test
  void refusesAnUnknownImageByName(Cloud cloud) {
    Shell.Result result =
        cloud.demo().attempt("openstack", "image", "show", "an-image-that-is-not");
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.err()).contains("No Image found for an-image-that-is-not");
  }

  @Test
  void refusesAForgedAndAnExpiredToken(Cloud cloud) throws IOException, InterruptedException {
    String token = cloud.demoToken();
    String forged = token.substring(0, token.length() - 4) + "AAAA";
    for (String bad : new String[] {forged, ExpiredToken.sign(cloud, token)}) {
      assertThat(post(cloud, "network", "/v2.0/networks", "{}", bad).statusCode()).isEqualTo(401);
      HttpRequest list =
          HttpRequest.newBuilder(URI.create(cloud.objectStoreUrl()))
              .header("X-Auth-Token", bad)
              .build();
      assertThat(CLIENT.send(list, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void refusesAWrongSignature(Cloud cloud) {
    Shell.Result result =
        cloud.attemptAws(
            Duration.ofSeconds(30), Map.of("AWS_SECRET_ACCESS_KEY", "wrong"), "s3", "ls");
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.err()).contains("SignatureDoesNotMatch");
  }

  private static HttpResponse<String> post(
      Cloud cloud, String service, String path, String body, String token)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(cloud.endpoint(service) + path))
            .header("X-Auth-Token", token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
