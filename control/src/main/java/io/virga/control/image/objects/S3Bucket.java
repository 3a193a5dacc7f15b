package io.virga.control.image.objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.virga.control.fault.ApiFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * A bucket of an S3 service, addressed by path, with an object for each part of an image. What is
 * longer than one piece is a multipart upload, which is there when it is completed. A few objects
 * are written at once, of each of which one piece is held.
 */
final class S3Bucket implements BlockingStore {

  /** Of 10,000 pieces, the most that S3 takes, an object of 312 GiB is made. */
  private static final int PIECE_BYTES = 32 << 20;

  private static final int MAX_WRITERS = 4;
  private static final int MAX_CONNECTIONS = 16;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final S3Client client;
  private final String bucket;
  private final Semaphore writers = new Semaphore(MAX_WRITERS);

  private S3Bucket(S3Client client, String bucket) {
    this.client = client;
    this.bucket = bucket;
  }

  /** Makes no request. Blocks: reads the credentials. */
  static S3Bucket open(StoreSettings.Bucket settings) throws IOException {
    String[] credentials = settings.credentials().read().split("\\s+");
    if (credentials.length != 2) {
      throw new IOException(
          settings.credentials().path() + ": expected an access key and its secret");
    }
    S3Client client =
        S3Client.builder()
            .endpointOverride(settings.endpoint())
            .region(Region.of(settings.region()))
            .forcePathStyle(true)
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(credentials[0], credentials[1])))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(MAX_CONNECTIONS)
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(SILENCE))
            .build();
    return new S3Bucket(client, settings.bucket());
  }

  @Override
  public Draft draft(UUID imageId, Part part) {
    if (!writers.tryAcquire()) {
      throw ApiFault.unavailable("Too many images are being written to S3; try again later.");
    }
    return new NewObject(key(imageId, part));
  }

  @Override
  public ReadableByteChannel read(UUID imageId, Part part) throws IOException {
    String key = key(imageId, part);
    return new Reading(call(() -> client.getObject(get -> get.bucket(bucket).key(key))));
  }

  @Override
  public void delete(UUID imageId, Part part) throws IOException {
    String key = key(imageId, part);
    call(() -> client.deleteObject(delete -> delete.bucket(bucket).key(key)));
  }

  @Override
  public void close() {
    client.close();
  }

  private static String key(UUID imageId, Part part) {
    return imageId + "/" + part.path();
  }

  private static <T> T call(Supplier<T> request) throws IOException {
    try {
      return request.get();
    } catch (NoSuchKeyException e) {
      throw new NoSuchFileException(e.getMessage());
    } catch (SdkException e) {
      throw new IOException("S3 refuses or is away: " + e.getMessage(), e);
    }
  }

  /** An object whose rest is not fetched when it is closed. */
  private static final class Reading implements ReadableByteChannel {

    private final ResponseInputStream<GetObjectResponse> in;
    private final ReadableByteChannel channel;
    private boolean ended;

    Reading(ResponseInputStream<GetObjectResponse> in) {
      this.in = in;
      this.channel = Channels.newChannel(in);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      int length = channel.read(into);
      ended = length < 0;
      return length;
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      if (ended) {
        channel.close();
      } else {
        in.abort();
      }
    }
  }

  /** An object that is not there yet. */
  private final class NewObject implements Draft {

    private final String key;
    private final List<CompletedPart> pieces = new ArrayList<>();
    private final ByteBuf pending = Unpooled.buffer(PIECE_BYTES, PIECE_BYTES);
    private Optional<String> upload = Optional.empty();

    NewObject(String key) {
      this.key = key;
    }

    @Override
    public void write(ByteBuf buffer) throws IOException {
      try {
        while (buffer.isReadable()) {
          pending.writeBytes(buffer, Math.min(buffer.readableBytes(), pending.writableBytes()));
          if (!pending.isWritable()) {
            send();
          }
        }
      } finally {
        buffer.release();
      }
    }

    @Override
    public void finish() throws IOException {
      if (upload.isEmpty()) {
        call(() -> client.putObject(put -> put.bucket(bucket).key(key), body()));
      } else {
        if (pending.isReadable()) {
          send();
        }
        call(
            () ->
                client.completeMultipartUpload(
                    complete ->
                        complete
                            .bucket(bucket)
                            .key(key)
                            .uploadId(id())
                            .multipartUpload(all -> all.parts(pieces))));
      }
      end();
    }

    @Override
    public void abandon() throws IOException {
      end();
      if (upload.isPresent()) {
        call(
            () ->
                client.abortMultipartUpload(abort -> abort.bucket(bucket).key(key).uploadId(id())));
      }
    }

    private void send() throws IOException {
      if (upload.isEmpty()) {
        upload =
            Optional.of(
                call(() -> client.createMultipartUpload(create -> create.bucket(bucket).key(key)))
                    .uploadId());
      }
      int number = pieces.size() + 1;
      String tag =
          call(() ->
                  client.uploadPart(
                      part -> part.bucket(bucket).key(key).uploadId(id()).partNumber(number),
                      body()))
              .eTag();
      pieces.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
      pending.clear();
    }

    private void end() {
      pending.release();
      writers.release();
    }

    private String id() {
      return upload.orElseThrow();
    }

    /** What is pending, which is kept: it may have to be sent again. */
    private RequestBody body() {
      return RequestBody.fromContentProvider(
          () -> new ByteBufInputStream(pending.duplicate()),
          pending.readableBytes(),
          "application/octet-stream");
    }
  }
}
