package io.virga.computeagent.libvirt;

import com.sun.jna.Native;
import java.util.concurrent.atomic.AtomicBoolean;
import org.libvirt.Connect;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt's event loop: one for the whole process, begun before the first connection is opened,
 * since keep-alive and events of every connection run on it.
 */
final class LibvirtEventLoop {

  private static final Logger log = LoggerFactory.getLogger(LibvirtEventLoop.class);

  /** Held here for ever, since native code holds it too. */
  private static final Libvirt.VirErrorCallback QUIET = (userData, error) -> {};

  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private LibvirtEventLoop() {}

  /** Begins it, once; a daemon thread turns it until the process ends. */
  static void start() {
    if (!STARTED.compareAndSet(false, true)) {
      return;
    }
    try {
      // Every error comes as an exception too; libvirt's own habit is to print it.
      Connect.setErrorCallback(QUIET);
      // libvirt-java fails on an event that comes while its connection is being closed.
      Native.setCallbackExceptionHandler(
          (callback, failure) -> log.info("a libvirt event was not taken in", failure));
      Library.initEventLoop();
    } catch (LibvirtException e) {
      throw LibvirtErrors.of("begin the event loop", e);
    }
    Thread.ofPlatform().daemon().name("libvirt-events").start(LibvirtEventLoop::turn);
  }

  private static void turn() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Library.processEvent();
      } catch (LibvirtException e) {
        log.warn("libvirt's event loop", e);
      }
    }
  }
}
