package io.virga.computeagent.libvirt;

import io.virga.computeagent.domain.AppliedState;
import java.util.List;
import java.util.Optional;

/**
 * What the agent asks of the hypervisor. Every call blocks, may be made by any thread, and throws
 * {@link HypervisorException} when it could not be done. An instance is named by its id; domains
 * that are not Virga's are neither seen nor touched.
 */
public interface Hypervisor {

  /** The instances that have a domain, running or not. */
  List<String> instances();

  /** How an instance's domain is, if there is one. */
  Optional<DomainStatus> find(String instanceId);

  /** Makes or replaces the persistent definition; a running guest goes on as it is. */
  void define(String domainXml);

  /** Starts the defined domain, its processors halted until {@link #resume}. */
  void startPaused(String instanceId);

  /** Lets the processors run. */
  void resume(String instanceId);

  /** Halts the processors until {@link #resume}. */
  void pause(String instanceId);

  /** Writes the guest's memory to a file and ends it; it goes on from there at the next start. */
  void save(String instanceId);

  /** Removes that file, so that the next start is from the disk. */
  void forgetSaved(String instanceId);

  /** Presses the power button; the guest may take its time or not listen. */
  void requestShutdown(String instanceId);

  /** Asks the guest to reboot; it may take its time or not listen. */
  void requestReboot(String instanceId);

  /** Ends the guest at once; what it had flushed is kept. */
  void destroy(String instanceId);

  /** Forgets the definition. */
  void undefine(String instanceId);

  /** Has libvirt know the secret of an attachment, for disks that are opened from now on. */
  void keepSecret(String instanceId, String exportName, String value);

  /** Has libvirt forget all such secrets of an instance. */
  void forgetSecrets(String instanceId);

  /** Adds a device to the definition and, of a running guest, to the guest. */
  void attach(String instanceId, String deviceXml, Scope scope);

  /** Asks for a device back; a running guest lets go of it later, or never. */
  void detach(String instanceId, String deviceXml, Scope scope);

  /**
   * Begins to copy a disk of a running guest to another, which gets all that is written from then
   * on, too. The domain tells how far it is; a copy that fails is gone.
   *
   * @param deviceXml the disk that it is copied to
   */
  void copy(String instanceId, String device, String deviceXml);

  /** Has the guest, and the definition, go on with the copy of a disk, which must be ready. */
  void switchToCopy(String instanceId, String device);

  /** Gives the copy of a disk up. */
  void giveUpCopy(String instanceId, String device);

  /** Keeps the state with the domain. */
  void writeApplied(String instanceId, AppliedState applied);

  /** A command to the QEMU of a running guest, and its answer, as JSON. */
  String monitor(String instanceId, String command);

  /** The version of the hypervisor, for example {@code QEMU 7.2.22}. */
  String version();

  /** What a change of devices holds for. */
  enum Scope {
    RUNNING_AND_DEFINITION,
    RUNNING,
    DEFINITION
  }
}
