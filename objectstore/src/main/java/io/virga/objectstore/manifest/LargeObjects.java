package io.virga.objectstore.manifest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Digests;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.versions.VersionLinks;
import io.virga.objectstore.versions.VersionName;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Opens objects for reading and puts large ones together from their segments. */
public final class LargeObjects {

  /** The metadata that makes an object a dynamic large object: {@code container/prefix}. */
  public static final String DYNAMIC = "x-object-manifest";

  private static final int MAXIMUM_MANIFEST_BYTES = 8 << 20;
  private static final int MAXIMUM_SEGMENTS = 10_000;
  private static final int LINK_RETRIES = 3;
  private static final int SEGMENT_LINKS = 2;

  private final ObjectStore store;
  private final InstantSource clock;
  private final VersionLinks links;

  public LargeObjects(ObjectStore store) {
    this(store, InstantSource.system());
  }

  /**
   * @param clock decides which objects' time has come
   */
  public LargeObjects(ObjectStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    this.links = new VersionLinks(store);
  }

  /** The object as clients see it, the current version if it has versions. */
  public Mono<Optional<Readable>> open(ObjectPath path) {
    return open(path, Guard.NONE);
  }

  /**
   * The object as clients see it. A version that is opened as such is seen after its end, too: it
   * ends to be the current one.
   *
   * @param guard is asked about every container of segments that a client's manifest names
   */
  public Mono<Optional<Readable>> open(ObjectPath path, Guard guard) {
    return openCurrent(path, LINK_RETRIES)
        .flatMap(
            open ->
                live(path, open)
                    .map(found -> assemble(found, guard))
                    .orElseGet(() -> Mono.just(Optional.empty())));
  }

  /** The stored bytes of the object, even if they are a manifest. */
  public Mono<Optional<Readable>> openStored(ObjectPath path) {
    return openLive(path).map(open -> open.map(Readable::plain));
  }

  /** Follows a link; one that leads nowhere was left by a cut write and is put right first. */
  private Mono<Optional<ObjectStore.Open>> openCurrent(ObjectPath path, int retries) {
    return store
        .open(path)
        .flatMap(
            open -> {
              Optional<ObjectPath> target =
                  open.map(ObjectStore.Open::row).flatMap(VersionLinks::target);
              if (target.isEmpty()) {
                return Mono.just(open);
              }
              open.ifPresent(ObjectStore.Open::close);
              return store
                  .open(target.get())
                  .flatMap(
                      version ->
                          version.isPresent() || retries == 0
                              ? Mono.just(version)
                              : links.sync(path).then(openCurrent(path, retries - 1)));
            });
  }

  private Mono<Optional<ObjectStore.Open>> openLive(ObjectPath path) {
    return openCurrent(path, LINK_RETRIES).map(open -> live(path, open));
  }

  private Optional<ObjectStore.Open> live(ObjectPath path, Optional<ObjectStore.Open> open) {
    if (open.isPresent()
        && !Expiry.isLive(open.get().row(), clock)
        && VersionName.idOf(path).isEmpty()) {
      open.get().close();
      return Optional.empty();
    }
    return open;
  }

  private Mono<Optional<Readable>> assemble(ObjectStore.Open open, Guard guard) {
    ObjectRow row = open.row();
    Optional<String> kind = row.metadata(SystemMetadata.MANIFEST);
    if (kind.isPresent()) {
      Guard asked = kind.get().equals(SystemMetadata.SLO) ? guard : Guard.NONE;
      return segments(open)
          .flatMap(segments -> guarded(segments, asked, false))
          .map(
              segments ->
                  Optional.of(
                      Readable.large(
                          row,
                          SystemMetadata.shownSize(row),
                          SystemMetadata.shownEtag(row),
                          new Segments(segments, guard))));
    }
    Optional<String> dynamic = row.metadata(DYNAMIC);
    if (dynamic.isPresent()) {
      open.close();
      return dynamicSegments(
              SystemMetadata.plainAccount(row.path().account()),
              UriText.decode(dynamic.get()).orElse(dynamic.get()))
          .flatMap(segments -> guarded(segments, guard, true))
          .map(segments -> Optional.of(dynamic(row, segments, guard)));
    }
    return Mono.just(Optional.of(Readable.plain(open)));
  }

  private static Mono<List<Segment>> guarded(List<Segment> segments, Guard guard, boolean listed) {
    return guard == Guard.NONE
        ? Mono.just(segments)
        : Flux.fromStream(containers(segments))
            .concatMap(container -> guard.check(container, listed))
            .then(Mono.just(segments));
  }

  private static Stream<ContainerPath> containers(List<Segment> segments) {
    return segments.stream()
        .filter(segment -> segment.data().isEmpty())
        .map(segment -> segment.path().containerPath())
        .distinct();
  }

  private Readable dynamic(ObjectRow row, List<Segment> segments, Guard guard) {
    long size = segments.stream().mapToLong(Segment::length).sum();
    StringBuilder etags = new StringBuilder();
    segments.forEach(segment -> etags.append(segment.etag()));
    byte[] text = etags.toString().getBytes(StandardCharsets.UTF_8);
    String etag = Digests.hex(Digests.md5(), text);
    return Readable.large(row, size, etag, new Segments(segments, guard));
  }

