package io.virga.objectstore.s3.protocol;

import io.virga.dataplane.token.Claims;
import java.util.Optional;

/**
 * Who asks.
 *
 * @param account of the project whose credential signed; empty for everybody
 * @param mayWrite whether the roles allow more than reading
 */
public record Requester(Optional<String> account, boolean mayWrite) {

  /** Somebody who signed nothing. */
  public static final Requester ANONYMOUS = new Requester(Optional.empty(), true);

  /** Whoever a credential is of; its roles in its project decide. */
  public static Requester of(Claims claims) {
    boolean mayWrite = claims.hasRole("admin") || claims.hasRole("member");
    Optional<String> project = claims.projectId();
    if (project.isEmpty() || !(mayWrite || claims.hasRole("reader"))) {
      throw new S3Error(S3Error.Code.AccessDenied);
    }
    return new Requester(project.map(id -> "AUTH_" + id), mayWrite);
  }

  public boolean is(String other) {
    return account.filter(other::equals).isPresent();
  }

  /** The account, for what nobody can do without one. */
  public String required() {
    return account.orElseThrow(() -> new S3Error(S3Error.Code.AccessDenied));
  }
}
