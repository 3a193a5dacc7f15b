package io.virga.objectstore.s3.signature;

import io.virga.dataplane.desired.S3CredentialSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Who signed the policy of a form: Signature Version 4, or 2 as older clients make it. */
public final class PolicySignature {

  private final Function<String, Optional<S3CredentialSpec>> credentials;

  /**
   * @param credentials by access key
   */
  public PolicySignature(Function<String, Optional<S3CredentialSpec>> credentials) {
    this.credentials = credentials;
  }

  /**
   * Verifies a form.
   *
   * @param fields by their names in lower case, {@code policy} among them
   */
  public Signed verify(Map<String, String> fields) {
    String policy = fields.getOrDefault("policy", "");
    if (fields.containsKey("x-amz-signature")) {
      return version4(fields, policy);
    }
    String signature = fields.getOrDefault("signature", "");
    String accessKey = fields.getOrDefault("awsaccesskeyid", "");
    if (signature.isEmpty() || accessKey.isEmpty()) {
      return new Signed.Refused(SignatureProblem.MALFORMED_QUERY);
    }
    return credentials
        .apply(accessKey)
        .map(
            credential -> {
              byte[] mac = Hmac.sha1(credential.secret(), policy);
              return judge(credential, Base64.getEncoder().encodeToString(mac), signature);
            })
        .orElseGet(() -> new Signed.Refused(SignatureProblem.UNKNOWN_KEY));
  }

  private Signed version4(Map<String, String> fields, String policy) {
    Optional<Scope> scope = Scope.parse(fields.getOrDefault("x-amz-credential", ""));
    boolean known = Claim.ALGORITHM.equals(fields.get("x-amz-algorithm"));
    if (scope.isEmpty() || !known) {
      return new Signed.Refused(SignatureProblem.MALFORMED_QUERY);
    }
    if (!fields.getOrDefault("x-amz-date", "").startsWith(scope.get().date())) {
      return new Signed.Refused(SignatureProblem.WRONG_SCOPE);
    }
    return credentials
        .apply(scope.get().accessKey())
        .map(
            credential -> {
              byte[] mac = Hmac.sign(scope.get().signingKey(credential.secret()), policy);
              String expected = HexFormat.of().formatHex(mac);
              return judge(credential, expected, fields.getOrDefault("x-amz-signature", ""));
            })
        .orElseGet(() -> new Signed.Refused(SignatureProblem.UNKNOWN_KEY));
  }

  private static Signed judge(S3CredentialSpec credential, String expected, String given) {
    boolean equal =
        MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    return equal
        ? new Signed.By(credential, new Payload.Unsigned())
        : new Signed.Refused(SignatureProblem.MISMATCH);
  }
}
