package io.virga.computeagent.libvirt;

import io.virga.computeagent.domain.AppliedState;
import io.virga.computeagent.domain.AppliedStateXml;
import io.virga.computeagent.domain.InstanceNames;
import io.virga.computeagent.domain.IscsiXml;
import io.virga.computeagent.domain.LiveDomainReader;
import io.virga.computeagent.libvirt.DomainStatus.Phase;
import io.virga.computeagent.libvirt.HypervisorException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.libvirt.Domain;
import org.libvirt.Domain.BlockCopyFlags;
import org.libvirt.Domain.BlockCopyParameters;
import org.libvirt.Domain.BlockJobAbortFlags;
import org.libvirt.LibvirtException;
import org.libvirt.Secret;
import org.libvirt.TypedParameter;
import org.libvirt.TypedUlongParameter;

/** The hypervisor behind a libvirtd. Flags are those of {@code libvirt-domain.h}. */
public final class LibvirtHypervisor implements Hypervisor, AutoCloseable {

  private static final int XML_INACTIVE = 2;
  private static final int START_PAUSED = 1;
  private static final int AFFECT_LIVE = 1;
  private static final int AFFECT_CONFIG = 2;
  private static final int UNDEFINE_EVERYTHING = 1 | 2 | 4 | 16;
  private static final int METADATA_ELEMENT = 2;

  private final LibvirtConnection connection;
  private final DomainStateCall domainState = new DomainStateCall();

  /** The hypervisor of a libvirt URI; connected when it is first asked. */
  public LibvirtHypervisor(String uri, DomainListener listener) {
    connection = new LibvirtConnection(uri, listener);
  }

  /** What is done with a domain. */
  @FunctionalInterface
  private interface DomainCall<T> {
    T apply(Domain domain) throws LibvirtException;
  }

  /** What is done to a domain. */
  @FunctionalInterface
  private interface DomainAction {
    void apply(Domain domain) throws LibvirtException;
  }

  @Override
  public List<String> instances() {
    return connection.call(
        "list domains",
        connect -> {
          List<String> ids = new ArrayList<>();
          for (Domain domain : connect.listAllDomains(0)) {
            try {
              InstanceNames.instanceId(domain.getName()).ifPresent(ids::add);
            } finally {
              domain.free();
            }
          }
          return ids;
        });
  }

