package io.virga.control.volume.life;

import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.StorageProtocol;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.BlockPortals;
import io.virga.control.volume.store.TypeStore;
import io.virga.dataplane.desired.InstanceSpec.IscsiSource;
import io.virga.dataplane.desired.InstanceSpec.NbdSource;
import io.virga.dataplane.desired.IscsiAccess;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * How an attachment opens its volume: by the protocol of the volume's type, and over iSCSI by an
 * account that is made for it and never used again.
 */
public final class AttachmentDoors {

  /** The one that IANA has given to NBD. */
  private static final int NBD_PORT = 10809;

  private static final int USER_BYTES = 15;
  private static final int SECRET_BYTES = 24;

  private final TypeStore types;
  private final BlockPortals portals;
  private final SecureRandom random = new SecureRandom();

  public AttachmentDoors(TypeStore types, BlockPortals portals) {
    this.types = types;
    this.portals = portals;
  }

  /** The protocol of the volume's type; NBD for root disks, which have none. */
  public Mono<StorageProtocol> protocol(Session session, Volume volume) {
    return Mono.justOrEmpty(volume.traits().type())
        .flatMap(type -> types.find(session, Viewer.EVERYTHING, type.id()))
        .map(type -> StorageProtocol.of(type.extraSpecs()))
        .defaultIfEmpty(StorageProtocol.NBD);
  }

  /**
   * A new way in over iSCSI, or nothing if the volume is opened over NBD. Conflict if the host
   * offers no iSCSI.
   *
   * @param initiator the only one that may come
   */
  public Mono<Optional<IscsiSource>> open(
      Session session, Volume volume, Optional<String> initiator) {
    return protocol(session, volume)
        .filter(protocol -> protocol == StorageProtocol.ISCSI)
        .flatMap(
            iscsi ->
                portals
                    .iscsi(session, volume.host())
                    .switchIfEmpty(
                        Mono.error(
                            () ->
                                ApiFault.conflict(
                                    "Volume %s is opened over iSCSI, which its host does not offer."
                                        .formatted(volume.id())))))
        .map(portal -> Optional.of(new IscsiSource(portal, account(initiator))))
        .defaultIfEmpty(Optional.empty());
  }

  /**
   * Where the volumes of a host are opened on other hosts; nothing if they are not: the host speaks
   * no TLS, without which it answers nobody.
   */
  public Mono<NbdSource> nbd(Session session, String host) {
    return ofTls(portals.nbd(session, host));
  }

  /** Whether volumes of a host, which is there, could be opened on other hosts now. */
  public Mono<Boolean> reachesOthers(Session session, String host) {
    return ofTls(portals.connectedNbd(session, host)).hasElement();
  }

  private static Mono<NbdSource> ofTls(Mono<String> said) {
    return said.map(URI::create)
        .filter(url -> "nbds".equals(url.getScheme()) && url.getHost() != null)
        .map(AttachmentDoors::source);
  }

  private static NbdSource source(URI url) {
    String host = url.getHost();
    boolean bracketed = host.startsWith("[");
    return new NbdSource(
        bracketed ? host.substring(1, host.length() - 1) : host,
        url.getPort() < 0 ? NBD_PORT : url.getPort());
  }

  private IscsiAccess account(Optional<String> initiator) {
    return new IscsiAccess(text(USER_BYTES), text(SECRET_BYTES), initiator);
  }

  private String text(int bytes) {
    byte[] unknown = new byte[bytes];
    random.nextBytes(unknown);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(unknown);
  }
}
