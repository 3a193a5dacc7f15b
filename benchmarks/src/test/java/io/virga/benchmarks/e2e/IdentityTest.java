package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Shell;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

@EndToEnd
class IdentityTest {

  @Test
  void tenantLogsInAndSeesTheCatalog(Cloud cloud) {
    assertThat(cloud.demo().run("openstack", "token", "issue", "-f", "value", "-c", "id"))
        .startsWith("v1.");
    assertThat(cloud.demo().run("openstack", "catalog", "list", "-f", "value", "-c", "Type"))
        .contains("identity", "compute", "image", "volumev3", "network", "object-store");
  }

  @Test
  void statusIsHealthyAndMachineReadable(Cloud cloud) {
    Shell.Result status = cloud.virga("status", "--json");
    assertThat(status.exitCode()).as(status.out() + status.err()).isZero();
    assertThat(status.out()).contains("\"objectstore\"", "\"netagent\"", "\"compute-agent\"");
  }

  @Test
  void wrongPasswordIsRefusedInKeystonesWords(Cloud cloud) {
    Shell.Result result =
        new Shell(with(cloud.demo().environment(), "OS_PASSWORD", "wrong"), cloud.home())
            .attempt("openstack", "token", "issue");
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.err()).contains("HTTP 401").doesNotContain("Traceback");
  }

  @Test
  void applicationCredentialLogsIn(Cloud cloud) {
    Shell demo = cloud.demo();
    demo.run("openstack", "application", "credential", "create", "--secret", "not-so-secret", "ci");
    String url = demo.environment().get("OS_AUTH_URL");
    String id =
        demo.run("openstack", "application", "credential", "show", "ci", "-f", "value", "-c", "id");
    Shell application =
        new Shell(
            Map.of(
                "OS_AUTH_TYPE",
                "v3applicationcredential",
                "OS_AUTH_URL",
                url,
                "OS_APPLICATION_CREDENTIAL_ID",
                id.strip(),
                "OS_APPLICATION_CREDENTIAL_SECRET",
                "not-so-secret"),
            cloud.home());
    assertThat(application.run("openstack", "token", "issue", "-f", "value", "-c", "id"))
        .startsWith("v1.");
    demo.run("openstack", "application", "credential", "delete", "ci");
    assertThat(application.attempt("openstack", "token", "issue").exitCode()).isNotZero();
  }

  private static Map<String, String> with(Map<String, String> base, String key, String value) {
    Map<String, String> changed = new HashMap<>(base);
    changed.put(key, value);
    return changed;
  }
}
