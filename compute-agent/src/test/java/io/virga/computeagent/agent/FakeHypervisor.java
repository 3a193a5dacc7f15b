package io.virga.computeagent.agent;

import io.virga.computeagent.domain.AppliedState;
import io.virga.computeagent.domain.LiveDomain;
import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.computeagent.domain.LiveDomain.LiveNic;
import io.virga.computeagent.domain.LiveDomainReader;
import io.virga.computeagent.libvirt.DomainStatus;
import io.virga.computeagent.libvirt.DomainStatus.Phase;
import io.virga.computeagent.libvirt.Hypervisor;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.computeagent.libvirt.HypervisorException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * libvirt and its guests, in memory. {@link #beforeCall} may throw, as a libvirt that is away
 * would, or as if the agent were killed there.
 */
final class FakeHypervisor implements Hypervisor {

  /** One domain. */
  static final class Domain {
    LiveDomain definition;
    LiveDomain running;
    LiveDomain saved;
    Phase phase = Phase.OFF;
    int runId = -1;
    int starts;
    int loads;
    int shutdownRequests;
    int rebootRequests;
    final List<LiveDisk> releasing = new ArrayList<>();
    final Map<String, LiveDisk> copies = new HashMap<>();

    Domain(LiveDomain definition) {
      this.definition = definition;
      this.running = definition;
      this.saved = definition;
    }
  }

  final Map<String, Domain> domains = new TreeMap<>();
  final Map<String, Set<String>> nodes = new HashMap<>();
  final Set<String> exportsAway = new HashSet<>();
  final Map<String, String> secrets = new HashMap<>();
  final List<String> calls = new ArrayList<>();
  Runnable beforeCall = () -> {};

  /** Whether guests press their own power button down, and let go of disks, when asked. */
  boolean guestsListen = true;

  /** Whether copies of disks are ready as soon as they are begun. */
  boolean copiesAtOnce = true;

  private int nextRunId = 1;
  private int nextIndex = 1;

  Domain domain(String id) {
    Domain domain = domains.get(id);
    if (domain == null) {
      throw new HypervisorException(Reason.NO_DOMAIN, id);
    }
    return domain;
  }

  /** The guest goes: by its own will or not. */
  void end(String id, Phase phase) {
    Domain domain = domain(id);
    domain.phase = phase;
    domain.runId = -1;
    domain.copies.clear();
    domain.running = domain.definition;
  }

  /** The guest lets go of what it was asked for. */
  void release(String id) {
    Domain domain = domain(id);
    List<LiveDisk> kept = new ArrayList<>(domain.running.disks());
    domain.releasing.forEach(gone -> kept.removeIf(disk -> disk.device().equals(gone.device())));
    domain.releasing.clear();
    domain.running = withDisks(domain.running, kept);
  }

  @Override
  public List<String> instances() {
    call("instances");
    return List.copyOf(domains.keySet());
  }

  @Override
  public Optional<DomainStatus> find(String id) {
    call("find");
    return Optional.ofNullable(domains.get(id))
        .map(d -> new DomainStatus(d.phase, d.runId, d.running, d.definition));
  }

  @Override
  public void define(String domainXml) {
    call("define");
    Matcher uuid = Pattern.compile("<uuid>(.*?)</uuid>").matcher(domainXml);
    if (!uuid.find()) {
      throw new HypervisorException(Reason.REFUSED, "no uuid");
    }
    LiveDomain definition = LiveDomainReader.read(domainXml);
    Domain domain = domains.computeIfAbsent(uuid.group(1), id -> new Domain(definition));
    domain.definition = definition;
    if (!domain.phase.active()) {
      domain.running = definition;
    }
  }

  @Override
  public void startPaused(String id) {
    call("start");
    Domain domain = domain(id);
    require(!domain.phase.active());
    boolean saved = domain.phase == Phase.SAVED;
    LiveDomain from = saved ? domain.saved : domain.definition;
    from.disks().forEach(this::requireOpenable);
    domain.phase = Phase.PAUSED;
    domain.runId = nextRunId++;
    domain.starts += saved ? 0 : 1;
    domain.loads += saved ? 1 : 0;
    nodes.put(id, new HashSet<>());
    domain.running = withDisks(from, from.disks().stream().map(this::open).toList());
  }

  @Override
  public void resume(String id) {
    call("resume");
    require(domain(id).phase.active());
    domain(id).phase = Phase.RUNNING;
  }

  @Override
  public void pause(String id) {
    call("pause");
    require(domain(id).phase.active());
    domain(id).phase = Phase.PAUSED;
  }

  @Override
  public void save(String id) {
    call("save");
    Domain domain = domain(id);
    require(domain.phase.active());
    domain.saved = domain.running;
    end(id, Phase.SAVED);
  }

  @Override
  public void forgetSaved(String id) {
    call("forget saved");
    require(domain(id).phase == Phase.SAVED);
    domain(id).phase = Phase.OFF;
  }

  @Override
  public void requestShutdown(String id) {
    call("shutdown");
    require(domain(id).phase.active());
    domain(id).shutdownRequests++;
    if (guestsListen) {
      end(id, Phase.OFF_BY_GUEST);
    }
  }

  @Override
  public void requestReboot(String id) {
    call("reboot");
    require(domain(id).phase.active());
    domain(id).rebootRequests++;
  }

  @Override
  public void destroy(String id) {
    call("destroy");
    require(domain(id).phase.active());
    end(id, Phase.OFF);
  }

  @Override
  public void undefine(String id) {
    call("undefine");
    domain(id);
    domains.remove(id);
  }

  @Override
  public void keepSecret(String id, String exportName, String value) {
    call("keep a secret");
    secrets.put(exportName, id);
  }

  @Override
  public void forgetSecrets(String id) {
    call("forget secrets");
    secrets.values().removeIf(id::equals);
  }

  @Override
  public void attach(String id, String deviceXml, Scope scope) {
    call("attach");
    Domain domain = domain(id);
    List<LiveNic> cards = LiveDomainReader.read("<domain>" + deviceXml + "</domain>").nics();
    if (!cards.isEmpty()) {
      plug(domain, scope, nics -> nics.addAll(cards));
      return;
    }
    LiveDisk disk = LiveDomainReader.read("<domain>" + deviceXml + "</domain>").disks().getFirst();
    if (scope != Scope.DEFINITION) {
      require(domain.phase.active());
      requireOpenable(disk);
      domain.running = withDisk(domain.running, open(disk));
    }
    if (scope != Scope.RUNNING) {
      domain.definition = withDisk(domain.definition, disk);
    }
  }

  @Override
  public void detach(String id, String deviceXml, Scope scope) {
    call("detach");
    Domain domain = domain(id);
    List<LiveNic> cards = LiveDomainReader.read("<domain>" + deviceXml + "</domain>").nics();
    if (!cards.isEmpty()) {
      plug(domain, scope, nics -> nics.removeIf(nic -> nic.mac().equals(cards.getFirst().mac())));
      return;
    }
    LiveDisk disk = LiveDomainReader.read("<domain>" + deviceXml + "</domain>").disks().getFirst();
    if (scope != Scope.RUNNING) {
      List<LiveDisk> kept = new ArrayList<>(domain.definition.disks());
      if (!kept.removeIf(other -> other.device().equals(disk.device()))) {
        throw new HypervisorException(Reason.NO_DEVICE, disk.device());
      }
      domain.definition = withDisks(domain.definition, kept);
    }
    if (scope != Scope.DEFINITION) {
      require(domain.phase.active());
      domain.releasing.add(disk);
      if (guestsListen) {
        release(id);
      }
    }
  }

  @Override
  public void copy(String id, String device, String deviceXml) {
    call("copy");
    Domain domain = domain(id);
    require(domain.phase.active());
    LiveDisk to = LiveDomainReader.read("<domain>" + deviceXml + "</domain>").disks().getFirst();
    requireOpenable(to);
    LiveDisk from = disk(domain.running, device);
    require(from.copy().isEmpty());
    domain.copies.put(device, to);
    domain.running =
        replaced(domain.running, from.copiedTo(new LiveDomain.Copy(to.exportName(), copiesAtOnce)));
  }

  /** All of the disk has been copied. */
  void finishCopy(String id, String device) {
    Domain domain = domain(id);
    LiveDisk from = disk(domain.running, device);
    String to = from.copy().orElseThrow().exportName();
    domain.running = replaced(domain.running, from.copiedTo(new LiveDomain.Copy(to, true)));
  }

  @Override
  public void switchToCopy(String id, String device) {
    call("switch to a copy");
    Domain domain = domain(id);
    require(domain.phase.active());
    LiveDisk from = disk(domain.running, device);
    require(from.copy().filter(LiveDomain.Copy::ready).isPresent());
    LiveDisk to = Objects.requireNonNull(domain.copies.remove(device));
    domain.running = replaced(domain.running, open(to));
    domain.definition = replaced(domain.definition, to);
  }

  @Override
  public void giveUpCopy(String id, String device) {
    call("give up a copy");
    Domain domain = domain(id);
    require(domain.phase.active());
    LiveDisk from = disk(domain.running, device);
    require(from.copy().isPresent());
    domain.copies.remove(device);
    domain.running = replaced(domain.running, open(from));
  }

  private static LiveDisk disk(LiveDomain domain, String device) {
    return domain.disks().stream()
        .filter(disk -> disk.device().equals(device))
        .findFirst()
        .orElseThrow(() -> new HypervisorException(Reason.REFUSED, device + " is not there"));
  }

  private static LiveDomain replaced(LiveDomain domain, LiveDisk by) {
    return withDisks(
        domain,
        domain.disks().stream()
            .map(disk -> disk.device().equals(by.device()) ? by : disk)
            .toList());
  }

  private static void plug(Domain domain, Scope scope, Consumer<List<LiveNic>> change) {
    if (scope != Scope.DEFINITION) {
      require(domain.phase.active());
      domain.running = withNics(domain.running, change);
    }
    if (scope != Scope.RUNNING) {
      domain.definition = withNics(domain.definition, change);
    }
  }

  private static LiveDomain withNics(LiveDomain domain, Consumer<List<LiveNic>> change) {
    List<LiveNic> nics = new ArrayList<>(domain.nics());
    change.accept(nics);
    return new LiveDomain(domain.applied(), domain.disks(), nics, domain.consoles());
  }

  @Override
  public void writeApplied(String id, AppliedState applied) {
    call("metadata");
    Domain domain = domain(id);
    domain.definition =
        new LiveDomain(
            applied,
            domain.definition.disks(),
            domain.definition.nics(),
            domain.definition.consoles());
    domain.running =
        new LiveDomain(
            applied, domain.running.disks(), domain.running.nics(), domain.running.consoles());
  }

  @Override
  public String monitor(String id, String command) {
    call("monitor");
    require(domain(id).phase.active());
    Set<String> names = nodes.computeIfAbsent(id, key -> new HashSet<>());
    Matcher node = Pattern.compile("\"node-name\":\"(virga-[0-9]+)\"").matcher(command);
    if (command.contains("\"blockdev-add\"") && node.find()) {
      names.add(node.group(1));
    } else if (command.contains("\"blockdev-del\"") && node.find()) {
      names.remove(node.group(1));
    } else if (command.contains("query-named-block-nodes")) {
      String list =
          String.join(",", names.stream().map(n -> "{\"node-name\":\"" + n + "\"}").toList());
      return "{\"return\":[" + list + "]}";
    }
    return "{\"return\":{}}";
  }

  @Override
  public String version() {
    call("version");
    return "FAKE 1.0.0";
  }

  private void call(String name) {
    beforeCall.run();
    calls.add(name);
  }

  private LiveDisk open(LiveDisk disk) {
    boolean reconnects = disk.portal().isPresent();
    return new LiveDisk(
        disk.device(),
        disk.exportName(),
        disk.readOnly(),
        nextIndex++,
        reconnects,
        disk.portal(),
        Optional.empty(),
        disk.nbd());
  }

  private void requireOpenable(LiveDisk disk) {
    if (exportsAway.contains(disk.exportName())) {
      throw new HypervisorException(Reason.DISK_AWAY, disk.exportName());
    }
    if (disk.portal().isPresent() && !secrets.containsKey(disk.exportName())) {
      throw new HypervisorException(Reason.NO_SECRET, disk.exportName());
    }
  }

  private static void require(boolean state) {
    if (!state) {
      throw new HypervisorException(Reason.WRONG_STATE, "wrong state");
    }
  }

  private static LiveDomain withDisk(LiveDomain domain, LiveDisk disk) {
    if (domain.disks().stream().anyMatch(other -> other.device().equals(disk.device()))) {
      throw new HypervisorException(Reason.REFUSED, disk.device() + " is taken");
    }
    List<LiveDisk> disks = new ArrayList<>(domain.disks());
    disks.add(disk);
    return withDisks(domain, disks);
  }

  private static LiveDomain withDisks(LiveDomain domain, List<LiveDisk> disks) {
    return new LiveDomain(domain.applied(), disks, domain.nics(), domain.consoles());
  }
}
