package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.foundation.Foundation;
import io.virga.control.http.ApiService;
import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The network API over a database of its own, as a project and its administrator use it. */
final class NetworkApi implements AutoCloseable {

  private static final String ROOT = "/network/v2.0/";

  private final TestApi api = TestApi.start(NetworkApi::services);

  private static List<ApiService> services(TestApi api) {
    Foundation foundation = api.foundation();
    return List.of(
        new NetworkService(foundation.database(), foundation.desired(), foundation.quota()));
  }

  TestApi api() {
    return api;
  }

  /** A tenant that nobody else is. */
  Tenant tenant() {
    String project = UUID.randomUUID().toString();
    return new Tenant(project, api.token(project, "member", "reader"));
  }

  Tenant administrator() {
    return new Tenant("of-admin", api.token("of-admin", "admin", "member", "reader"));
  }

  @Override
  public void close() {
    api.close();
  }

  /** Who asks. */
  final class Tenant {

    private final String project;
    private final String token;

    Tenant(String project, String token) {
      this.project = project;
      this.token = token;
    }

    String project() {
      return project;
    }

    String token() {
      return token;
    }

    Answer get(String path) {
      return api.get(ROOT + path, token);
    }

    Answer post(String path, Object body) {
      return api.post(ROOT + path, token, body);
    }

    Answer put(String path, Object body) {
      return api.put(ROOT + path, token, body);
    }

    Answer delete(String path) {
      return api.delete(ROOT + path, token);
    }

    /** Makes one, and answers its id. */
    String make(String path, String one, Map<String, Object> body) {
      Answer made = post(path, Map.of(one, body));
      assertThat(made.status()).as(made.text()).isEqualTo(201);
      return made.at("/" + one + "/id");
    }

    String network(String name) {
      return make("networks", "network", Map.of("name", name));
    }

    String subnet(String network, String cidr) {
      return make("subnets", "subnet", subnetBody(network, cidr));
    }

    String port(String network, String name) {
      return make("ports", "port", Map.of("network_id", network, "name", name));
    }
  }

  static Map<String, Object> subnetBody(String network, String cidr) {
    return new LinkedHashMap<>(Map.of("network_id", network, "cidr", cidr, "ip_version", 4));
  }
}
