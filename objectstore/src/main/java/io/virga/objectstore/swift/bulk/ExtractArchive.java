package io.virga.objectstore.swift.bulk;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.blocking.BlockingRequests;
import io.virga.objectstore.swift.blocking.BodyInput;
import io.virga.objectstore.swift.blocking.BodyOutput;
import io.virga.objectstore.swift.expiry.ExpiryHeaders;
import io.virga.objectstore.swift.object.ContentTypes;
import io.virga.objectstore.swift.object.ObjectWriter;
import io.virga.objectstore.swift.wire.BulkReport;
import io.virga.objectstore.swift.wire.Format;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import io.virga.objectstore.versions.Versions;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import reactor.core.publisher.Mono;

/** Makes objects of the files in a tar archive; the reply is 200 and tells what came of it. */
public final class ExtractArchive {

  public static final int MAXIMUM_CONTAINERS = 10_000;
  public static final int MAXIMUM_FAILURES = 1000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ObjectStore store;
  private final ObjectWriter writer;
  private final Gate gate;
  private final BlockingRequests blocking;
  private final InstantSource clock;

  public ExtractArchive(
      ObjectStore store,
      ObjectWriter writer,
      Gate gate,
      BlockingRequests blocking,
      InstantSource clock) {
    this.store = store;
    this.writer = writer;
    this.gate = gate;
    this.blocking = blocking;
    this.clock = clock;
  }

  private record Archive(Request request, Caller caller, SwiftPath base, Compression form) {}

  /** What has come of an archive so far. */
  private static final class Progress {
    private final BulkReport report = new BulkReport();
    private final Set<String> containers = new HashSet<>();
    private int created;
    private int failed;
    private int containersMade;

    private void fail(String name, int status) {
      failed++;
      report.error(name, StandardReplies.line(status));
    }
  }

  /** Answers a PUT with {@code extract-archive} at an account, a container or below. */
  public Mono<Reply> handle(Request request, Caller caller, SwiftPath base) {
    Format format = Format.accepted(request);
    if (request.contentLength().isEmpty() && !request.isChunked()) {
      throw new SwiftError(411);
    }
    Compression form = Compression.named(request.query().text("extract-archive"));
    Archive archive = new Archive(request, caller, base, form);
    return blocking
        .run(() -> extract(archive))
        .map(report -> Reply.bytes(200, format.type(), report.bytes(format, "extract")));
  }

  private BulkReport extract(Archive archive) {
    Progress progress = new Progress();
    int status = 201;
    String body = "";
    try (BodyInput in = new BodyInput(archive.request().body());
        InputStream plain = archive.form().open(in);
        TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
      Map<String, String> metadata = MetadataHeaders.ofObject(archive.request());
      ExpiryHeaders.apply(metadata, archive.request(), clock);
      for (TarArchiveEntry entry = tar.getNextEntry();
          entry != null && progress.failed < MAXIMUM_FAILURES;
          entry = tar.getNextEntry()) {
        if (entry.isFile()) {
          put(archive, progress, tar, entry, metadata);
        }
      }
      if (progress.failed > 0) {
        status = 400;
      } else if (progress.created == 0) {
        status = 400;
        body = "Invalid Tar File: No Valid Files";
      }
    } catch (SwiftError e) {
      status = e.status();
      body = e.words().orElse("");
    } catch (IOException | IllegalArgumentException e) {
      status = 400;
      body = "Invalid Tar File: " + e.getMessage();
    }
    return progress
        .report
        .value("Number Files Created", progress.created)
        .value("Response Body", body)
        .value("Response Status", StandardReplies.line(status));
  }

  private void put(
      Archive archive,
      Progress progress,
      TarArchiveInputStream tar,
      TarArchiveEntry entry,
      Map<String, String> metadata)
      throws IOException {
    String name = name(archive.base(), entry.getName());
    int slash = name.indexOf('/');
    if (slash <= 0 || slash == name.length() - 1) {
      return;
    }
    ObjectPath path =
        new ObjectPath(
            archive.base().account(), name.substring(0, slash), name.substring(slash + 1));
    try {
      if (progress.containers.add(path.container()) && makeContainer(archive, path)) {
        progress.containersMade++;
        if (progress.containersMade > MAXIMUM_CONTAINERS) {
          throw SwiftError.badRequest(
              "More than %d containers to create from tar.".formatted(MAXIMUM_CONTAINERS));
        }
      }
      await(gate.enter(archive.request(), archive.caller(), SwiftPath.of(path), true));
      write(tar, entry, path, metadata);
      progress.created++;
    } catch (SwiftError e) {
      progress.fail(name, e.status());
      if (e.status() == 401) {
        throw e;
      }
    }
  }

  private static String name(SwiftPath base, String entry) {
    String name = entry.replaceFirst("^\\./", "").replaceFirst("^/+", "");
    String above =
        base.isAccount()
            ? ""
            : base.isContainer()
                ? base.container() + "/"
                : base.container() + "/" + base.object().replaceFirst("/+$", "") + "/";
    return above + name;
  }

  /** Whoever may not make containers may still put objects into one that is there. */
  private boolean makeContainer(Archive archive, ObjectPath path) {
    ContainerPath container = path.containerPath();
    SwiftPath checked = SwiftPath.of(container);
    if (await(store.container(container)).isPresent()) {
      return false;
    }
    await(gate.enter(archive.request(), archive.caller(), checked, true));
    await(store.putContainer(container, before -> before, false));
    return true;
  }

  private void write(
      TarArchiveInputStream tar,
      TarArchiveEntry entry,
      ObjectPath path,
      Map<String, String> metadata)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    PaxHeaders.metadata(entry.getExtraPaxHeaders(), all);
    String type =
        PaxHeaders.contentType(entry.getExtraPaxHeaders())
            .orElseGet(() -> ContentTypes.guess(path.object()));
    ObjectWriter.Put put = ObjectWriter.Put.of(path, type, all, OptionalLong.of(entry.getSize()));
    Versions.Version made = BodyOutput.send(tar, body -> writer.put(put, body));
    if (made.row().sizeBytes() != entry.getSize()) {
      throw new IOException("the archive ends within a file");
    }
  }

  private static <T> T await(Mono<T> mono) {
    return mono.blockOptional(PATIENCE)
        .orElseThrow(() -> new IllegalStateException("the store gave no answer"));
  }
}
