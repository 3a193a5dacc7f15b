package io.virga.control.identity.bootstrap;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.JacksonException;

/**
 * What the launcher wants to be there, with secrets that it has also put into the client files.
 *
 * @param serviceProjectId the project {@code service}, under which images are stored
 */
public record BootstrapFile(String region, String serviceProjectId, List<Account> accounts) {

  public BootstrapFile {
    accounts = List.copyOf(accounts);
  }

  /** A user with a project; the user {@code admin} becomes an admin, others members. */
  public record Account(
      String user, String project, String password, String accessKey, String secretKey) {

    @Override
    public String toString() {
      return "Account[" + user + "]";
    }
  }

  /** Blocks. */
  public static BootstrapFile read(SecretFile file) {
    try {
      return Json.read(file.read(), BootstrapFile.class);
    } catch (IOException | JacksonException | NullPointerException e) {
      throw new ConfigurationException(
          "virga.control.bootstrap-file = '%s': expected JSON with region, serviceProjectId, accounts"
              .formatted(file.path()),
          e);
    }
  }
}
