package io.virga.control.operator.pki;

import io.virga.control.operator.home.PrivateFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The private authority of a home: {@code ca.crt} and {@code ca.key}, and {@code S.crt} and {@code
 * S.key} for each process ({@code docs/ARCHITECTURE.md} §11, "Certificates"). What is there is
 * kept; a certificate that ends within {@link #RENEW_BEFORE} is made anew.
 */
public final class CertificateAuthority {

  static final Duration RENEW_BEFORE = Duration.ofDays(60);
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  private static final Duration PROCESS_LIFE = Duration.ofDays(730);
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SERIAL_BITS = 127;

  private final Path folder;
  private final Clock clock;
  private final SecureRandom random;

  public CertificateAuthority(Path folder, Clock clock, SecureRandom random) {
    this.folder = folder;
    this.clock = clock;
    this.random = random;
  }

  public Path authorityFile() {
    return folder.resolve("ca.crt");
  }

  public Path certificateFile(String service) {
    return folder.resolve(service + ".crt");
  }

  public Path keyFile(String service) {
    return folder.resolve(service + ".key");
  }

  /** Makes the authority if there is none. */
  public void ensureAuthority() {
    if (Files.exists(authorityFile())) {
      return;
    }
    try {
      KeyPair keys = newKeys();
      X500Name name = new X500Name("CN=Virga private authority, O=virga");
      X509v3CertificateBuilder certificate =
          builder(name, name, keys.getPublic(), AUTHORITY_LIFE)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      write(folder.resolve("ca.key"), "PRIVATE KEY", keys.getPrivate().getEncoded());
      write(authorityFile(), "CERTIFICATE", signed(certificate, keys.getPrivate()));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make the certificate authority in " + folder, e);
    }
  }

  /** Makes the key and the certificate of a process of this host if there are none. */
  public void ensureProcess(String service, String host) {
    try {
      if (Files.exists(certificateFile(service)) && lastsLongEnough(certificateFile(service))) {
        return;
      }
      KeyPair keys = newKeys();
      X500Name name = new X500Name("CN=%s, OU=%s, O=virga".formatted(host, service));
      X509v3CertificateBuilder certificate =
          builder(issuer(), name, keys.getPublic(), PROCESS_LIFE)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(Extension.extendedKeyUsage, false, bothEnds())
              .addExtension(Extension.subjectAlternativeName, false, dnsNames(service, host));
      write(keyFile(service), "PRIVATE KEY", keys.getPrivate().getEncoded());
      write(certificateFile(service), "CERTIFICATE", signed(certificate, authorityKey()));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make the certificate of " + service, e);
    }
  }

  private boolean lastsLongEnough(Path file) throws GeneralSecurityException {
    Instant end = certificate(file).getNotAfter().toInstant();
    return clock.instant().plus(RENEW_BEFORE).isBefore(end);
  }

  private X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Duration life)
      throws GeneralSecurityException, IOException {
    Instant now = clock.instant();
    JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
    return new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
            Date.from(now.minus(CLOCK_SKEW)),
            Date.from(now.plus(life)),
            subject,
            key)
        .addExtension(
            Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key));
  }

  private static ExtendedKeyUsage bothEnds() {
    return new ExtendedKeyUsage(
        new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth});
  }

  private static GeneralNames dnsNames(String service, String host) {
    return new GeneralNames(
        new GeneralName[] {
          new GeneralName(GeneralName.dNSName, service + "." + host + ".virga"),
          new GeneralName(GeneralName.dNSName, "localhost")
        });
  }

  private static byte[] signed(X509v3CertificateBuilder certificate, PrivateKey key)
      throws OperatorCreationException, IOException {
    return certificate.build(new JcaContentSignerBuilder(SIGNATURE).build(key)).getEncoded();
  }

  private X500Name issuer() throws GeneralSecurityException {
    return X500Name.getInstance(
        certificate(authorityFile()).getSubjectX500Principal().getEncoded());
  }

  private PrivateKey authorityKey() throws GeneralSecurityException {
    byte[] der = Pem.first(PrivateFiles.read(folder.resolve("ca.key")));
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static X509Certificate certificate(Path file) throws GeneralSecurityException {
    byte[] der = Pem.first(PrivateFiles.read(file));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private static void write(Path file, String label, byte[] der) {
    PrivateFiles.write(file, Pem.of(label, der));
  }
}
