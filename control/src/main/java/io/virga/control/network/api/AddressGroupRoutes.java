package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.AddressGroup;
import io.virga.control.network.model.Standard;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Filters;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.network.resource.ResourceType.Names;
import io.virga.control.network.store.AddressGroupStore;
import io.virga.control.network.store.RbacStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** {@code /v2.0/address-groups}. */
public final class AddressGroupRoutes implements Lifecycle {

  private static final int MAX_ADDRESSES = 1000;

  private final Database database;
  private final HostViews hosts;
  private final AddressGroupStore groups;
  private final RbacStore policies;
  private final Quota quota;

  public AddressGroupRoutes(
      Database database,
      HostViews hosts,
      AddressGroupStore groups,
      RbacStore policies,
      Quota quota) {
    this.database = database;
    this.hosts = hosts;
    this.groups = groups;
    this.policies = policies;
    this.quota = quota;
  }

  public List<Route> routes() {
    ResourceType<AddressGroup> type =
        ResourceType.of(
            new Names("address-groups", "address_group", "address_groups"),
            AddressGroupStore.TABLE,
            groups.rows(),
            List.of(
                Attribute.of("name", AddressGroup::name).text("d.name"),
                Attribute.<AddressGroup>of(
                        "addresses",
                        group -> group.addresses().stream().map(IpPrefix::toString).toList())
                    .filteredBy(Filters.item("d.addresses")),
                Attribute.of("shared", AddressGroup::shared)
                    .filteredBy(RbacRoutes.sharedFilter("d"))));
    CollectionRoutes<AddressGroup> collection = new CollectionRoutes<>(database, hosts, type, this);
    return Stream.concat(
            collection.routes().stream(),
            Stream.of(
                collection.action("add_addresses", this::add),
                collection.action("remove_addresses", this::remove)))
        .toList();
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    AddressGroup group =
        new AddressGroup(
            Standard.ofNew(Ids.next(), Fields.project(request, body), Fields.description(body)),
            Fields.name(body),
            addresses(body),
            false);
    return quota
        .claim(transaction, group.standard().projectId(), Resource.ADDRESS_GROUPS, 1)
        .then(Mono.defer(() -> groups.insert(transaction, group)))
        .thenReturn(group.standard().id());
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    if (body.has("addresses")) {
      throw Fields.readOnly(body, "addresses");
    }
    return groups
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(
            before ->
                groups.update(
                    transaction,
                    new AddressGroup(
                        Fields.described(before.standard(), body),
                        Fields.name(body, before.name()),
                        before.addresses(),
                        before.shared())));
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return groups
        .speaking(transaction, id)
        .hasElements()
        .flatMap(
            used ->
                used
                    ? Mono.error(
                        ApiFault.conflict(
                                "Address group %s is in use by a security group rule."
                                    .formatted(id))
                            .ofType("AddressGroupInUse"))
                    : forget(transaction, id));
  }

  private Mono<Void> forget(Transaction transaction, UUID id) {
    return groups
        .find(transaction, Viewer.EVERYTHING, id)
        .map(group -> group.standard().projectId())
        .flatMap(
            project ->
                policies
                    .forget(transaction, id)
                    .then(groups.delete(transaction, id))
                    .then(quota.release(transaction, project, Resource.ADDRESS_GROUPS, 1)));
  }

  private Mono<Void> add(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    List<IpPrefix> more = addresses(body);
    return groups
        .find(transaction, Viewer.EVERYTHING, id)
        .map(
            group ->
                group.withAddresses(
                    Stream.concat(group.addresses().stream(), more.stream()).toList()))
        .doOnNext(
            group -> {
              if (group.addresses().size() > MAX_ADDRESSES) {
                throw ApiFault.badRequest(
                    "addresses: a group has at most " + MAX_ADDRESSES + " of them");
              }
            })
        .flatMap(group -> write(transaction, group));
  }

  private Mono<Void> remove(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    List<IpPrefix> less =
        body.texts("addresses", MAX_ADDRESSES, Fields.NAME_LENGTH).stream()
            .map(
                text ->
                    IpPrefix.parse(text)
                        .orElseThrow(
                            () -> Fields.invalid("addresses: '" + text + "' is not a network")))
            .toList();
    return groups
        .find(transaction, Viewer.EVERYTHING, id)
        .map(
            group -> {
              List<IpPrefix> left = new ArrayList<>(group.addresses());
              for (IpPrefix address : less) {
                if (!left.remove(address)) {
                  throw ApiFault.notFound("Address", address.toString());
                }
              }
              return group.withAddresses(left);
            })
        .flatMap(group -> write(transaction, group));
  }

  /** Tells the hosts whose ports have groups with rules for these addresses. */
  private Mono<Void> write(Transaction transaction, AddressGroup group) {
    return groups
        .speaking(transaction, group.standard().id())
        .collect(Collectors.toSet())
        .flatMap(
            (Set<UUID> speaking) ->
                hosts.changing(
                    transaction,
                    Scope.ofGroups(speaking),
                    Mono.defer(() -> groups.update(transaction, group))));
  }

  private static List<IpPrefix> addresses(JsonBody body) {
    return body.texts("addresses", MAX_ADDRESSES, Fields.NAME_LENGTH).stream()
        .map(text -> Fields.prefix(body.at("addresses"), text))
        .toList();
  }
}
