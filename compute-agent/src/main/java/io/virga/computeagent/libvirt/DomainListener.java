package io.virga.computeagent.libvirt;

/** Is told of what happens to domains. Called on libvirt's event thread; must not block. */
public interface DomainListener {

  /** Something about the instance's domain has changed. */
  void changed(String instanceId);

  /** The guest has rebooted. */
  void rebooted(String instanceId);
}
