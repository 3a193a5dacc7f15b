-- The wires that networks are on, and which hosts carry them. See io.virga.control.network.desired.

-- vxlan goes over the hosts' tunnels; flat and vlan are on a wire of the hosts, the latter tagged.
ALTER TABLE network
    ADD physical_network text,
    ADD vlan             integer CHECK (vlan BETWEEN 1 AND 4094),
    ADD CHECK (vlan IS NULL OR physical_network IS NOT NULL);
CREATE UNIQUE INDEX network_segment ON network (physical_network, coalesce(vlan, 0))
    WHERE physical_network IS NOT NULL;
-- The built-in network named public.
UPDATE network SET physical_network = 'public' WHERE id = 'b9e76e2b-d1c5-36bc-8c01-a4f865be2912';

-- What the network agents say of their hosts, as far as other hosts are told because of it.
CREATE TABLE network_host (
    name              text    PRIMARY KEY,
    -- Where it takes tunnelled packets; NULL: nowhere.
    tunnel_address    text,
    physical_networks text[]  NOT NULL,
    -- Whether its agent is connected, or has been gone for a moment only.
    alive             boolean NOT NULL
);

-- The hosts that may be the gateway of a router, the first being it.
CREATE TABLE router_gateway_host (
    router_id uuid    NOT NULL REFERENCES router ON DELETE CASCADE,
    place     integer NOT NULL,
    host      text    NOT NULL,
    PRIMARY KEY (router_id, place)
);
CREATE INDEX router_gateway_host_by_host ON router_gateway_host (host);

-- How routers join networks. None does so by an external network: that is where it leads out.
CREATE VIEW router_link AS
SELECT i.router_id, p.network_id
  FROM router_interface i
  JOIN port p ON p.id = i.port_id
  JOIN network n ON n.id = p.network_id
 WHERE NOT n.external;

-- Ports that a host was told of, by their network.
CREATE INDEX desired_state_port_by_network ON desired_state ((spec->>'networkId'), host)
    WHERE kind = 'port' AND NOT deleted;
