package io.virga.control.identity.credential;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.totp.Totp;
import io.virga.control.identity.view.Extra;
import io.virga.dataplane.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A secret of a user. What is stored as one is no EC2 key pair; those are shown as credentials. */
record Credential(
    String id, String userId, Optional<String> projectId, String type, String blob, Extra extra) {

  static final Set<String> OWN = Set.of("user_id", "project_id", "type", "blob");

  /** All that is read of those that are no key pairs, ending in a blank. */
  static final String COLUMNS =
      "SELECT id, user_id, project_id, type, blob, " + Extra.COLUMN + " FROM identity_credential ";

  /** Likewise, with the key pairs. */
  static final String ALL =
      """
      SELECT id, user_id, project_id, type, blob, extra::text AS extra FROM (
        SELECT id, user_id, project_id, type, blob, extra FROM identity_credential
        UNION ALL
        SELECT id, user_id, project_id, 'ec2',
               json_build_object('access', access, 'secret', secret)::text, extra
          FROM identity_ec2_credential) credentials
      """;

  private static final String TOTP = "totp";
  private static final int MAX_BLOB = 16 << 10;

  static Credential of(Row row) {
    return new Credential(
        row.text("id"),
        row.text("user_id"),
        row.optionalText("project_id"),
        row.text("type"),
        row.text("blob"),
        Extra.of(row));
  }

  static Credential created(JsonBody body, String type, String user) {
    return new Credential(
            Ids.nextHex(),
            user,
            body.optionalText("project_id", 64),
            type,
            body.text("blob", MAX_BLOB),
            Extra.of(body, OWN))
        .checked(body);
  }

  Credential changed(JsonBody body) {
    return new Credential(
            id,
            body.optionalText("user_id", 64).orElse(userId),
            body.has("project_id") ? body.optionalText("project_id", 64) : projectId,
            body.has("type") ? body.text("type", 255) : type,
            body.has("blob") ? body.text("blob", MAX_BLOB) : blob,
            extra.changed(body, OWN))
        .checked(body);
  }

  /** A key pair as it is shown among credentials. */
  static Credential of(Ec2KeyPair pair) {
    String blob = Json.text(Map.of("access", pair.access(), "secret", pair.secret()));
    return new Credential(
        pair.id(),
        pair.userId(),
        Optional.of(pair.projectId()),
        Ec2KeyPair.TYPE,
        blob,
        pair.extra());
  }

  static ApiFault dangling() {
    return ApiFault.badRequest("credential: there is no such user or project");
  }

  private Credential checked(JsonBody body) {
    if (type.equals(Ec2KeyPair.TYPE)) {
      throw ApiFault.badRequest(body.at("type") + ": what was no key pair does not become one");
    }
    if (type.equals(TOTP) && Totp.secret(blob).isEmpty()) {
      throw ApiFault.badRequest(
          body.at("blob") + ": is not a secret of 80 bits or more in Base32 (RFC 4648)");
    }
    return this;
  }

  Statement bind(Statement statement) {
    return extra.bind(
        statement
            .bind("id", id)
            .bind("user", userId)
            .bind("project", projectId, String.class)
            .bind("type", type)
            .bind("blob", blob));
  }

  View view() {
    return extra.in(
        View.of("id", id)
            .with("type", type)
            .with("user_id", userId)
            .with("project_id", projectId)
            .with("blob", blob));
  }

  @Override
  public String toString() {
    return "Credential[id=" + id + ", type=" + type + "]";
  }
}
