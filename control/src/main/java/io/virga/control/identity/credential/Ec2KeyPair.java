package io.virga.control.identity.credential;

import io.virga.control.database.Row;
import io.virga.control.http.View;
import io.virga.dataplane.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;

/** An access key and its secret, of a user for a project. */
record Ec2KeyPair(String access, String secret, String userId, String projectId) {

  static final String TYPE = "ec2";

  static Ec2KeyPair of(Row row) {
    return new Ec2KeyPair(
        row.text("access"), row.text("secret"), row.text("user_id"), row.text("project_id"));
  }

  /** As keystone makes it. */
  private String credentialId() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(access.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  /** Among all credentials. */
  View credentialView() {
    String blob = Json.text(Map.of("access", access, "secret", secret));
    return View.of("id", credentialId())
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
