package io.virga.objectstore.swift.tempauth;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.objectstore.store.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The users of {@code /auth/v1.0}: lines {@code account:user = key group…}. The group {@code
 * .admin} owns the account, {@code .reseller_admin} all accounts.
 */
final class UserFile {

  private final Map<String, Entry> users;
  private final byte[] secret;

  /**
   * A user.
   *
   * @param keyHash of his key, which itself is not kept
   */
  private record Entry(byte[] keyHash, User user) {}

  /** A user, who has proved to be he. */
  record User(String account, String name, Set<String> groups) {

    String id() {
      return account + ":" + name;
    }
  }

  private UserFile(Map<String, Entry> users, byte[] secret) {
    this.users = users;
    this.secret = secret;
  }

  /** Reads the file. Blocks. */
  static UserFile read(SecretFile file) throws IOException {
    String text = file.read();
    Map<String, Entry> users = new LinkedHashMap<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (!line.isEmpty() && !line.startsWith("#")) {
        Entry entry =
            parse(line)
                .orElseThrow(
                    () ->
                        new ConfigurationException(
                            "virga.objectstore.auth-v1-file: a line is not of the form"
                                + " account:user = key group..."));
        users.put(entry.user().id(), entry);
      }
    }
    return new UserFile(users, hash("virga auth v1 tokens\n" + text));
  }

  private static Optional<Entry> parse(String line) {
    int equals = line.indexOf('=');
    String id = equals < 0 ? "" : line.substring(0, equals).strip();
    int colon = id.indexOf(':');
    List<String> words =
        equals < 0
            ? List.of()
            : Arrays.asList(line.substring(equals + 1).strip().split("\\s+", -1));
    if (!id.matches("[^:/\\s]+:[^/\\s]+") || words.isEmpty() || words.getFirst().isEmpty()) {
      return Optional.empty();
    }
    String account = id.substring(0, colon);
    Set<String> groups = new LinkedHashSet<>(List.of(account, id));
    groups.addAll(words.subList(1, words.size()));
    User user = new User(account, id.substring(colon + 1), Set.copyOf(groups));
    return Optional.of(new Entry(hash(words.getFirst()), user));
  }

  /** The user of that name, if that is his key. */
  Optional<User> logIn(String id, String key) {
    Entry entry = users.get(id);
    byte[] wanted = entry == null ? new byte[0] : entry.keyHash();
    boolean same = MessageDigest.isEqual(wanted, hash(key));
    return same && entry != null ? Optional.of(entry.user()) : Optional.empty();
  }

  /** The user of that name. */
  Optional<User> find(String id) {
    return Optional.ofNullable(users.get(id)).map(Entry::user);
  }

  /** What signs the tokens; it is another when the file is. */
  byte[] secret() {
    return secret.clone();
  }

  private static byte[] hash(String text) {
    return Digests.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
  }
}
