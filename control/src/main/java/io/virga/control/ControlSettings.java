package io.virga.control;

import io.virga.control.database.DatabaseSettings;
import io.virga.control.image.objects.StoreSettings;
import io.virga.control.image.upload.DownloadRules;
import io.virga.control.image.upload.ImportLimits;
import io.virga.control.network.address.IpPrefix;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.DataSize;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.configuration.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code control.properties} says.
 *
 * @param publicUrl the base of the addresses in the catalog, without a slash at the end
 * @param signingKey {@code <key id>.key}
 * @param offloadsShelved whether the places of shelved servers are given back at once
 */
record ControlSettings(
    Listeners listeners,
    Addresses addresses,
    DatabaseSettings database,
    SecretFile signingKey,
    Path publicKeys,
    SecretFile bootstrap,
    Tokens tokens,
    LoginSettings logins,
    Images images,
    boolean offloadsShelved) {

  record Listeners(HostPort api, HostPort agents) {}

  record Addresses(URI publicUrl, URI objectStore) {}

  record Tokens(Duration lifetime, int passwordCost) {}

  /** What images may cost, where they are kept, and where they may come from. */
  record Images(ImportLimits limits, StoreSettings stores, DownloadRules downloads) {}

  static ControlSettings read(Settings settings) {
    return new ControlSettings(
        new Listeners(
            settings.hostPort("virga.control.listen"),
            settings.hostPort("virga.control.agents-listen")),
        new Addresses(
            base(settings, "virga.control.public-url"),
            base(settings, "virga.control.object-store-url")),
        database(settings),
        settings.secretFile("virga.control.token-signing-key-file"),
        settings.path("virga.token.public-keys"),
        settings.secretFile("virga.control.bootstrap-file"),
        new Tokens(
            settings.duration("virga.control.token-lifetime", Duration.ofHours(4)),
            settings.integer("virga.control.password-cost", 4, 16, 10)),
        LoginSettings.read(settings),
        images(settings),
        settings.flag("virga.control.offload-shelved", true));
  }

  private static Images images(Settings settings) {
    return new Images(
        new ImportLimits(
            settings.size("virga.control.image-max-size", DataSize.parse("128GiB")).bytes(),
            settings
                .size("virga.control.image-max-virtual-size", DataSize.parse("256GiB"))
                .bytes()),
        stores(settings),
        new DownloadRules(networks(settings, "virga.control.image-download-networks")));
  }

  private static StoreSettings stores(Settings settings) {
    long maxBytes =
        settings.size("virga.control.image-folder-max-size", DataSize.parse("1TiB")).bytes();
    return new StoreSettings(
        settings
            .optionalPath("virga.control.image-folder")
            .map(path -> new StoreSettings.Folder(path, maxBytes)),
        bucket(settings));
  }

  private static Optional<StoreSettings.Bucket> bucket(Settings settings) {
    String url = "virga.control.image-s3-url";
    String bucket = "virga.control.image-s3-bucket";
    String credentials = "virga.control.image-s3-credentials-file";
    String region = settings.text("virga.control.image-s3-region", "us-east-1");
    Optional<String> name = settings.optionalText(bucket);
    Optional<SecretFile> secret = settings.optionalSecretFile(credentials);
    if (settings.optionalText(url).isEmpty()) {
      return Optional.empty();
    }
    if (name.isEmpty() || secret.isEmpty()) {
      throw new ConfigurationException(url + " also needs " + bucket + " and " + credentials);
    }
    return Optional.of(
        new StoreSettings.Bucket(base(settings, url), region, name.get(), secret.get()));
  }

  private static List<IpPrefix> networks(Settings settings, String key) {
    return settings.optionalText(key).stream()
        .flatMap(text -> Stream.of(text.split(",")))
        .map(String::strip)
        .map(
            text ->
                IpPrefix.parse(text)
                    .orElseThrow(
                        () ->
                            new ConfigurationException(
                                "%s: '%s' is no network such as 10.0.0.0/8".formatted(key, text))))
        .toList();
  }

  private static DatabaseSettings database(Settings settings) {
    String url = settings.text("virga.control.database-url");
    SecretFile password = settings.secretFile("virga.control.database-password-file");
    int connections = settings.integer("virga.control.database-connections", 2, 500, 20);
    if (!url.startsWith("r2dbc:postgresql://")) {
      throw new ConfigurationException(
          "virga.control.database-url = '" + url + "': expected r2dbc:postgresql://user@host/name");
    }
    try {
      return new DatabaseSettings(url, password.read(), connections);
    } catch (IOException e) {
      throw new ConfigurationException("virga.control.database-password-file: " + e, e);
    }
  }

  private static URI base(Settings settings, String key) {
    String text = settings.text(key);
    if (!text.matches("https?://[^/?#]+/?")) {
      throw new ConfigurationException(
          key + " = '" + text + "': expected http://host:port without a path");
    }
    return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }
}
