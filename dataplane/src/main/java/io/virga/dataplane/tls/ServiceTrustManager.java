package io.virga.dataplane.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The platform's checks under one CA, and then that the server is of the service we meant. */
final class ServiceTrustManager extends X509ExtendedTrustManager {

  private final X509ExtendedTrustManager platform;
  private final String service;

  private ServiceTrustManager(X509ExtendedTrustManager platform, String service) {
    this.platform = platform;
    this.service = service;
  }

  static ServiceTrustManager of(X509Certificate authority, String service)
      throws IOException, CertificateException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("ca", authority);
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      if (factory.getTrustManagers()[0] instanceof X509ExtendedTrustManager platform) {
        return new ServiceTrustManager(platform, service);
      }
      throw new CertificateException("PKIX gave no extended trust manager");
    } catch (CertificateException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new CertificateException("cannot trust the CA", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    platform.checkServerTrusted(chain, authType, engine);
    requireService(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    platform.checkServerTrusted(chain, authType, socket);
    requireService(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    platform.checkServerTrusted(chain, authType);
    requireService(chain);
  }

  private void requireService(X509Certificate[] chain) throws CertificateException {
    if (PeerIdentity.of(chain[0]).filter(peer -> peer.service().equals(service)).isEmpty()) {
      throw new CertificateException(
          "expected the service " + service + ", not " + chain[0].getSubjectX500Principal());
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return platform.getAcceptedIssuers();
  }
}
