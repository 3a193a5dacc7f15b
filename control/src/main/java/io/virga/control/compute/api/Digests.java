package io.virga.control.compute.api;

import io.virga.control.fault.ApiFault;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Digests that the API shows. */
final class Digests {

  private Digests() {}

  static byte[] sha224(String text) {
    return digest("SHA-224", text.getBytes(StandardCharsets.UTF_8));
  }

  /** The MD5 of an SSH public key's blob, in hexadecimal with colons, as Nova shows it. */
  static String fingerprint(String base64Blob) {
    return text(digest("MD5", Base64.getDecoder().decode(base64Blob)));
  }

  /** The SHA-1 of a certificate, likewise; bad request if the PEM is none. */
  static String certificate(String pem) {
    try {
      Certificate certificate =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
      return text(digest("SHA-1", certificate.getEncoded()));
    } catch (CertificateException e) {
      throw ApiFault.badRequest("Keypair data is invalid: public_key is no certificate in PEM");
    }
  }

  private static String text(byte[] digest) {
    return IntStream.range(0, digest.length)
        .mapToObj(i -> "%02x".formatted(digest[i] & 0xff))
        .collect(Collectors.joining(":"));
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
