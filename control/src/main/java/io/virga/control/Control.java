package io.virga.control;

import io.virga.control.agents.AgentServer;
import io.virga.control.agents.ServiceTokens;
import io.virga.control.compute.ComputeService;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.database.Database;
import io.virga.control.foundation.Foundation;
import io.virga.control.foundation.ObjectStore;
import io.virga.control.foundation.Part;
import io.virga.control.hosts.HostReports;
import io.virga.control.hosts.Hosts;
import io.virga.control.http.ApiRouter;
import io.virga.control.http.ApiService;
import io.virga.control.http.PolicyTable;
import io.virga.control.http.PublicServer;
import io.virga.control.http.RequestLog;
import io.virga.control.identity.IdentityService;
import io.virga.control.identity.bootstrap.Bootstrap;
import io.virga.control.identity.bootstrap.BootstrapFile;
import io.virga.control.identity.catalog.Catalog;
import io.virga.control.identity.catalog.ConfiguredCatalog;
import io.virga.control.identity.password.AttemptLimits;
import io.virga.control.identity.password.Passwords;
import io.virga.control.identity.password.UserPasswords;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.identity.token.ProcessTokens;
import io.virga.control.identity.token.TokenIssuer;
import io.virga.control.identity.token.TokenRoutes;
import io.virga.control.image.ImageService;
import io.virga.control.network.NetworkService;
import io.virga.control.quota.Quota;
import io.virga.control.volume.VolumeService;
import io.virga.control.volume.upload.HostContents;
import io.virga.control.watch.DesiredStates;
import io.virga.control.watch.ObservedHandler;
import io.virga.control.watch.ObservedStates;
import io.virga.control.watch.WatchHub;
import io.virga.dataplane.process.ServiceContext;
import io.virga.dataplane.token.TokenSigner;
import io.virga.dataplane.token.TokenVerifier;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;

/** Puts the process together, by hand: every part is made here and given what it needs. */
final class Control {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration EXPIRED_REVOCATIONS_EVERY = Duration.ofMinutes(10);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final ServiceContext context;
  private final ControlSettings settings;
  private final InstantSource clock = InstantSource.system();
  private final SecureRandom random = new SecureRandom();

  Control(ServiceContext context, ControlSettings settings) {
    this.context = context;
    this.settings = settings;
  }

  void start() throws Exception {
    BootstrapFile bootstrap = BootstrapFile.read(settings.bootstrap());
    Database database = startDatabase();
    WatchHub hub = new WatchHub(database, Schedulers.parallel());
    Foundation foundation =
        new Foundation(
            database,
            new DesiredStates(hub::wake),
            new Quota(),
            new Hosts(database, context.host()),
            settings.addresses().publicUrl(),
            clock);
    TokenVerifier verifier = TokenVerifier.open(settings.publicKeys(), clock);
    Revocations revocations = startRevocations(foundation, verifier);
    TokenRoutes.Gate gate = gate(verifier);
    new Bootstrap(database, gate.passwords().hashes(), new S3Credentials(foundation.desired()))
        .run(bootstrap)
        .block(START_TIMEOUT);
    ProcessTokens processTokens =
        new ProcessTokens(gate.issuer(), clock, bootstrap.serviceProjectId());
    ObjectStore objectStore =
        new ObjectStore(
            settings.addresses().objectStore(),
            bootstrap.serviceProjectId(),
            processTokens::forControl);
    Catalog catalog = startCatalog(database, bootstrap.region());
    Part own =
        new Part(
            List.of(new IdentityService(foundation, gate, revocations, catalog, random)),
            List.of(new HostReports()));
    List<Part> parts = List.of(own, cloud(foundation, objectStore));
    startAgents(foundation, hub, processTokens, parts);
    startApi(parts, gate);
  }

  private Catalog startCatalog(Database database, String region) throws Exception {
    Catalog catalog = new Catalog(database);
    ControlSettings.Addresses addresses = settings.addresses();
    catalog
        .start(new ConfiguredCatalog(region, addresses.publicUrl(), addresses.objectStore()))
        .block(START_TIMEOUT);
    context.start("catalog", () -> catalog.follow()::dispose);
    return catalog;
  }

