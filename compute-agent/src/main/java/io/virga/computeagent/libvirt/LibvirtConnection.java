package io.virga.computeagent.libvirt;

import com.sun.jna.Pointer;
import io.virga.computeagent.domain.InstanceNames;
import io.virga.computeagent.libvirt.HypervisorException.Reason;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to libvirtd, opened when it is first needed and again after it broke. Calls share
 * the read lock; whoever finds the connection dead takes the write lock, so that no call uses a
 * connection that is being closed. Keep-alive ends calls to a libvirtd that hangs after {@value
 * #KEEP_ALIVE_SECONDS} × {@value #KEEP_ALIVE_COUNT} s.
 *
 * <pre>
 * closed --call--> open --libvirtd goes--> dead --call--> closed
 * </pre>
 */
final class LibvirtConnection implements AutoCloseable {

  /** What is done with a connection. */
  @FunctionalInterface
  interface Call<T> {
    T apply(OpenConnection connection) throws LibvirtException;
  }

  private static final int KEEP_ALIVE_SECONDS = 5;
  private static final int KEEP_ALIVE_COUNT = 3;
  private static final Logger log = LoggerFactory.getLogger(LibvirtConnection.class);

  private final String uri;
  private final DomainListener listener;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable OpenConnection open;

  /** A connection, not opened yet. */
  LibvirtConnection(String uri, DomainListener listener) {
    this.uri = uri;
    this.listener = listener;
  }

  /** Does a call; {@code operation} names it in the error. */
  <T> T call(String operation, Call<T> call) {
    for (int attempt = 0; ; attempt++) {
      lock.readLock().lock();
      try {
        OpenConnection connection = open;
        if (connection != null && connection.alive()) {
          return call.apply(connection);
        }
      } catch (LibvirtException e) {
        throw failure(operation, e);
      } finally {
        lock.readLock().unlock();
      }
      if (attempt > 0) {
        throw new HypervisorException(
            Reason.AWAY, operation + ": libvirt at " + uri + " went away");
      }
      reopen();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      discard();
    } finally {
      lock.writeLock().unlock();
    }
  }

  private HypervisorException failure(String operation, LibvirtException e) {
    OpenConnection connection = open;
    if (connection == null || !connection.alive()) {
      return new HypervisorException(Reason.AWAY, operation + ": " + e.getMessage(), e);
    }
    return LibvirtErrors.of(operation, e);
  }

  private void reopen() {
    lock.writeLock().lock();
    try {
      if (open != null && open.alive()) {
        return;
      }
      discard();
      LibvirtEventLoop.start();
      OpenConnection connection = new OpenConnection(uri);
      connection.setKeepAlive(KEEP_ALIVE_SECONDS, KEEP_ALIVE_COUNT);
      connection.addLifecycleListener(
          (domain, event) -> {
            tell(domain, listener::changed);
            return 0;
          });
      connection.addRebootListener(domain -> tell(domain, listener::rebooted));
      connection.addIOErrorListener(
          (domain, source, alias, action) -> tell(domain, listener::changed));
      open = connection;
      log.info("connected to libvirt at {}", uri);
    } catch (LibvirtException e) {
      throw new HypervisorException(Reason.AWAY, "connect to " + uri + ": " + e.getMessage(), e);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static void tell(Domain domain, Consumer<String> listener) {
    try {
      InstanceNames.instanceId(domain.getName()).ifPresent(listener);
    } catch (LibvirtException e) {
      log.warn("an event of an unknown domain", e);
    }
  }

  private void discard() {
    OpenConnection connection = open;
    open = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (LibvirtException e) {
        log.debug("closing a broken connection", e);
      }
    }
  }

  /** libvirt-java's connection, with the native pointer for what it leaves out. */
  static final class OpenConnection extends Connect {

    OpenConnection(String uri) throws LibvirtException {
      super(uri);
    }

    Pointer pointer() {
      return vcp.getPointer();
    }

    boolean alive() {
      try {
        return isAlive();
      } catch (LibvirtException e) {
        return false;
      }
    }
  }
}