  /** The segments that the stored manifest of an object names. */
  public Mono<List<Segment>> segmentsOf(ObjectPath path) {
    return openLive(path)
        .flatMap(open -> open.map(this::segments).orElseGet(() -> Mono.just(List.of())));
  }

  private Mono<List<Segment>> segments(ObjectStore.Open open) {
    ObjectRow row = open.row();
    Readable stored = Readable.plain(open);
    Flux<ByteBuf> bytes =
        row.sizeBytes() == 0 ? Flux.empty() : open.content().bytes(0, row.sizeBytes());
    return BodyCollector.collect(bytes.doFinally(signal -> stored.close()), MAXIMUM_MANIFEST_BYTES)
        .map(
            json ->
                ManifestCodec.decode(SystemMetadata.plainAccount(row.path().account()), json)
                    .orElseThrow(() -> new StoreFailure.DamagedData("the manifest " + row.path())));
  }

  private Mono<List<Segment>> dynamicSegments(String account, String prefix) {
    return ManifestCodec.parsePath(account, prefix)
        .map(path -> list(path.containerPath(), path.object(), "", new ArrayList<>()))
        .orElseGet(() -> Mono.just(List.of()));
  }

  private Mono<List<Segment>> list(
      ContainerPath container, String prefix, String marker, List<Segment> sofar) {
    return store
        .listObjects(container, ListingQuery.of(prefix, marker, 1000))
        .flatMap(
            listing -> {
              if (listing.isEmpty()) {
                return Mono.just(sofar);
              }
              ListingPage<ListingRow> page = listing.get().page();
              String last = add(container, page, sofar);
              return page.truncated() && sofar.size() < MAXIMUM_SEGMENTS
                  ? list(container, prefix, last, sofar)
                  : Mono.just(sofar);
            });
  }

  private static String add(
      ContainerPath container, ListingPage<ListingRow> page, List<Segment> segments) {
    String last = "";
    for (ListingPage.Item<ListingRow> item : page.items()) {
      if (item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)) {
        last = name;
        segments.add(
            Segment.whole(
                container.object(name),
                row.etag(),
                row.sizeBytes(),
                row.contentType(),
                row.timestamp().micros()));
      }
    }
    return last;
  }

  /** Segments behind each other. */
  private final class Segments implements Readable.Source {
    private final List<Segment> segments;
    private final Guard guard;

    Segments(List<Segment> segments, Guard guard) {
      this.segments = segments;
      this.guard = guard;
    }

    @Override
    public Flux<ByteBuf> bytes(long offset, long length) {
      List<Flux<ByteBuf>> pieces = new ArrayList<>();
      long start = 0;
      long end = offset + length;
      for (Segment segment : segments) {
        long from = Math.max(offset, start) - start;
        long to = Math.min(end, start + segment.length()) - start;
        if (from < to) {
          pieces.add(Flux.defer(() -> piece(segment, segment.offset() + from, to - from)));
        }
        start += segment.length();
      }
      return Flux.concat(pieces);
    }

    private Flux<ByteBuf> piece(Segment segment, long offset, long length) {
      if (segment.data().isPresent()) {
        ByteBuf bytes = Unpooled.wrappedBuffer(segment.data().get(), (int) offset, (int) length);
        return Flux.just(bytes);
      }
      return opened(segment, offset + length)
          .flatMapMany(readable -> readable.bytes(new ByteRange(offset, offset + length - 1)));
    }

    /** The segment's object, which must be as the manifest says and so long. */
    private Mono<Readable> opened(Segment segment, long length) {
      return followed(segment.path(), guard, SEGMENT_LINKS)
          .map(
              found -> {
                Readable readable = found.orElseThrow(() -> missing(segment));
                if (!readable.etag().equals(segment.etag()) || readable.size() < length) {
                  readable.close();
                  throw missing(segment);
                }
                return readable;
              });
    }

    @Override
    public Mono<Void> probe(long offset) {
      long start = 0;
      for (Segment segment : segments) {
        if (offset < start + segment.length()) {
          long inside = segment.offset() + offset - start;
          return segment.data().isPresent() ? Mono.empty() : probe(segment, inside);
        }
        start += segment.length();
      }
      return Mono.empty();
    }

    private Mono<Void> probe(Segment segment, long offset) {
      return Mono.usingWhen(
          opened(segment, offset + 1),
          readable -> readable.probe(offset),
          readable -> Mono.fromRunnable(readable::close));
    }
  }

  private Mono<Optional<Readable>> followed(ObjectPath path, Guard guard, int links) {
    return open(path, guard)
        .flatMap(
            found -> {
              Optional<ObjectPath> target = found.map(Readable::row).flatMap(SoftLink::target);
              if (target.isEmpty() || links == 0) {
                return Mono.just(found);
              }
              found.ifPresent(Readable::close);
              return guard
                  .check(target.get().containerPath(), false)
                  .then(followed(target.get(), guard, links - 1));
            });
  }

  private static StoreFailure missing(Segment segment) {
    return new StoreFailure.DamagedData(
        "the segment " + segment.path() + " of a large object is gone or has changed");
  }
}
