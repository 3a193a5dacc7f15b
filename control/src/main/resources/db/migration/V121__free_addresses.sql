-- Below it every address of the subnet's pools is a port's; absent while nothing is known.
ALTER TABLE subnet ADD COLUMN free_from inet;

CREATE FUNCTION note_free_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE subnet SET free_from = OLD.address WHERE id = OLD.subnet_id AND free_from > OLD.address;
    RETURN NULL;
END $$;
CREATE TRIGGER address_is_free AFTER DELETE ON port_address FOR EACH ROW EXECUTE FUNCTION note_free_address();
