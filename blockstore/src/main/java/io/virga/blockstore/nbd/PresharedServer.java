package io.virga.blockstore.nbd;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Vector;
import java.util.function.Consumer;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.PSKTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskIdentity;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * What our end of TLS with keys shared beforehand agrees to: versions 1.3 (RFC 8446 §4.2.11) and
 * 1.2 (RFC 5487, RFC 8442), with forward secrecy only. Of AES alone, since the JDK offers no
 * ChaCha20 in the form that this library wants.
 */
final class PresharedServer extends PSKTlsServer {

  private static final int[] SUITES = {
    CipherSuite.TLS_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_DHE_PSK_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_DHE_PSK_WITH_AES_256_GCM_SHA384,
  };

  private final Claims claims;
  private final Consumer<String> established;

  /**
   * @param established is told the client's name when it has proved to have the key
   */
  PresharedServer(TlsCrypto crypto, PresharedKeys keys, Consumer<String> established) {
    this(crypto, new Claims(keys), established);
  }

  private PresharedServer(TlsCrypto crypto, Claims claims, Consumer<String> established) {
    super(crypto, claims);
    this.claims = claims;
    this.established = established;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.TLSv13.downTo(ProtocolVersion.TLSv12);
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return TlsUtils.getSupportedCipherSuites(getCrypto(), SUITES);
  }

  @Override
  public @Nullable TlsPSKExternal getExternalPSK(Vector identities) {
    for (Object offered : identities) {
      byte[] identity = ((PskIdentity) offered).getIdentity();
      byte[] key = claims.getPSK(identity);
      if (key != null) {
        return new BasicTlsPSKExternal(
            identity, getCrypto().createSecret(key), PRFAlgorithm.tls13_hkdf_sha256);
      }
    }
    return null;
  }

  @Override
  public void notifyHandshakeComplete() {
    claims.last.ifPresent(established);
  }

  /** The identity that was claimed last is the one whose key the handshake goes on with. */
  private static final class Claims implements TlsPSKIdentityManager {
    private final PresharedKeys keys;
    private Optional<String> last = Optional.empty();

    Claims(PresharedKeys keys) {
      this.keys = keys;
    }

    @Override
    public byte @Nullable [] getHint() {
      return null;
    }

    @Override
    public byte @Nullable [] getPSK(byte[] identity) {
      Optional<byte[]> key = keys.find(identity);
      last = key.map(known -> new String(identity, StandardCharsets.UTF_8));
      return key.orElse(null);
    }
  }
}
