package io.virga.control.identity.credential;

import io.virga.control.database.Row;
import io.virga.control.http.View;
import io.virga.dataplane.digest.Sha256;
import io.virga.dataplane.json.Json;
import java.util.Map;

/** An access key and its secret, of a user for a project. */
record Ec2KeyPair(String access, String secret, String userId, String projectId) {

  static final String TYPE = "ec2";

  static Ec2KeyPair of(Row row) {
    return new Ec2KeyPair(
        row.text("access"), row.text("secret"), row.text("user_id"), row.text("project_id"));
  }

  /** Among all credentials. */
  View credentialView() {
    String blob = Json.text(Map.of("access", access, "secret", secret));
    return View.of("id", Sha256.hex(access))
        .with("type", TYPE)
        .with("user_id", userId)
        .with("project_id", projectId)
        .with("blob", blob);
  }

  @Override
  public String toString() {
    return "Ec2KeyPair[" + access + "]";
  }
}
