package io.virga.control.operator.pki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** An X.509 certificate that is about to be signed (RFC 5280 §4.1). Its key is on P-256. */
final class Certificate {

  private static final int VERSION_3 = 2;
  private static final int POINT_BYTES = 65;
  private static final byte[] ECDSA_WITH_SHA256 =
      Der.sequence(Der.identifier("1.2.840.10045.4.3.2"));
  private static final byte[] SERVER_AUTH = Der.identifier("1.3.6.1.5.5.7.3.1");
  private static final byte[] CLIENT_AUTH = Der.identifier("1.3.6.1.5.5.7.3.2");
  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

  private final X500Principal subject;
  private final PublicKey key;
  private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();

  /** From when it is good, and to when. */
  record Validity(Instant from, Instant to) {}

  private Certificate(X500Principal subject, PublicKey key) throws GeneralSecurityException {
    this.subject = subject;
    this.key = key;
    byte[] encoded = key.getEncoded();
    byte[] point = Arrays.copyOfRange(encoded, encoded.length - POINT_BYTES, encoded.length);
    extension(14, false, Der.octets(MessageDigest.getInstance("SHA-1").digest(point)));
  }

  /** One that signs others, which themselves sign none. */
  static Certificate ofAuthority(X500Principal subject, PublicKey key)
      throws GeneralSecurityException {
    Certificate certificate = new Certificate(subject, key);
    certificate.extension(19, true, Der.sequence(Der.yes(), Der.integer(BigInteger.ZERO)));
    certificate.extension(15, true, Der.namedBits(KEY_CERT_SIGN, CRL_SIGN));
    return certificate;
  }

  /**
   * One of a process, which is a server to some and a client to others.
   *
   * @param alternatives DNS names and IP addresses
   */
  static Certificate ofProcess(X500Principal subject, PublicKey key, List<String> alternatives)
      throws GeneralSecurityException {
    Certificate certificate = new Certificate(subject, key);
    certificate.extension(19, true, Der.sequence());
    certificate.extension(15, true, Der.namedBits(DIGITAL_SIGNATURE));
    certificate.extension(37, false, Der.sequence(SERVER_AUTH, CLIENT_AUTH));
    byte[][] names = alternatives.stream().map(Certificate::alternative).toArray(byte[][]::new);
    certificate.extension(17, false, Der.sequence(names));
    return certificate;
  }

  /** One of a user, who is a client. */
  static Certificate ofUser(X500Principal subject, PublicKey key) throws GeneralSecurityException {
    Certificate certificate = new Certificate(subject, key);
    certificate.extension(19, true, Der.sequence());
    certificate.extension(15, true, Der.namedBits(DIGITAL_SIGNATURE));
    certificate.extension(37, false, Der.sequence(CLIENT_AUTH));
    return certificate;
  }

  /** A name among {@code subjectAltName} (RFC 5280 §4.2.1.6). */
  private static byte[] alternative(String name) {
    return isAddress(name)
        ? Der.tagged(IP_ADDRESS, address(name).getAddress())
        : Der.tagged(DNS_NAME, Der.ascii(name));
  }

  /** Whether a name is an IP address, not a DNS name. */
  static boolean isAddress(String name) {
    return name.matches("[0-9.]+|.*:.*");
  }

  /** Of a literal; nothing is looked up. */
  static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  /** The number is of {@code id-ce}, 2.5.29. */
  private void extension(int number, boolean critical, byte[] value) {
    byte[] identifier = Der.identifier("2.5.29." + number);
    byte[] mark = critical ? Der.yes() : new byte[0];
    extensions.writeBytes(Der.sequence(identifier, mark, Der.octets(value)));
  }

  /** The DER of the signed certificate. */
  byte[] signed(BigInteger serial, Validity validity, X500Principal issuer, PrivateKey issuerKey)
      throws GeneralSecurityException {
    byte[] toBeSigned =
        Der.sequence(
            Der.tagged(0xa0, Der.integer(BigInteger.valueOf(VERSION_3))),
            Der.integer(serial),
            ECDSA_WITH_SHA256,
            issuer.getEncoded(),
            Der.sequence(Der.time(validity.from()), Der.time(validity.to())),
            subject.getEncoded(),
            key.getEncoded(),
            Der.tagged(0xa3, Der.sequence(extensions.toByteArray())));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(issuerKey);
    signature.update(toBeSigned);
    return Der.sequence(toBeSigned, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
  }
}
