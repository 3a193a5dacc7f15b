package io.virga.control.operator.client;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.PrivateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes {@code openrc-*}, {@code clouds.yaml} and {@code s3.env}; mode 0600. */
public final class ClientFiles {

  public static final String REGION = "RegionOne";

  private final Home home;
  private final String controlUrl;
  private final String objectUrl;
  private final String objectTlsUrl;

  /**
   * @param objectTlsUrl of the object store's listener with TLS
   */
  public ClientFiles(Home home, String controlUrl, String objectUrl, String objectTlsUrl) {
    this.home = home;
    this.controlUrl = controlUrl;
    this.objectUrl = objectUrl;
    this.objectTlsUrl = objectTlsUrl;
  }

  /** Writes the files whose contents differ. The last account is the tenant's, for S3. */
  public void write(List<Account> accounts) {
    for (Account account : accounts) {
      update(home.root().resolve("openrc-" + account.cloud()), openrc(account));
    }
    update(home.root().resolve("clouds.yaml"), cloudsYaml(accounts));
    update(home.config().resolve("aws.conf"), awsConfiguration());
    update(home.root().resolve("s3.env"), s3Environment(accounts.getLast()));
  }

  private String identityUrl() {
    return controlUrl + "/identity/v3";
  }

  private String openrc(Account account) {
    return """
        # . this file, then use openstack, swift, rclone (remote "virga:") and others.
        unset OS_TOKEN OS_AUTH_TOKEN OS_STORAGE_URL
        unset OS_CLOUD OS_PROJECT_ID OS_TENANT_NAME OS_TENANT_ID OS_DOMAIN_NAME OS_SYSTEM_SCOPE
        export OS_AUTH_TYPE=password
        export OS_AUTH_URL=%1$s
        export OS_IDENTITY_API_VERSION=3
        export OS_REGION_NAME=%2$s
        export OS_INTERFACE=public
        export OS_USERNAME=%3$s
        export OS_USER_DOMAIN_NAME=Default
        export OS_PROJECT_NAME=%4$s
        export OS_PROJECT_DOMAIN_NAME=Default
        export OS_PASSWORD='%5$s'
        export ST_AUTH_VERSION=3
        export RCLONE_CONFIG_VIRGA_TYPE=swift
        export RCLONE_CONFIG_VIRGA_ENV_AUTH=true
        """
        .formatted(identityUrl(), REGION, account.user(), account.project(), account.password());
  }

  private String cloudsYaml(List<Account> accounts) {
    Map<String, Object> clouds = new LinkedHashMap<>();
    for (Account account : accounts) {
      Map<String, Object> auth = new LinkedHashMap<>();
      auth.put("auth_url", identityUrl());
      auth.put("username", account.user());
      auth.put("password", account.password());
      auth.put("project_name", account.project());
      auth.put("user_domain_name", "Default");
      auth.put("project_domain_name", "Default");
      Map<String, Object> cloud = new LinkedHashMap<>();
      cloud.put("auth", auth);
      cloud.put("region_name", REGION);
      cloud.put("interface", "public");
      cloud.put("identity_api_version", 3);
      clouds.put("virga-" + account.cloud(), cloud);
    }
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return new Yaml(options).dump(Map.of("clouds", clouds));
  }

  private String awsConfiguration() {
    return """
        [default]
        region = %s
        ca_bundle = %s
        s3 =
            addressing_style = path
        """
        .formatted(REGION, home.pki().resolve("ca.crt"));
  }

  /**
   * awscli learnt AWS_ENDPOINT_URL in 2.13; Debian 12 has 2.9: hence the function. Debian 12's
   * rclone fails where it finds AWS_CA_BUNDLE, or with ENV_AUTH a ca_bundle: hence its own keys.
   */
  private String s3Environment(Account account) {
    return """
        # . this file, then use aws, rclone (remote "virgas3:") and others.
        # With TLS: AWS_ENDPOINT_URL=%6$s; the certificate is of the cloud's own authority.
        unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CA_BUNDLE
        export AWS_ACCESS_KEY_ID='%1$s'
        export AWS_SECRET_ACCESS_KEY='%2$s'
        export AWS_DEFAULT_REGION=%3$s
        export AWS_REGION=%3$s
        export AWS_ENDPOINT_URL=%4$s
        export AWS_CONFIG_FILE='%5$s'
        export AWS_EC2_METADATA_DISABLED=true
        export RCLONE_CONFIG_VIRGAS3_TYPE=s3
        export RCLONE_CONFIG_VIRGAS3_PROVIDER=Other
        export RCLONE_CONFIG_VIRGAS3_ACCESS_KEY_ID='%1$s'
        export RCLONE_CONFIG_VIRGAS3_SECRET_ACCESS_KEY='%2$s'
        export RCLONE_CONFIG_VIRGAS3_REGION=%3$s
        export RCLONE_CONFIG_VIRGAS3_ENDPOINT=%4$s
        # Clients older than 2.13 do not read AWS_ENDPOINT_URL.
        aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
        """
        .formatted(
            account.accessKey(),
            account.secretKey(),
            REGION,
            objectUrl,
            home.config().resolve("aws.conf"),
            objectTlsUrl);
  }

  private static void update(Path file, String text) {
    if (!Files.exists(file) || !PrivateFiles.read(file).equals(text)) {
      PrivateFiles.write(file, text);
    }
  }
}
