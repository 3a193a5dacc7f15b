package io.virga.control.identity.credential;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.totp.Totp;
import java.util.Optional;

/** A secret of a user that is no EC2 key pair. */
record Credential(String id, String userId, Optional<String> projectId, String type, String blob) {

  static final String COLUMNS =
      "SELECT id, user_id, project_id, type, blob FROM identity_credential ";

  private static final String TOTP = "totp";
  private static final int MAX_BLOB = 16 << 10;

  static Credential of(Row row) {
    return new Credential(
        row.text("id"),
        row.text("user_id"),
        row.optionalText("project_id"),
        row.text("type"),
        row.text("blob"));
  }

  static Credential created(JsonBody body, String type, String user) {
    return new Credential(
            Ids.nextHex(),
            user,
            body.optionalText("project_id", 64),
            type,
            body.text("blob", MAX_BLOB))
        .checked(body);
  }

  Credential changed(JsonBody body) {
    return new Credential(
            id,
            body.optionalText("user_id", 64).orElse(userId),
            body.has("project_id") ? body.optionalText("project_id", 64) : projectId,
            body.has("type") ? body.text("type", 255) : type,
            body.has("blob") ? body.text("blob", MAX_BLOB) : blob)
        .checked(body);
  }

  private Credential checked(JsonBody body) {
    if (type.equals(Ec2KeyPair.TYPE)) {
      throw ApiFault.badRequest(body.at("type") + ": a key pair is made anew, not changed");
    }
    if (type.equals(TOTP) && Totp.secret(blob).isEmpty()) {
      throw ApiFault.badRequest(
          body.at("blob") + ": is not a secret of 80 bits or more in Base32 (RFC 4648)");
    }
    return this;
  }

  Statement bind(Statement statement) {
    return statement
        .bind("id", id)
        .bind("user", userId)
        .bind("project", projectId, String.class)
        .bind("type", type)
        .bind("blob", blob);
  }

  View view() {
    return View.of("id", id)
        .with("type", type)
        .with("user_id", userId)
        .with("project_id", projectId)
        .with("blob", blob);
  }

  @Override
  public String toString() {
    return "Credential[id=" + id + ", type=" + type + "]";
  }
}
