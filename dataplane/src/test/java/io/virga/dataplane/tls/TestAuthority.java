package io.virga.dataplane.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A private CA in a test's own directory, which gives certificates as a home's CA does. */
public final class TestAuthority {

  private static final X500Name ISSUER = new X500Name("CN=test CA, O=virga");

  private final Path directory;
  private final KeyPair keys = newKeys();

  /** Writes {@code ca.crt} into the directory. */
  public TestAuthority(Path directory) {
    this.directory = directory;
    write("ca.crt", "CERTIFICATE", certificate(ISSUER, keys.getPublic(), Optional.empty()));
  }

  /** A certificate and key, in {@code <service>-<host>.crt} and {@code .key}. */
  public ProcessIdentity identity(String service, String host) {
    return identity(service, host, "127.0.0.1");
  }

  /** As above, also good for the IP address. */
  public ProcessIdentity identity(String service, String host, String address) {
    files(service, host, address);
    return ProcessIdentity.load(
        directory.resolve("ca.crt"),
        directory.resolve(service + "-" + host + ".crt"),
        directory.resolve(service + "-" + host + ".key"));
  }

  /** The settings that name a fresh certificate and key. */
  public Map<String, String> settings(String service, String host) {
    files(service, host, "127.0.0.1");
    String base = directory.resolve(service + "-" + host).toString();
    return Map.of(
        "virga.tls.ca-file", directory.resolve("ca.crt").toString(),
        "virga.tls.certificate-file", base + ".crt",
        "virga.tls.key-file", base + ".key");
  }

  private void files(String service, String host, String address) {
    KeyPair own = newKeys();
    X500Name subject = new X500Name("CN=" + host + ", OU=" + service + ", O=virga");
    write(
        service + "-" + host + ".crt",
        "CERTIFICATE",
        certificate(subject, own.getPublic(), Optional.of(address)));
    write(service + "-" + host + ".key", "PRIVATE KEY", privateKey(own));
  }

  /** With the public key in it, which the JDK leaves out and GnuTLS wants. */
  private static byte[] privateKey(KeyPair keys) {
    try {
      PrivateKeyInfo plain = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
      SubjectPublicKeyInfo shown = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
      BigInteger scalar = ((java.security.interfaces.ECPrivateKey) keys.getPrivate()).getS();
      ECPrivateKey key = new ECPrivateKey(256, scalar, shown.getPublicKeyData(), null);
      return new PrivateKeyInfo(plain.getPrivateKeyAlgorithm(), key).getEncoded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a process that is reached by the address, or else of an authority. */
  private byte[] certificate(X500Name subject, PublicKey key, Optional<String> address) {
    Instant now = Instant.now();
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            ISSUER,
            new BigInteger(64, new SecureRandom()),
            Date.from(now.minusSeconds(60)),
            Date.from(now.plusSeconds(3600)),
            subject,
            key);
    try {
      builder.addExtension(
          Extension.basicConstraints, true, new BasicConstraints(address.isEmpty()));
      if (address.isPresent()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.dNSName, "localhost"),
                  new GeneralName(GeneralName.iPAddress, address.get())
                }));
      }
      return builder
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
          .getEncoded();
    } catch (CertIOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(String name, String label, byte[] der) {
    Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    try {
      Path file =
          Files.writeString(
              directory.resolve(name),
              "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                  .formatted(label, base64.encodeToString(der), label));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
