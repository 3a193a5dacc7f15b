package io.virga.blockstore.agent;

import io.virga.blockstore.iscsi.ChapAccount;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.configuration.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Whether and to whom volumes are offered over iSCSI, besides the account that control has made for
 * an attachment.
 *
 * @param listen where; empty for not at all
 * @param portal where initiators are told to go; the address that they reach {@code listen} by
 * @param account opens exports that have no account of their own; empty for nobody
 */
record IscsiSettings(
    Optional<HostPort> listen, Optional<HostPort> portal, Optional<ChapAccount> account) {

  private static final String LISTEN = "virga.blockstore.iscsi-listen";
  private static final String PORTAL = "virga.blockstore.iscsi-portal";
  private static final String USER = "virga.blockstore.iscsi-chap-user";
  private static final String SECRET = "virga.blockstore.iscsi-chap-secret-file";
  private static final String MUTUAL_USER = "virga.blockstore.iscsi-chap-mutual-user";
  private static final String MUTUAL_SECRET = "virga.blockstore.iscsi-chap-mutual-secret-file";
  private static final int LEAST_SECRET_BYTES = 12;

  /** Reads the secrets too. Blocks. */
  static IscsiSettings read(Settings settings) {
    Optional<ChapAccount.Mutual> us =
        pair(settings, MUTUAL_USER, MUTUAL_SECRET)
            .map(pair -> new ChapAccount.Mutual(pair.user, pair.secret));
    Optional<ChapAccount> account =
        pair(settings, USER, SECRET).map(pair -> new ChapAccount(pair.user, pair.secret, us));
    if (us.isPresent() && account.isEmpty()) {
      throw new ConfigurationException(MUTUAL_USER + " is of no use without " + USER);
    }
    Optional<HostPort> listen = settings.optionalHostPort(LISTEN);
    Optional<HostPort> portal = settings.optionalHostPort(PORTAL);
    if (portal.isEmpty() && listen.filter(IscsiSettings::isAnywhere).isPresent()) {
      throw new ConfigurationException(
          LISTEN + " is every address of the host; expected " + PORTAL + " too, one of them");
    }
    return new IscsiSettings(listen, listen.flatMap(at -> portal.or(() -> listen)), account);
  }

  private static boolean isAnywhere(HostPort listen) {
    InetAddress address = listen.resolve().getAddress();
    return address != null && address.isAnyLocalAddress();
  }

  private record Pair(String user, ChapAccount.Secret secret) {}

  private static Optional<Pair> pair(Settings settings, String userKey, String secretKey) {
    Optional<String> user = settings.optionalText(userKey);
    Optional<SecretFile> file = settings.optionalSecretFile(secretKey);
    if (user.isPresent() != file.isPresent()) {
      throw new ConfigurationException(userKey + " and " + secretKey + " go together");
    }
    return user.map(name -> new Pair(name, secret(secretKey, file.orElseThrow())));
  }

  private static ChapAccount.Secret secret(String key, SecretFile file) {
    try {
      byte[] bytes = file.read().getBytes(StandardCharsets.UTF_8);
      if (bytes.length < LEAST_SECRET_BYTES) {
        throw new ConfigurationException(
            key + ": expected a secret of at least " + LEAST_SECRET_BYTES + " bytes");
      }
      return new ChapAccount.Secret(bytes);
    } catch (IOException e) {
      throw new ConfigurationException(key + ": expected a file that can be read: " + e);
    }
  }
}
