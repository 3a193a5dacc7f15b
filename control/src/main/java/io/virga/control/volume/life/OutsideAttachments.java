package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.volume.model.Attachment;
import io.virga.control.volume.model.Attachment.Outside;
import io.virga.control.volume.model.Attachment.Stage;
import io.virga.control.volume.model.StorageProtocol;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Attachments of those who use the volume API, each within a transaction that has locked the
 * volume. The compute service's are its own: nobody else opens, changes or ends them
 * (OSSA-2023-003).
 *
 * <pre>
 * none      → reserve → reserved → connect → attaching → complete → attached → beginDetach → detaching
 * none      → connect → attaching
 * none      → complete → attached, closed
 * detaching → rollDetaching → attached
 * any       → disconnect → the same stage, closed → connect → open under another name
 * any       → end → none
 * </pre>
 */
public final class OutsideAttachments {

  private final VolumeStore volumes;
  private final VolumeLife life;
  private final AttachmentDoors doors;

  public OutsideAttachments(VolumeStore volumes, VolumeLife life, AttachmentDoors doors) {
    this.volumes = volumes;
    this.life = life;
    this.doors = doors;
  }

  /**
   * Where somebody comes from.
   *
   * @param host what he calls it
   * @param initiator his name over iSCSI, which is needed where the volume is opened over that
   */
  public record Connector(
      Optional<String> host,
      Optional<String> initiator,
      Optional<String> device,
      boolean readOnly) {}

  /** Who attaches it: a server, by its id, or a host. */
  public record Party(
      Optional<String> server, Optional<String> host, Optional<String> device, boolean readOnly) {}

  /** Keeps an available volume for somebody. */
  public Mono<Volume> reserve(Transaction transaction, Volume volume, Party party) {
    if (!volume.status().equals("available") || volume.attachment().isPresent()) {
      return refuse(volume, "available to be reserved");
    }
    Volume reserved = volume.held(attachment(holder(party, Stage.RESERVED)));
    return volumes.update(transaction, reserved).thenReturn(reserved);
  }

  /**
   * Opens the volume. Once for each connector: whoever asks again is told of the same door, another
   * is refused.
   */
  public Mono<Volume> connect(Transaction transaction, Volume volume, Connector connector) {
    if (volume.attachment().isEmpty()) {
      boolean free = volume.status().equals("available") || volume.status().equals("attaching");
      return free
          ? open(transaction, volume, attachment(NOBODY), connector)
          : refuse(volume, "available or attaching to be connected");
    }
    Outside holder = outside(volume);
    if (!holder.open()) {
      return open(transaction, volume, volume.attachment().get(), connector);
    }
    boolean again =
        holder.host().equals(connector.host()) && holder.initiator().equals(connector.initiator());
    return again
        ? Mono.just(volume)
        : Mono.error(
            ApiFault.conflict(
                "Volume %s is connected for another host or initiator.".formatted(volume.id())));
  }

  private static final Outside NOBODY =
      new Outside(
          Optional.empty(), Optional.empty(), Optional.empty(), "", false, Stage.ATTACHING, false);

  private Mono<Volume> open(
      Transaction transaction, Volume volume, Attachment attachment, Connector connector) {
    return doors
        .protocol(transaction, volume)
        .filter(protocol -> protocol == StorageProtocol.NBD || connector.initiator().isPresent())
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.badRequest("Connector doesn't have required information: initiator")))
        .flatMap(protocol -> doors.open(transaction, volume, connector.initiator()))
        .flatMap(
            iscsi -> {
              Outside was = (Outside) attachment.holder();
              Outside holder =
                  new Outside(
                      was.server(),
                      connector.host().or(was::host),
                      connector.initiator(),
                      connector.device().orElse(was.device()),
                      connector.readOnly() || was.readOnly(),
                      was.stage() == Stage.RESERVED ? Stage.ATTACHING : was.stage(),
                      true);
              Volume opened =
                  volume.attached(new Attachment(attachment.id(), holder, Instant.now(), iscsi));
              return life.change(transaction, opened).thenReturn(opened);
            });
  }

  /** It is attached: somebody says so. */
  public Mono<Void> complete(Transaction transaction, Volume volume, Party party) {
    if (volume.attachment().isEmpty()) {
      boolean free = volume.status().equals("available") || volume.status().equals("attaching");
      return free
          ? volumes.update(transaction, volume.held(attachment(holder(party, Stage.ATTACHED))))
          : refuse(volume, "available or attaching to be attached").then();
    }
    Outside was = outside(volume);
    Outside now =
        new Outside(
            party.server().or(was::server),
            party.host().or(was::host),
            was.initiator(),
            party.device().orElse(was.device()),
            was.readOnly(),
            Stage.ATTACHED,
            was.open());
    return hold(transaction, volume, now);
  }

  /** An attached volume is on its way out. */
  public Mono<Void> beginDetach(Transaction transaction, Volume volume) {
    return move(transaction, volume, Stage.ATTACHED, Stage.DETACHING);
  }

  /** It stays after all. */
  public Mono<Void> rollDetaching(Transaction transaction, Volume volume) {
    return move(transaction, volume, Stage.DETACHING, Stage.ATTACHED);
  }

  private Mono<Void> move(Transaction transaction, Volume volume, Stage from, Stage to) {
    if (volume.attachment().isEmpty() || outside(volume).stage() != from) {
      return refuse(volume, from.volumeStatus() + " for that").then();
    }
    return hold(transaction, volume, outside(volume).at(to));
  }

  private Mono<Void> hold(Transaction transaction, Volume volume, Outside holder) {
    return Mono.justOrEmpty(volume.attachment())
        .flatMap(attachment -> volumes.update(transaction, volume.held(attachment.heldBy(holder))));
  }

  /** Closes the volume, and keeps the attachment; nothing if it is closed. */
  public Mono<Void> disconnect(Transaction transaction, Volume volume) {
    if (volume.attachment().isEmpty() || !outside(volume).open()) {
      return Mono.empty();
    }
    Outside closed = outside(volume).open(false);
    Attachment left =
        new Attachment(
            volume.attachment().get().id(),
            closed,
            volume.attachment().get().at(),
            Optional.empty());
    return closed.stage() == Stage.ATTACHING
        ? life.change(transaction, volume.detached())
        : life.change(transaction, volume.closed(left));
  }

  /** Ends the attachment; nothing if there is none. */
  public Mono<Void> end(Transaction transaction, Volume volume) {
    if (volume.attachment().isEmpty()) {
      return Mono.empty();
    }
    outside(volume);
    return life.change(transaction, volume.detached());
  }

  private static Attachment attachment(Outside holder) {
    return new Attachment(Ids.next(), holder, Instant.now(), Optional.empty());
  }

  private static Outside holder(Party party, Stage stage) {
    return new Outside(
        party.server(),
        party.host(),
        Optional.empty(),
        party.device().orElse(""),
        party.readOnly(),
        stage,
        false);
  }

  /** Who holds the attached volume; conflict if the compute service does. */
  private static Outside outside(Volume volume) {
    return switch (volume.attachment().orElseThrow().holder()) {
      case Outside outside -> outside;
      case Attachment.Instance instance ->
          throw ApiFault.conflict(
              "Volume %s is attached to the server %s: it is detached by the compute service."
                  .formatted(volume.id(), instance.instanceId()));
    };
  }

  private static <T> Mono<T> refuse(Volume volume, String wanted) {
    return Mono.error(
        ApiFault.badRequest(
            "Invalid volume: Volume %s status must be %s, but current status is: %s."
                .formatted(volume.id(), wanted, volume.status())));
  }
}
