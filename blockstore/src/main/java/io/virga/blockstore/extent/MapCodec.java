package io.virga.blockstore.extent;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Pages and roots as checkpoints hold them. First byte: format version 1. A page: 64 entries of 8
 * bytes, each one of the TABLE kind followed by its 256. A root: the ids of its pages, 0 for none.
 */
public final class MapCodec {

  private static final byte VERSION = 1;

  private MapCodec() {}

  /** A page in bytes. */
  public static byte[] encode(MapPage page) {
    int tables = 0;
    for (int i = 0; i < MapPage.CHUNKS; i++) {
      tables += page.isWhole(i) ? 0 : 1;
    }
    ByteBuffer out =
        ByteBuffer.allocate(1 + 8 * (MapPage.CHUNKS + tables * Entry.CHUNK_BLOCKS)).put(VERSION);
    for (int i = 0; i < MapPage.CHUNKS; i++) {
      out.putLong(page.rawEntry(i));
      if (!page.isWhole(i)) {
        page.storeTable(i, out.array(), out.position());
        out.position(out.position() + Long.BYTES * Entry.CHUNK_BLOCKS);
      }
    }
    return out.array();
  }

  /**
   * Gives a page that is unread the entries in its bytes; fails, and gives none, if they are bad.
   */
  static void read(MapPage page, byte[] bytes) {
    if (!isPage(bytes)) {
      throw new IllegalStateException("the catalogue's map page " + page.id() + " makes no sense");
    }
    ByteBuffer in = versioned(bytes);
    page.beginRead();
    for (int i = 0; i < MapPage.CHUNKS; i++) {
      long entry = in.getLong();
      if (Entry.kind(entry) == Entry.TABLE) {
        page.loadTable(i, bytes, in.position());
        in.position(in.position() + Long.BYTES * Entry.CHUNK_BLOCKS);
      } else {
        page.load(i, entry);
      }
    }
  }

  /** A root in bytes. */
  public static byte[] encode(MapRoot root) {
    ByteBuffer out = ByteBuffer.allocate(1 + 8 * root.pageCount()).put(VERSION);
    for (int i = 0; i < root.pageCount(); i++) {
      MapPage page = root.page(i);
      out.putLong(page == null ? 0 : page.id());
    }
    return out.array();
  }

  /** A root from its bytes; nobody refers to it yet, its pages have one user more. */
  public static MapRoot decodeRoot(long id, byte[] bytes, PageLookup lookup) {
    ByteBuffer in = versioned(bytes);
    @Nullable MapPage[] pages = new MapPage[in.remaining() / 8];
    for (int i = 0; i < pages.length; i++) {
      long pageId = in.getLong();
      if (pageId != 0) {
        MapPage page = lookup.page(pageId);
        page.share();
        pages[i] = page;
      }
    }
    MapRoot root = new MapRoot(id, pages);
    root.unshare();
    return root;
  }

  /** Counts one more user of a loaded root. */
  public static MapRoot use(MapRoot root) {
    root.share();
    return root;
  }

  /** Whether these are the bytes of a page. */
  public static boolean isPage(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    boolean sound = in.remaining() > 0 && in.get() == VERSION;
    for (int i = 0; sound && i < MapPage.CHUNKS; i++) {
      long entry = in.remaining() < Long.BYTES ? -1 : in.getLong();
      boolean table = Entry.kind(entry) == Entry.TABLE;
      sound = table ? isTable(in) : isEntry(entry);
    }
    return sound && !in.hasRemaining();
  }

  private static boolean isTable(ByteBuffer in) {
    boolean sound = in.remaining() >= Long.BYTES * Entry.CHUNK_BLOCKS;
    for (int i = 0; sound && i < Entry.CHUNK_BLOCKS; i++) {
      sound = isEntry(in.getLong());
    }
    return sound;
  }

  private static boolean isEntry(long entry) {
    int kind = Entry.kind(entry);
    return entry == Entry.UNSET
        || kind == Entry.MAPPED
        || kind == Entry.ZERO
        || kind == Entry.REMOTE;
  }

  /** Whether these are the bytes of a root. */
  public static boolean isRoot(byte[] bytes) {
    return bytes.length % Long.BYTES == 1 && bytes[0] == VERSION;
  }

  private static ByteBuffer versioned(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalStateException(
          "the map has format version " + version + ", this program reads " + VERSION);
    }
    return in;
  }

  /** Finds a page by its id. */
  @FunctionalInterface
  public interface PageLookup {

    /** The page; fails if there is none. */
    MapPage page(long id);
  }
}
