-- How machines on an IPv6 subnet come to their addresses, in the words of the API.
ALTER TABLE subnet ADD COLUMN ipv6_ra_mode text;
ALTER TABLE subnet ADD COLUMN ipv6_address_mode text;
