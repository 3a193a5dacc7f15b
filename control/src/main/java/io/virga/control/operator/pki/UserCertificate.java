package io.virga.control.operator.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate that its user has signed himself, for guests that let users in by it.
 *
 * @param certificate PEM
 * @param privateKey PEM, PKCS #8
 */
public record UserCertificate(String certificate, String privateKey) {

  private static final Duration LIFE = Duration.ofDays(3650);
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);
  private static final int SERIAL_BITS = 127;

  /** Makes one of a new key. */
  public static UserCertificate make(String user, Instant now, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair keys = generator.generateKeyPair();
      X500Principal name = new X500Principal("CN=" + user);
      byte[] signed =
          Certificate.ofUser(name, keys.getPublic())
              .signed(
                  new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                  new Certificate.Validity(now.minus(CLOCK_SKEW), now.plus(LIFE)),
                  name,
                  keys.getPrivate());
      return new UserCertificate(
          Pem.of("CERTIFICATE", signed), Pem.of("PRIVATE KEY", PrivateKeyForm.of(keys)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has the curve P-256", e);
    }
  }

  @Override
  public String toString() {
    return "UserCertificate[" + certificate + "]";
  }
}
