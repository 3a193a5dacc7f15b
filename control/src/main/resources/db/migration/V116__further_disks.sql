-- What a server's flavor gives beside the disk that it boots from, and what of it is claimed of each host.
ALTER TABLE server
    ADD COLUMN ephemeral_gib integer NOT NULL DEFAULT 0,
    ADD COLUMN swap_mib      integer NOT NULL DEFAULT 0;
UPDATE server SET resized_from = resized_from || '{"ephemeralGib": 0, "swapMib": 0}'
 WHERE resized_from IS NOT NULL;
ALTER TABLE compute_claim ADD COLUMN further_mib bigint NOT NULL DEFAULT 0 CHECK (further_mib >= 0);
