-- The one person whom a request is about and who did not ask.
ALTER TABLE requests ADD COLUMN concerned TEXT;

CREATE INDEX requests_concerned ON requests (concerned);
