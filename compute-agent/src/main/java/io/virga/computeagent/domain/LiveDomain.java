package io.virga.computeagent.domain;

import io.virga.dataplane.desired.InstanceSpec.NbdSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the XML of a domain that is there says.
 *
 * @param disks the disks that are exports, in the order of the XML
 */
public record LiveDomain(
    AppliedState applied, List<LiveDisk> disks, List<LiveNic> nics, Consoles consoles) {

  public LiveDomain {
    disks = List.copyOf(disks);
    nics = List.copyOf(nics);
  }

  /**
   * A disk of the domain.
   *
   * @param index libvirt's number of the disk's block nodes in the running QEMU; 0 when it does not
   *     run
   * @param reconnects whether QEMU waits for a server that is away: over iSCSI always, over NBD
   *     where this libvirt has told it to; where it has not, the agent does
   * @param portal where it is opened over iSCSI; it is opened over NBD otherwise
   * @param copy what it is being copied to
   * @param nbd the blockstore of another host that it is opened on over NBD
   */
  public record LiveDisk(
      String device,
      String exportName,
      boolean readOnly,
      int index,
      boolean reconnects,
      Optional<String> portal,
      Optional<Copy> copy,
      Optional<NbdSource> nbd) {

    /** A disk over NBD on the host's own blockstore. */
    public LiveDisk(
        String device, String exportName, boolean readOnly, int index, boolean reconnects) {
      this(
          device,
          exportName,
          readOnly,
          index,
          reconnects,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    /** The same, being copied. */
    public LiveDisk copiedTo(Copy to) {
      return new LiveDisk(
          device, exportName, readOnly, index, reconnects, portal, Optional.of(to), nbd);
    }

    /** The volume of the export. */
    public String volumeId() {
      int dot = exportName.lastIndexOf('.');
      return dot < 0 ? exportName : exportName.substring(0, dot);
    }
  }

  /**
   * Where the consoles of a running domain are.
   *
   * @param terminal the pseudo-terminal of its first serial line
   * @param vncSocket the unix socket of its screen
   */
  public record Consoles(Optional<Path> terminal, Optional<Path> vncSocket) {

    /** Those of a domain that has none, or does not run. */
    public static final Consoles NONE = new Consoles(Optional.empty(), Optional.empty());
  }

  /**
   * A copy of a disk that is under way.
   *
   * @param ready whether all has been copied, so that the guest may be switched over to it
   */
  public record Copy(String exportName, boolean ready) {}

  /** A network card of the domain. */
  public record LiveNic(String portId, String mac, String tapName) {}
}