  /** Images, volumes, networks, servers: each made of those before it. */
  private Part cloud(Foundation foundation, ObjectStore objectStore) throws Exception {
    ImageService images =
        context.start(
            "images",
            () ->
                new ImageService(
                    foundation,
                    new ImageService.Environment(
                        context.host(),
                        context.stateDirectory().resolve("import"),
                        objectStore,
                        settings.images().stores(),
                        context.transport().loopResources(),
                        settings.images().limits(),
                        settings.images().downloads())));
    VolumeService volumes =
        context.start(
            "volumes",
            () ->
                new VolumeService(
                    foundation,
                    new VolumeService.Images(
                        images.bootImages(),
                        images.diskImages(),
                        new HostContents(foundation.database(), context.identity()),
                        context.host())));
    NetworkService networks =
        new NetworkService(foundation.database(), foundation.desired(), foundation.quota());
    networks.publicNetwork().makeOnce(objectStore.serviceProjectId()).block(START_TIMEOUT);
    context.start("network-views", () -> networks.retelling().run().subscribe()::dispose);
    context.start("network-hosts", () -> networks.hosts().follow()::dispose);
    ComputeService servers =
        new ComputeService(
            foundation,
            new ServerLife.Neighbours(
                images.bootImages(),
                images.seenImages(),
                volumes.instanceVolumes(),
                networks.instancePorts()),
            context.identity(),
            settings.offloadsShelved());
    List<ObservedHandler> reports = new ArrayList<>(volumes.reports());
    reports.addAll(networks.reports());
    reports.add(servers.reports());
    return new Part(List.of(images, volumes, networks, servers), reports);
  }

  private Database startDatabase() throws Exception {
    context.start(
        "migrations",
        () -> {
          settings.database().migrate();
          return () -> {};
        });
    Database database = settings.database().open(context.transport().loopResources());
    context.start("database", () -> () -> database.close().block(STOP_TIMEOUT));
    DatabaseHealth health = context.start("database-health", () -> DatabaseHealth.watch(database));
    context.health("database", health);
    context
        .metrics()
        .registry()
        .gauge("virga.control.database.connections", database, Database::connectionsInUse);
    return database;
  }

  private TokenRoutes.Gate gate(TokenVerifier verifier) throws Exception {
    Passwords passwords =
        context.start("passwords", () -> new Passwords(settings.tokens().passwordCost(), random));
    return new TokenRoutes.Gate(
        new UserPasswords(passwords, settings.logins().rules(), clock),
        new AttemptLimits(
            settings.logins().failuresPerName(), settings.logins().failuresPerAddress(), clock),
        new LocalAuthenticator(verifier),
        issuer());
  }

  private TokenIssuer issuer() throws IOException {
    return new TokenIssuer(
        TokenSigner.load(settings.signingKey().path()),
        random,
        clock,
        settings.tokens().lifetime());
  }

  private Revocations startRevocations(Foundation foundation, TokenVerifier verifier)
      throws Exception {
    Duration lifetime = settings.tokens().lifetime();
    Duration agents = ProcessTokens.longestLifetime();
    Revocations revocations =
        new Revocations(
            foundation.database(),
            foundation.desired(),
            clock,
            lifetime.compareTo(agents) > 0 ? lifetime : agents,
            verifier::revocations);
    revocations.reload().block(START_TIMEOUT);
    context.start("revocations", () -> revocations.follow()::dispose);
    context.start(
        "expired-revocations",
        () ->
            Flux.interval(EXPIRED_REVOCATIONS_EVERY)
                    .onBackpressureDrop()
                    .concatMap(tick -> revocations.removeExpired().onErrorComplete(), 1)
                    .subscribe()
                ::dispose);
    return revocations;
  }

  private void startAgents(
      Foundation foundation, WatchHub hub, ProcessTokens tokens, List<Part> parts)
      throws Exception {
    hub.start().then(foundation.hosts().start()).block(START_TIMEOUT);
    context.start("control-process", () -> foundation.hosts().follow()::dispose);
    context.start("watch", () -> hub);
    ServiceTokens serviceTokens =
        host ->
            Mono.fromSupplier(() -> tokens.forBlockstore(host))
                .map(
                    issued ->
                        new ServiceTokens.ServiceToken(
                            issued.token(), issued.claims().expiresAt()));
    List<ObservedHandler> reports =
        parts.stream().flatMap(part -> part.reports().stream()).toList();
    AgentServer agents =
        new AgentServer(
            hub,
            new ObservedStates(foundation.database(), reports),
            foundation.hosts(),
            serviceTokens);
    context.metrics().registry().gauge("virga.control.watch.streams", hub, WatchHub::openStreams);
    DisposableServer listener =
        agents.bind(
            settings.listeners().agents(), context.transport().loopResources(), context.identity());
    context.start("agents", () -> () -> listener.disposeNow(STOP_TIMEOUT));
  }

  private void startApi(List<Part> parts, TokenRoutes.Gate gate) throws Exception {
    List<ApiService> services = parts.stream().flatMap(part -> part.apis().stream()).toList();
    context.question("policy", new PolicyTable(services));
    ApiRouter router =
        new ApiRouter(
            services,
            gate.authenticator(),
            settings.addresses().publicUrl() + "/identity",
            new RequestLog(context.metrics().registry()));
    DisposableServer listener =
        PublicServer.bind(settings.listeners().api(), context.transport().loopResources(), router);
    context.start("api", () -> () -> listener.disposeNow(STOP_TIMEOUT));
  }
}
