package io.virga.control.compute.server;

import static io.virga.control.compute.model.VmState.ACTIVE;
import static io.virga.control.compute.model.VmState.ERROR;
import static io.virga.control.compute.model.VmState.PAUSED;
import static io.virga.control.compute.model.VmState.RESCUED;
import static io.virga.control.compute.model.VmState.RESIZED;
import static io.virga.control.compute.model.VmState.SHELVED;
import static io.virga.control.compute.model.VmState.SHELVED_OFFLOADED;
import static io.virga.control.compute.model.VmState.STOPPED;
import static io.virga.control.compute.model.VmState.SUSPENDED;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.VmState;
import io.virga.control.fault.ApiFault;
import io.virga.control.policy.Caller;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What may be done to a server, what Nova calls it, and in which states it is allowed. */
public enum Act {
  CREATE("create", "compute__do_build_and_run_instance", anything()),
  DELETE("delete", "compute_terminate_instance", anything()),
  START("start", "compute_start_instance", EnumSet.of(STOPPED)),
  STOP("stop", "compute_stop_instance", EnumSet.of(ACTIVE, ERROR)),
  SOFT_REBOOT("reboot", "compute_reboot_instance", EnumSet.of(ACTIVE)),
  HARD_REBOOT(
      "reboot", "compute_reboot_instance", EnumSet.of(ACTIVE, STOPPED, PAUSED, SUSPENDED, ERROR)) {
    @Override
    boolean allowsDuring(String task) {
      return DURING_HARD_REBOOT.contains(task);
    }
  },
  PAUSE("pause", "compute_pause_instance", EnumSet.of(ACTIVE)),
  UNPAUSE("unpause", "compute_unpause_instance", EnumSet.of(PAUSED)),
  SUSPEND("suspend", "compute_suspend_instance", EnumSet.of(ACTIVE)),
  RESUME("resume", "compute_resume_instance", EnumSet.of(SUSPENDED)),
  REBUILD("rebuild", "compute_rebuild_instance", EnumSet.of(ACTIVE, STOPPED, ERROR)),
  RESCUE("rescue", "compute_rescue_instance", EnumSet.of(ACTIVE, STOPPED, ERROR)),
  UNRESCUE("unrescue", "compute_unrescue_instance", EnumSet.of(RESCUED)),
  RESIZE("resize", "compute_finish_resize", EnumSet.of(ACTIVE, STOPPED)),
  MIGRATE("migrate", "cold_migrate", EnumSet.of(ACTIVE, STOPPED)),
  CONFIRM_RESIZE("confirmResize", "compute_confirm_resize", EnumSet.of(RESIZED)),
  REVERT_RESIZE("revertResize", "compute_revert_resize", EnumSet.of(RESIZED, ERROR)),
  SHELVE("shelve", "compute_shelve_instance", EnumSet.of(ACTIVE, STOPPED, PAUSED, SUSPENDED)),
  SHELVE_OFFLOAD("shelveOffload", "compute_shelve_offload_instance", EnumSet.of(SHELVED)),
  UNSHELVE("unshelve", "compute_unshelve_instance", EnumSet.of(SHELVED, SHELVED_OFFLOADED)),
  CREATE_IMAGE(
      "createImage", "compute_snapshot_instance", EnumSet.of(ACTIVE, STOPPED, PAUSED, SUSPENDED)),
  CHANGE_PASSWORD("changePassword", "compute_set_admin_password", EnumSet.of(ACTIVE)),
  LOCK("lock", "api_lock", anything()) {
    @Override
    boolean allowsDuring(String task) {
      return true;
    }

    @Override
    void checkLock(Server server, Caller caller) {
      // Who may lock it may find it locked.
    }
  },
  UNLOCK("unlock", "api_unlock", anything()) {
    @Override
    boolean allowsDuring(String task) {
      return true;
    }

    @Override
    void checkLock(Server server, Caller caller) {
      if (server.lock().filter(Server.Lock::byAdmin).isPresent() && !caller.isAdmin()) {
        throw ApiFault.forbidden(
            "Policy doesn't allow os_compute_api:os-lock-server:unlock:unlock_override to be"
                + " performed.");
      }
    }
  },
  ATTACH_VOLUME(
      "attach_volume",
      "compute_attach_volume",
      EnumSet.of(ACTIVE, PAUSED, STOPPED, RESIZED, SHELVED, SHELVED_OFFLOADED)),
  SWAP_VOLUME("swap_volume", "compute_swap_volume", EnumSet.of(ACTIVE, PAUSED, RESIZED)),
  DETACH_VOLUME(
      "detach_volume",
      "compute_detach_volume",
      EnumSet.of(ACTIVE, PAUSED, STOPPED, RESIZED, SHELVED, SHELVED_OFFLOADED)),
  ATTACH_INTERFACE(
      "attach_interface", "compute_attach_interface", EnumSet.of(ACTIVE, PAUSED, STOPPED)),
  DETACH_INTERFACE(
      "detach_interface", "compute_detach_interface", EnumSet.of(ACTIVE, PAUSED, STOPPED)),
  CHANGE_GROUPS("security group", "compute_refresh_instance_security_rules", anything()),
  CHANGE_ADDRESSES(
      "fixed IP",
      "compute_add_fixed_ip_to_instance",
      EnumSet.of(ACTIVE, PAUSED, STOPPED, SUSPENDED)),
  CHANGE_METADATA(
      "update metadata", "api_update_metadata", EnumSet.of(ACTIVE, PAUSED, SUSPENDED, STOPPED)),
  CHANGE_DESCRIPTION("update", "api_update", anything()) {
    @Override
    boolean allowsDuring(String task) {
      return true;
    }
  };

