package io.virga.control.operator.pki;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;

/**
 * How a private key of the curve P-256 is written: PKCS #8 around the form of RFC 5915 with the
 * public key in it. The JDK leaves that out, and GnuTLS, which is QEMU's, does not take it without.
 */
final class PrivateKeyForm {

  private static final byte[] ALGORITHM =
      Der.sequence(Der.identifier("1.2.840.10045.2.1"), Der.identifier("1.2.840.10045.3.1.7"));
  private static final int SCALAR_BYTES = 32;
  private static final int POINT_BYTES = 65;
  private static final int PUBLIC_KEY = 0xa1;

  private PrivateKeyForm() {}

  static byte[] of(KeyPair keys) {
    byte[] publicKey = keys.getPublic().getEncoded();
    byte[] point = Arrays.copyOfRange(publicKey, publicKey.length - POINT_BYTES, publicKey.length);
    byte[] key =
        Der.sequence(
            Der.integer(BigInteger.ONE),
            Der.octets(scalar(((ECPrivateKey) keys.getPrivate()).getS())),
            Der.tagged(PUBLIC_KEY, Der.bits(point)));
    return Der.sequence(Der.integer(BigInteger.ZERO), ALGORITHM, Der.octets(key));
  }

  private static byte[] scalar(BigInteger value) {
    byte[] signed = value.toByteArray();
    byte[] scalar = new byte[SCALAR_BYTES];
    int length = Math.min(signed.length, SCALAR_BYTES);
    System.arraycopy(signed, signed.length - length, scalar, SCALAR_BYTES - length, length);
    return scalar;
  }
}
