-- Where telling somebody at once that their activity was looked at would do harm, it waits; why is kept here alone.
ALTER TABLE viewings ADD COLUMN untold_until BIGINT;
ALTER TABLE viewings ADD COLUMN untold_reason TEXT;