  private static final Set<String> DURING_HARD_REBOOT =
      Set.of(
          "rebooting",
          "rebooting_hard",
          "pausing",
          "unpausing",
          "suspending",
          "resuming",
          "powering-on",
          "powering-off");

  private static final Set<Act> UNLOGGED =
      EnumSet.of(CHANGE_GROUPS, CHANGE_ADDRESSES, CHANGE_METADATA, CHANGE_DESCRIPTION);

  private final String action;
  private final String event;
  private final Set<VmState> states;

  Act(String action, String event, Set<VmState> states) {
    this.action = action;
    this.event = event;
    this.states = states;
  }

  /** What the log calls it. */
  String action() {
    return action;
  }

  String event() {
    return event;
  }

  /** Whether the log has it. */
  boolean isLogged() {
    return !UNLOGGED.contains(this);
  }

  /** Whether a server that could not be shelved is on no shelf from then on. */
  boolean takesOffShelf() {
    return !states.contains(SHELVED);
  }

  /** Whether it may be asked for while something else is under way. */
  boolean allowsDuring(String task) {
    return false;
  }

  /** Whether the caller may, as it is locked. */
  void checkLock(Server server, Caller caller) {
    if (server.lock().isPresent() && !caller.isAdmin()) {
      throw ApiFault.conflict("Instance " + server.id() + " is locked");
    }
  }

  /** Fails with conflict in Nova's words unless the caller may do it to the server now. */
  void check(Server server, Caller caller) {
    checkLock(server, caller);
    if (!states.contains(server.vmState())) {
      throw inState(server, "vm_state " + server.vmState().word());
    }
    Optional<String> task = server.task().filter(word -> !allowsDuring(word));
    if (task.isPresent() && this != DELETE) {
      throw inState(server, "task_state " + task.get());
    }
    if (server.host().isEmpty() && states.size() < VmState.values().length) {
      throw ApiFault.conflict("Instance " + server.id() + " is not ready");
    }
  }

  private ApiFault inState(Server server, String state) {
    return ApiFault.conflict(
        "Cannot '%s' instance %s while it is in %s".formatted(action, server.id(), state));
  }

  private static Set<VmState> anything() {
    return EnumSet.allOf(VmState.class);
  }
}
