package io.virga.control.operator.pki;

import io.virga.control.operator.home.PrivateFiles;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

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
  private static final int SERIAL_BITS = 127;

  /** How Java numbers the kinds of alternative names. */
  private static final int DNS_TYPE = 2;

  private static final int ADDRESS_TYPE = 7;

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

  public Path certificateFile(String process) {
    return folder.resolve(process + ".crt");
  }

  public Path keyFile(String process) {
    return folder.resolve(process + ".key");
  }

  /** Makes the authority if there is none. */
  public void ensureAuthority() {
    if (Files.exists(authorityFile())) {
      return;
    }
    try {
      KeyPair keys = newKeys();
      X500Principal name = new X500Principal("O=virga, CN=Virga private authority");
      byte[] certificate =
          Certificate.ofAuthority(name, keys.getPublic())
              .signed(serial(), validFor(AUTHORITY_LIFE), name, keys.getPrivate());
      write(folder.resolve("ca.key"), "PRIVATE KEY", keys.getPrivate().getEncoded());
      write(authorityFile(), "CERTIFICATE", certificate);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make the certificate authority in " + folder, e);
    }
  }

  /**
   * Makes the key and the certificate of a process if there are none.
   *
   * @param process what its files are called
   */
  public void ensureProcess(String process, Peer peer) {
    List<String> names = new ArrayList<>(List.of(peer.dnsName(), "localhost"));
    names.addAll(peer.addresses());
    ensure(process, peer.service(), peer.host(), names);
  }

  /**
   * What a process is among its peers.
   *
   * @param host whose it is
   * @param addresses where others reach it, beside its names
   */
  public record Peer(String service, String host, List<String> addresses) {

    public Peer {
      addresses = List.copyOf(addresses);
    }

    private String dnsName() {
      return service + "." + host + ".virga";
    }
  }

  /**
   * Makes the key and the certificate of a listener for tenants if there are none that name the
   * address. No peer takes such a certificate for a process of the cloud.
   *
   * @param address a DNS name or an IP address
   */
  public void ensureListener(String listener, String host, String address) {
    ensure(listener, listener, host, List.of("localhost", "127.0.0.1", "::1", host, address));
  }

  private void ensure(String process, String service, String host, List<String> names) {
    try {
      if (Files.exists(certificateFile(process)) && isGood(certificateFile(process), names)) {
        return;
      }
      KeyPair keys = newKeys();
      X500Principal name = new X500Principal("O=virga, OU=%s, CN=%s".formatted(service, host));
      byte[] certificate =
          Certificate.ofProcess(name, keys.getPublic(), names.stream().distinct().toList())
              .signed(serial(), validFor(PROCESS_LIFE), issuer(), authorityKey());
      write(keyFile(process), "PRIVATE KEY", PrivateKeyForm.of(keys));
      write(certificateFile(process), "CERTIFICATE", certificate);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make the certificate of " + process, e);
    }
  }

  private boolean isGood(Path file, List<String> names) throws GeneralSecurityException {
    X509Certificate certificate = certificate(file);
    Instant end = certificate.getNotAfter().toInstant();
    Set<List<?>> wanted = new HashSet<>();
    for (String name : names) {
      wanted.add(
          Certificate.isAddress(name)
              ? List.of(ADDRESS_TYPE, Certificate.address(name).getHostAddress())
              : List.of(DNS_TYPE, name));
    }
    Collection<List<?>> found = certificate.getSubjectAlternativeNames();
    return clock.instant().plus(RENEW_BEFORE).isBefore(end)
        && found != null
        && wanted.equals(new HashSet<>(found));
  }

  private BigInteger serial() {
    return new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
  }

  private Certificate.Validity validFor(Duration life) {
    Instant now = clock.instant();
    return new Certificate.Validity(now.minus(CLOCK_SKEW), now.plus(life));
  }

  private X500Principal issuer() throws GeneralSecurityException {
    return certificate(authorityFile()).getSubjectX500Principal();
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
