package io.virga.objectstore;

import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.RevocationSpec;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.dataplane.watch.DesiredView;
import io.virga.dataplane.watch.WatchListener;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The S3 credentials and revocations that control has told of. */
final class Credentials implements WatchListener {

  private final Consumer<Collection<RevocationSpec>> revocations;
  private volatile Map<String, S3CredentialSpec> byAccessKey = Map.of();

  Credentials(Consumer<Collection<RevocationSpec>> revocations) {
    this.revocations = revocations;
  }

  @Override
  public void changed(DesiredView view, Map<Kind, Set<String>> changed) {
    replace(view.of(S3CredentialSpec.class).values());
    revocations.accept(view.of(RevocationSpec.class).values());
  }

  /** From now on these are the credentials. */
  void replace(Collection<S3CredentialSpec> credentials) {
    byAccessKey =
        credentials.stream().collect(Collectors.toUnmodifiableMap(S3CredentialSpec::id, c -> c));
  }

  /** The credential of an access key. */
  Optional<S3CredentialSpec> find(String accessKey) {
    return Optional.ofNullable(byAccessKey.get(accessKey));
  }
}
