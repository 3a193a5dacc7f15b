package io.virga.objectstore.swift.bulk;

import io.virga.objectstore.swift.wire.SwiftError;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** How an archive is packed. */
enum Compression {
  NONE {
    @Override
    InputStream open(InputStream in) {
      return in;
    }
  },
  GZIP {
    @Override
    InputStream open(InputStream in) throws IOException {
      return new GZIPInputStream(in);
    }
  },
  BZIP2 {
    @Override
    InputStream open(InputStream in) throws IOException {
      return new BZip2CompressorInputStream(in, true);
    }
  };

  abstract InputStream open(InputStream in) throws IOException;

  static Compression named(String name) {
    return switch (name) {
      case "tar" -> NONE;
      case "tar.gz" -> GZIP;
      case "tar.bz2" -> BZIP2;
      default -> throw SwiftError.badRequest("Unsupported archive format");
    };
  }
}
