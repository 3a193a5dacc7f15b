package io.virga.control.identity.credential;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.identity.view.Extra;
import io.virga.dataplane.digest.Sha256;

/**
 * An access key and its secret, of a user for a project.
 *
 * @param id among all credentials: a digest of the access key that it was made with
 */
record Ec2KeyPair(
    String id, String access, String secret, String userId, String projectId, Extra extra) {

  static final String TYPE = "ec2";

  /** All that is read of a key pair, ending in a blank. */
  static final String COLUMNS =
      "SELECT id, access, secret, user_id, project_id, "
          + Extra.COLUMN
          + " FROM identity_ec2_credential ";

  private static final int MAX_BLOB = 4096;
  private static final int MAX_KEY = 128;

  static Ec2KeyPair of(Row row) {
    return new Ec2KeyPair(
        row.text("id"),
        row.text("access"),
        row.text("secret"),
        row.text("user_id"),
        row.text("project_id"),
        Extra.of(row));
  }

  static Ec2KeyPair made(String access, String secret, String userId, String projectId) {
    return made(access, secret, userId, projectId, Extra.NONE);
  }

  private static Ec2KeyPair made(
      String access, String secret, String userId, String projectId, Extra extra) {
    return new Ec2KeyPair(Sha256.hex(access), access, secret, userId, projectId, extra);
  }

  /** As a credential among others. */
  static Ec2KeyPair created(JsonBody body, String userId) {
    JsonBody blob = blob(body);
    return made(
        blob.text("access", MAX_KEY),
        blob.text("secret", MAX_KEY),
        userId,
        body.text("project_id", 64),
        Extra.of(body, Credential.OWN));
  }

  private static JsonBody blob(JsonBody body) {
    return JsonBody.parse(body.text("blob", MAX_BLOB), body.at("blob"));
  }

  Ec2KeyPair changed(JsonBody body) {
    if (!body.optionalText("type", 255).orElse(TYPE).equals(TYPE)) {
      throw ApiFault.badRequest(body.at("type") + ": a key pair stays one");
    }
    boolean keys = body.has("blob");
    return new Ec2KeyPair(
        id,
        keys ? blob(body).text("access", MAX_KEY) : access,
        keys ? blob(body).text("secret", MAX_KEY) : secret,
        body.optionalText("user_id", 64).orElse(userId),
        body.has("project_id") ? body.text("project_id", 64) : projectId,
        extra.changed(body, Credential.OWN));
  }

  Statement bind(Statement statement) {
    return extra.bind(
        statement
            .bind("id", id)
            .bind("access", access)
            .bind("secret", secret)
            .bind("user", userId)
            .bind("project", projectId));
  }

  @Override
  public String toString() {
    return "Ec2KeyPair[" + access + "]";
  }
}