  @Override
  public Optional<DomainStatus> find(String instanceId) {
    try {
      return connection.call(
          "look at " + instanceId,
          connect -> {
            Domain domain = connect.domainLookupByUUIDString(instanceId);
            try {
              Optional<Phase> phase = domainState.phase(connect.pointer(), instanceId);
              if (phase.isEmpty()) {
                return Optional.<DomainStatus>empty();
              }
              boolean active = phase.get().active();
              boolean saved = !active && domain.hasManagedSaveImage() == 1;
              String definition = domain.getXMLDesc(XML_INACTIVE);
              return Optional.of(
                  new DomainStatus(
                      saved ? Phase.SAVED : phase.get(),
                      active ? domain.getID() : -1,
                      LiveDomainReader.read(active ? domain.getXMLDesc(0) : definition),
                      LiveDomainReader.read(definition)));
            } finally {
              domain.free();
            }
          });
    } catch (HypervisorException e) {
      if (e.reason() == Reason.NO_DOMAIN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void define(String domainXml) {
    connection.call("define a domain", connect -> connect.domainDefineXML(domainXml).free());
  }

  @Override
  public void startPaused(String instanceId) {
    act("start", instanceId, domain -> domain.create(START_PAUSED));
  }

  @Override
  public void resume(String instanceId) {
    act("resume", instanceId, Domain::resume);
  }

  @Override
  public void pause(String instanceId) {
    act("pause", instanceId, Domain::suspend);
  }

  @Override
  public void save(String instanceId) {
    act("save", instanceId, Domain::managedSave);
  }

  @Override
  public void forgetSaved(String instanceId) {
    act("forget the saved", instanceId, Domain::managedSaveRemove);
  }

  @Override
  public void requestShutdown(String instanceId) {
    act("shut down", instanceId, Domain::shutdown);
  }

  @Override
  public void requestReboot(String instanceId) {
    act("reboot", instanceId, domain -> domain.reboot(0));
  }

  @Override
  public void destroy(String instanceId) {
    act("destroy", instanceId, Domain::destroy);
  }

  @Override
  public void undefine(String instanceId) {
    act("undefine", instanceId, domain -> domain.undefine(UNDEFINE_EVERYTHING));
  }

  @Override
  public void keepSecret(String instanceId, String exportName, String value) {
    connection.call(
        "keep the secret of " + exportName,
        connect -> {
          Secret secret = connect.secretDefineXML(IscsiXml.secret(instanceId, exportName));
          try {
            return secret.setValue(value.getBytes(StandardCharsets.UTF_8));
          } finally {
            secret.free();
          }
        });
  }

  @Override
  public void forgetSecrets(String instanceId) {
    secrets().forEach(secret -> forgetSecret(secret, IscsiXml.usage(instanceId)));
  }

  /** A libvirtd without a driver for secrets keeps none. */
  private List<String> secrets() {
    try {
      return connection.call("list secrets", connect -> List.of(connect.listSecrets()));
    } catch (HypervisorException e) {
      if (e.reason() == Reason.NOT_SUPPORTED) {
        return List.of();
      }
      throw e;
    }
  }

  private void forgetSecret(String secretId, String usage) {
    try {
      connection.call(
          "forget a secret",
          connect -> {
            Secret secret = connect.secretLookupByUUIDString(secretId);
            try {
              return secret.getUsageID().startsWith(usage) ? secret.undefine() : 0;
            } finally {
              secret.free();
            }
          });
    } catch (HypervisorException e) {
      if (e.reason() != Reason.NO_SECRET) {
        throw e;
      }
    }
  }

  @Override
  public void attach(String instanceId, String deviceXml, Scope scope) {
    act("attach to", instanceId, domain -> domain.attachDeviceFlags(deviceXml, flags(scope)));
  }

  @Override
  public void detach(String instanceId, String deviceXml, Scope scope) {
    act("detach from", instanceId, domain -> domain.detachDeviceFlags(deviceXml, flags(scope)));
  }

  /** As fast as it can; libvirt-java cannot call it without any parameter. */
  @Override
  public void copy(String instanceId, String device, String deviceXml) {
    TypedParameter[] unlimited = {new TypedUlongParameter(BlockCopyParameters.BANDWIDTH, 0)};
    act(
        "copy " + device + " of",
        instanceId,
        domain ->
            domain.blockCopy(
                device,
                deviceXml,
                unlimited,
                BlockCopyFlags.REUSE_EXT | BlockCopyFlags.TRANSIENT_JOB));
  }

  @Override
  public void switchToCopy(String instanceId, String device) {
    act(
        "switch " + device + " to its copy, of",
        instanceId,
        domain -> domain.blockJobAbort(device, BlockJobAbortFlags.PIVOT));
  }

  @Override
  public void giveUpCopy(String instanceId, String device) {
    act(
        "give up the copy of " + device + " of",
        instanceId,
        domain -> domain.blockJobAbort(device, 0));
  }

  @Override
  public void writeApplied(String instanceId, AppliedState applied) {
    act(
        "write the metadata of",
        instanceId,
        domain ->
            domain.setMetadata(
                METADATA_ELEMENT,
                AppliedStateXml.fragment(applied),
                AppliedStateXml.PREFIX,
                AppliedStateXml.NAMESPACE,
                domain.isActive() == 1 ? AFFECT_LIVE | AFFECT_CONFIG : AFFECT_CONFIG));
  }

  @Override
  public String monitor(String instanceId, String command) {
    return with("command the QEMU of", instanceId, domain -> domain.qemuMonitorCommand(command, 0));
  }

  @Override
  public String version() {
    return connection.call(
        "ask for the version",
        connect -> {
          long version = connect.getVersion();
          return connect.getType()
              + " "
              + version / 1_000_000
              + "."
              + version / 1_000 % 1_000
              + "."
              + version % 1_000;
        });
  }

  @Override
  public void close() {
    connection.close();
  }

  private static int flags(Scope scope) {
    return switch (scope) {
      case RUNNING_AND_DEFINITION -> AFFECT_LIVE | AFFECT_CONFIG;
      case RUNNING -> AFFECT_LIVE;
      case DEFINITION -> AFFECT_CONFIG;
    };
  }

  private void act(String verb, String instanceId, DomainAction action) {
    with(
        verb,
        instanceId,
        domain -> {
          action.apply(domain);
          return true;
        });
  }

  private <T> T with(String verb, String instanceId, DomainCall<T> call) {
    return connection.call(
        verb + " " + instanceId,
        connect -> {
          Domain domain = connect.domainLookupByUUIDString(instanceId);
          try {
            return call.apply(domain);
          } finally {
            domain.free();
          }
        });
  }
}
