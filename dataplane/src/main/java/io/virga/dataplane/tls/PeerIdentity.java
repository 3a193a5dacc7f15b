package io.virga.dataplane.tls;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Whom a certificate names: {@code CN=<host>, OU=<service>, O=virga} (docs/ARCHITECTURE.md §11).
 *
 * @param service {@code control}, {@code blockstore}, …
 */
public record PeerIdentity(String service, String host) {

  private static final String ORGANIZATION = "virga";

  /** Empty unless the subject is exactly of the form above. */
  public static Optional<PeerIdentity> of(X509Certificate certificate) {
    try {
      List<Rdn> names = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
      Optional<String> host = single(names, "CN");
      Optional<String> service = single(names, "OU");
      Optional<String> organization = single(names, "O");
      return names.size() == 3 && organization.filter(ORGANIZATION::equals).isPresent()
          ? host.flatMap(h -> service.map(s -> new PeerIdentity(s, h)))
          : Optional.empty();
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }

  /** Who is at the other end; empty if it showed no certificate of ours. */
  public static Optional<PeerIdentity> of(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  /** Who is at the other end of a channel whose TLS handshake is done. */
  public static Optional<PeerIdentity> of(ChannelPipeline pipeline) {
    SslHandler handler = pipeline.get(SslHandler.class);
    return handler == null ? Optional.empty() : of(handler.engine().getSession());
  }

  private static Optional<String> single(List<Rdn> names, String type) {
    List<String> values =
        names.stream()
            .filter(name -> name.getType().equalsIgnoreCase(type) && name.size() == 1)
            .map(name -> String.valueOf(name.getValue()))
            .toList();
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
